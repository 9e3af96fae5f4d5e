#pragma once

#include <toeplix/separable.hpp>

#include "onnx/ops/node_context.hpp"

namespace toeplix::onnx_detail {

/// What ONNX says of cubic interpolation: Keys' kernel over four neighbours along every axis.
struct CubicOptions {
  double coefficient = -0.75;  ///< of the kernel
  bool exclude_outside =
      false;  ///< neighbours beyond the border count for nothing; else the edge's
};

/// An image resampled by cubics: sizes or scales, and the coordinates, are those of `resize`. The
/// formulas are ONNX's, in double. Errors are those of `Separable`, and CapacityError beyond the
/// reader's budget.
Separable cubic_resize(const Resize& resize, const CubicOptions& options, const NodeContext& node);

}  // namespace toeplix::onnx_detail
