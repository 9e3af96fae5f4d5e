#include "onnx/testdata.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <set>

namespace toeplix::test {

namespace {

namespace fs = std::filesystem;
using ::onnx::TensorProto;

template <class Stored>
std::vector<double> from_bytes(const std::string& bytes) {
  std::vector<double> values;
  for (std::size_t at = 0; at + sizeof(Stored) <= bytes.size(); at += sizeof(Stored)) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + at, sizeof(Stored));
    values.push_back(static_cast<double>(stored));
  }
  return values;
}

/// Whether a file is a message of that type.
template <class Message>
bool read_message(const fs::path& path, Message& message) {
  std::ifstream file(path, std::ios::binary);
  return file && message.ParseFromIstream(&file);
}

std::vector<TensorProto> read_tensors(const fs::path& folder, const std::string& kind) {
  std::vector<TensorProto> tensors;
  for (int number = 0;; ++number) {
    TensorProto tensor;
    if (!read_message(folder / (kind + '_' + std::to_string(number) + ".pb"), tensor)) break;
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

}  // namespace

RealTensor real_tensor(const TensorProto& proto) {
  RealTensor tensor{true, 1e-5, {proto.dims().begin(), proto.dims().end()}, {}};
  const bool raw = proto.has_raw_data();
  switch (proto.data_type()) {
    case TensorProto::FLOAT:
      tensor.values =
          raw ? from_bytes<float>(proto.raw_data())
              : std::vector<double>(proto.float_data().begin(), proto.float_data().end());
      return tensor;
    case TensorProto::DOUBLE:
      tensor.tolerance = 1e-11;
      tensor.values =
          raw ? from_bytes<double>(proto.raw_data())
              : std::vector<double>(proto.double_data().begin(), proto.double_data().end());
      return tensor;
    case TensorProto::FLOAT16:
      tensor.tolerance = 1e-3;
      tensor.values = from_bytes<Eigen::half>(proto.raw_data());
      return tensor;
    default:
      tensor.is_real = false;
      return tensor;
  }
}

std::vector<OnnxCase> read_onnx_cases(const fs::path& folder) {
  std::vector<OnnxCase> cases;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().filename() != "model.onnx") continue;
    const fs::path place = entry.path().parent_path();
    OnnxCase found{fs::relative(place, folder).string(), {}, {}, {}};
    if (!read_message(entry.path(), found.model)) continue;
    found.inputs = read_tensors(place / "test_data_set_0", "input");
    found.outputs = read_tensors(place / "test_data_set_0", "output");
    cases.push_back(std::move(found));
  }
  std::ranges::sort(cases, {}, &OnnxCase::name);
  return cases;
}

}  // namespace toeplix::test
