#pragma once

#include "onnx/ops/node_context.hpp"

namespace toeplix::onnx_detail {

/// What a reduction leaves: the axes that it goes over, and the output.
struct Reduction {
  std::vector<bool> over;  ///< per axis of the input
  Extents output;
};

/// Reads axes (an attribute before `input_since`, then an input), keepdims and
/// noop_with_empty_axes.
Reduction read_reduction(const NodeContext& node, Index input_since);

}  // namespace toeplix::onnx_detail
