#pragma once

#include <toeplix/onnx/verify.hpp>

#include "onnx/oracle/array.hpp"
#include "onnx/verify/rows.hpp"

namespace toeplix::onnx_verify {

/// `conv1 (Conv)`, or `the segment conv1`.
std::string title(const OnnxCheck& check);

/// Holds the numbers of a tensor of this shape against what the oracle has, each within its bound,
/// and writes down what comes of it.
void compare(const Extents& shape, const Numbers& given, const Numbers& bounds,
             const onnx_oracle::Array& expected, OnnxCheck& check);

}  // namespace toeplix::onnx_verify
