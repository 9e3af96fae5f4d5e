#include "onnx_model.hpp"

#include <bit>
#include <cstring>
#include <fstream>

namespace toeplix::conformance {

namespace {

using onnx::TensorProto;

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

/// More elements than any of these files have bytes.
constexpr Index max_count = Index{1} << 40;

Index count_of(const Extents& shape) {
  Index count = 1;
  for (const Index extent : shape) {
    if (extent < 0 || (extent > 0 && count > max_count / extent)) {
      throw CaseError("a tensor has impossible dimensions " + to_string(shape));
    }
    count *= extent;
  }
  return count;
}

/// Values from raw bytes if there are any, else from the list of their type.
template <class T, class List>
std::vector<double> values_of(const TensorProto& proto, const List& list) {
  if (!proto.has_raw_data()) return {list.begin(), list.end()};
  const std::string& bytes = proto.raw_data();
  if (bytes.size() % sizeof(T) != 0) {
    throw CaseError("a tensor has " + std::to_string(bytes.size()) +
                    " bytes, which is not a whole number of elements");
  }
  std::vector<double> values;
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    values.push_back(static_cast<double>(value));
  }
  return values;
}

std::vector<double> values_of(const TensorProto& proto) {
  switch (proto.data_type()) {
    case TensorProto::FLOAT:
      return values_of<float>(proto, proto.float_data());
    case TensorProto::DOUBLE:
      return values_of<double>(proto, proto.double_data());
    case TensorProto::INT32:
      return values_of<std::int32_t>(proto, proto.int32_data());
    case TensorProto::INT64:
      return values_of<std::int64_t>(proto, proto.int64_data());
    default:
      throw CaseError("a tensor has the type " + std::to_string(proto.data_type()) +
                      "; expected float, double, int32 or int64");
  }
}

template <class Message>
Message read_message(const std::filesystem::path& path, const char* what) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw CaseError(path.filename().string() + " is missing");
  Message message;
  if (message.ParseFromIstream(&file)) return message;
  throw CaseError(path.filename().string() + " is not a " + what);
}

}  // namespace

OnnxTensor decode(const TensorProto& proto) {
  if (proto.data_location() == TensorProto::EXTERNAL) {
    throw CaseError("a tensor is in a file of its own, which is not read");
  }
  OnnxTensor decoded;
  decoded.tensor.shape.assign(proto.dims().begin(), proto.dims().end());
  decoded.tensor.values = values_of(proto);
  if (proto.data_type() == TensorProto::FLOAT) decoded.precision = Precision::float32;
  const Index count = count_of(decoded.tensor.shape);
  if (static_cast<Index>(decoded.tensor.values.size()) == count) return decoded;
  throw CaseError("a tensor of dimensions " + to_string(decoded.tensor.shape) + " has " +
                  std::to_string(decoded.tensor.values.size()) + " values");
}

OnnxTensor read_onnx_tensor(const std::filesystem::path& path) {
  const auto proto = read_message<TensorProto>(path, "tensor");
  try {
    return decode(proto);
  } catch (const CaseError& error) {
    throw CaseError(path.filename().string() + ": " + error.what());
  }
}

onnx::ModelProto read_onnx_model(const std::filesystem::path& path) {
  return read_message<onnx::ModelProto>(path, "model");
}

}  // namespace toeplix::conformance
