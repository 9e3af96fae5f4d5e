#include <toeplix/onnx/verify.hpp>

#include <toeplix/memory.hpp>

#include "onnx/verify/verifier.hpp"

#include <algorithm>
#include <fstream>

namespace toeplix {

namespace {

using Checks = std::vector<OnnxCheck>;

std::size_t count_of(const Checks& checks, OnnxVerdict verdict) {
  return static_cast<std::size_t>(std::ranges::count(checks, verdict, &OnnxCheck::verdict));
}

/// `12 nodes agree, 1 is left out`.
std::string counts_text(const Checks& checks, const std::string& one) {
  const auto text = [&](OnnxVerdict verdict) { return std::to_string(count_of(checks, verdict)); };
  const std::string left_out = text(OnnxVerdict::left_out);
  return one + ": " + text(OnnxVerdict::agrees) + " of " + std::to_string(checks.size()) +
         " agree" + (left_out == "0" ? "" : ", " + left_out + " left out");
}

OnnxOptions reading_options(const OnnxVerifyOptions& options) {
  return {.shapes = options.shapes, .resources = options.resources};
}

OnnxVerification verify_model(const OnnxModel& model, const ::onnx::ModelProto& proto,
                              const std::filesystem::path& folder,
                              const OnnxVerifyOptions& options) {
  const Index given = options.resources.memory_budget;
  const Index budget = given != 0 ? given : available_memory();
  // The verifier has two more numbers for each of the oracle's.
  onnx_oracle::Interpreter oracle(proto, folder, budget / 3);
  return onnx_verify::Verifier(model, oracle, options).run();
}

}  // namespace

bool OnnxVerification::passed() const {
  return count_of(nodes, OnnxVerdict::differs) + count_of(segments, OnnxVerdict::differs) == 0;
}

bool OnnxVerification::complete() const {
  return count_of(nodes, OnnxVerdict::left_out) + count_of(segments, OnnxVerdict::left_out) == 0;
}

std::string OnnxVerification::message() const {
  for (const Checks* checks : {&nodes, &segments}) {
    const auto found = std::ranges::find(*checks, OnnxVerdict::differs, &OnnxCheck::verdict);
    if (found != checks->end()) return found->message;
  }
  return counts_text(nodes, "nodes") + "; " + counts_text(segments, "segments");
}

OnnxVerification verify_onnx(const std::filesystem::path& path, const OnnxVerifyOptions& options) {
  const OnnxModel model = read_onnx(path, reading_options(options));
  ::onnx::ModelProto proto;
  std::ifstream file(path, std::ios::binary);
  if (!proto.ParseFromIstream(&file)) throw FormatError(path.string() + ": cannot be read again");
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  return verify_model(model, proto, folder, options);
}

OnnxVerification verify_onnx(std::span<const std::byte> bytes, const OnnxVerifyOptions& options) {
  const OnnxModel model = read_onnx(bytes, reading_options(options));
  ::onnx::ModelProto proto;
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw FormatError("the model cannot be read again");
  }
  return verify_model(model, proto, {}, options);
}

}  // namespace toeplix
