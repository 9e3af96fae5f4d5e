#pragma once

#include <toeplix/explain.hpp>

namespace toeplix::detail {

/// Where a window's kernel position lies in the extended image along one axis.
inline Index extended_coordinate(const AxisGeometry& geometry, Index window, Index kernel) {
  return geometry.coordinate(window, geometry.kernel_position(kernel));
}

inline AxisFold fold_of(Index extended, const AxisGeometry& geometry) {
  if (extended < 0) return AxisFold::lower;
  return extended < geometry.spread_input() ? AxisFold::straight : AxisFold::upper;
}

/// What a convolution pads with; a transposed one pads nothing.
inline double padding_value_of(const ConvolutionSpec& spec) {
  return spec.padding_value;
}
inline double padding_value_of(const TransposedConvolutionSpec&) {
  return 0;
}

/// The index of a weight, by the coordinates of its axes.
inline Index weight_index(const Extents& shape, const Extents& position) {
  Index index = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    index = index * shape[axis] + position[axis];
  }
  return index;
}

/// The coordinates of a weight, by its index.
inline Extents weight_position(const Extents& shape, Index weight) {
  Extents position(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; weight /= shape[axis]) {
    position[axis] = weight % shape[axis];
  }
  return position;
}

}  // namespace toeplix::detail
