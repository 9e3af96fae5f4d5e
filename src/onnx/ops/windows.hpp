#pragma once

#include <toeplix/separable.hpp>
#include <toeplix/spec.hpp>

#include "onnx/ops/node_context.hpp"

/// What convolutions and pools share.
namespace toeplix::onnx_detail {

/// The attributes of windows.
struct Windows {
  Extents input;  ///< spatial extents
  Extents kernel;
  std::vector<Index> strides;
  std::vector<Index> dilations;
  Padding padding = 0;
};

/// Reads strides, dilations, pads and auto_pad of a node whose input has this shape: batch,
/// channels and at least one spatial axis. Throws FormatError for lists of other lengths, numbers
/// that are too small, and words that are unknown.
Windows read_windows(const NodeContext& node, const Extents& shape, Extents kernel);

/// Throws FormatError unless a tensor has batch, channels and spatial axes.
void check_image(const Extents& shape);

/// The kernel of a pool, from its attribute.
Extents kernel_shape(const NodeContext& node, std::size_t axes);

}  // namespace toeplix::onnx_detail
