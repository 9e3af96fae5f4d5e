#pragma once

#include "onnx/ops/node_context.hpp"

namespace toeplix::onnx_detail {

/// The output of a node of shape arithmetic whose numbers are known, although nothing linear makes
/// them: Shape, Size, and of constants Range, ConstantOfShape, comparisons, quotients and so on.
/// Nothing if it is none of these, or its inputs are not constant.
Constant fold(const NodeContext& node);

}  // namespace toeplix::onnx_detail
