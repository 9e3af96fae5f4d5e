#include "onnx/oracle/decode.hpp"

#include <Eigen/Core>

#include <bit>
#include <cstring>
#include <fstream>

namespace toeplix::onnx_oracle {

namespace {

using ::onnx::TensorProto;

static_assert(std::endian::native == std::endian::little, "ONNX's bytes are little endian");

/// The numbers that lie in bytes one behind the other.
template <class Stored, class Number>
void append_stored(const std::string& bytes, std::vector<Number>& numbers) {
  for (std::size_t at = 0; at + sizeof(Stored) <= bytes.size(); at += sizeof(Stored)) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + at, sizeof(Stored));
    numbers.push_back(static_cast<Number>(stored));
  }
}

void decode_bytes(const std::string& bytes, Array& array) {
  switch (array.type) {
    case TensorProto::FLOAT:
      return append_stored<float>(bytes, array.reals);
    case TensorProto::DOUBLE:
      return append_stored<double>(bytes, array.reals);
    case TensorProto::FLOAT16:
      return append_stored<Eigen::half>(bytes, array.reals);
    case TensorProto::BFLOAT16:
      return append_stored<Eigen::bfloat16>(bytes, array.reals);
    case TensorProto::INT64:
      return append_stored<std::int64_t>(bytes, array.wholes);
    case TensorProto::INT32:
      return append_stored<std::int32_t>(bytes, array.wholes);
    case TensorProto::INT16:
      return append_stored<std::int16_t>(bytes, array.wholes);
    case TensorProto::INT8:
      return append_stored<std::int8_t>(bytes, array.wholes);
    case TensorProto::UINT32:
      return append_stored<std::uint32_t>(bytes, array.wholes);
    case TensorProto::UINT16:
      return append_stored<std::uint16_t>(bytes, array.wholes);
    case TensorProto::UINT8:
    case TensorProto::BOOL:
      return append_stored<std::uint8_t>(bytes, array.wholes);
    default:
      throw FormatError("the oracle knows no tensors of type " +
                        TensorProto::DataType_Name(array.type));
  }
}

/// The lists of numbers that protobuf has by itself.
void decode_lists(const TensorProto& proto, Array& array) {
  switch (array.type) {
    case TensorProto::FLOAT:
      array.reals.assign(proto.float_data().begin(), proto.float_data().end());
      return;
    case TensorProto::DOUBLE:
      array.reals.assign(proto.double_data().begin(), proto.double_data().end());
      return;
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
      for (const std::int32_t bits : proto.int32_data()) {
        const auto half = static_cast<std::uint16_t>(bits);
        decode_bytes(std::string(reinterpret_cast<const char*>(&half), sizeof(half)), array);
      }
      return;
    case TensorProto::INT64:
      array.wholes.assign(proto.int64_data().begin(), proto.int64_data().end());
      return;
    case TensorProto::UINT32:
      array.wholes.assign(proto.uint64_data().begin(), proto.uint64_data().end());
      return;
    default:
      decode_bytes("", array);  // refuses types without numbers
      array.wholes.assign(proto.int32_data().begin(), proto.int32_data().end());
  }
}

std::string external_bytes(const TensorProto& proto, const std::filesystem::path& folder) {
  std::string location;
  std::streamoff offset = 0;
  std::streamoff length = -1;
  for (const auto& entry : proto.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = std::stoll(entry.value());
    if (entry.key() == "length") length = std::stoll(entry.value());
  }
  if (folder.empty() || location.empty()) {
    throw FormatError("the external data of '" + proto.name() + "' cannot be found");
  }
  const std::filesystem::path path = folder / location;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw FormatError("cannot read " + path.string());
  if (length < 0) length = static_cast<std::streamoff>(file_size(path)) - offset;
  std::string bytes(static_cast<std::size_t>(length), '\0');
  file.seekg(offset);
  file.read(bytes.data(), length);
  if (!file) throw FormatError(path.string() + " is shorter than '" + proto.name() + "'");
  return bytes;
}

}  // namespace

Array decode(const TensorProto& proto, const std::filesystem::path& folder, const Budget& budget) {
  Array array{.type = proto.data_type(), .shape = {proto.dims().begin(), proto.dims().end()}};
  const Index count = budget.ask(array.shape);
  if (proto.data_location() == TensorProto::EXTERNAL) {
    decode_bytes(external_bytes(proto, folder), array);
  } else if (proto.has_raw_data()) {
    decode_bytes(proto.raw_data(), array);
  } else {
    decode_lists(proto, array);
  }
  if (array.size() == count) return array;
  throw FormatError("'" + proto.name() + "' has " + std::to_string(array.size()) +
                    " numbers, but the shape " + text_of(array.shape));
}

void round_to_type(Array& array) {
  for (double& number : array.reals) {
    if (array.type == TensorProto::FLOAT) number = static_cast<float>(number);
    if (array.type == TensorProto::FLOAT16) number = static_cast<Eigen::half>(number);
    if (array.type == TensorProto::BFLOAT16) number = static_cast<Eigen::bfloat16>(number);
  }
}

}  // namespace toeplix::onnx_oracle
