#pragma once

#include <toeplix/onnx/verify.hpp>

#include <string>

namespace toeplix::cli {

/// Verifies a model, with progress on a terminal, and prints what was found: what differs or was
/// left out, and a last line; or JSON with every node and segment. Throws VerificationFailed if
/// anything differs, TooLarge if anything was left out.
void verify_model(const std::string& path, OnnxVerifyOptions options, bool as_json);

}  // namespace toeplix::cli
