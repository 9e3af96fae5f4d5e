#include "onnx/schema/read_model.hpp"

#include <toeplix/error.hpp>

#include <fstream>
#include <limits>
#include <vector>

namespace toeplix::onnx_detail {

namespace {

/// What protobuf reads at most.
constexpr std::uintmax_t protobuf_limit = std::numeric_limits<int>::max();

void check_model_size(std::uintmax_t bytes, const std::string& name) {
  if (bytes == 0) throw FormatError(name + ": the file is empty");
  if (bytes <= protobuf_limit) return;
  throw FormatError(name + ": has " + std::to_string(bytes) +
                    " bytes, but protobuf reads no model beyond 2 GiB (" +
                    std::to_string(protobuf_limit) + " bytes); save its weights as external data");
}

void check_model(const ::onnx::ModelProto& model, bool parsed, const std::string& name) {
  if (!parsed) throw FormatError(name + ": is not an ONNX model, or is cut short");
  if (!model.has_graph()) throw FormatError(name + ": has no graph; is it an ONNX model?");
}

}  // namespace

::onnx::ModelProto read_model(const std::filesystem::path& path, ReadingBudget& budget) {
  const std::string name = path.string();
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path, failure)) {
    throw FormatError(name + ": is not a file that can be read");
  }
  const std::uintmax_t bytes = std::filesystem::file_size(path, failure);
  std::ifstream file(path, std::ios::binary);
  if (failure || !file) throw FormatError(name + ": cannot be read");
  check_model_size(bytes, name);
  budget.ask(name, static_cast<Index>(bytes));
  ::onnx::ModelProto model;
  check_model(model, model.ParseFromIstream(&file), name);
  return model;
}

::onnx::ModelProto parse_model(std::span<const std::byte> bytes, const std::string& name) {
  check_model_size(bytes.size(), name);
  ::onnx::ModelProto model;
  check_model(model, model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())), name);
  return model;
}

}  // namespace toeplix::onnx_detail
