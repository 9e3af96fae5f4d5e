#pragma once

#include "support/random.hpp"
#include "support/solving.hpp"

#include <toeplix/convolution.hpp>

#include <initializer_list>

/// \file
/// Geometries whose matrices transforms diagonalize.

namespace toeplix::test {

/// A geometry of one channel that transforms diagonalize, if its kernel is its own mirror image
/// along the axes that are not circular.
inline ConvolutionSpec draw_diagonal_spec(Random& random, std::initializer_list<Boundary> choices) {
  const Index axes = random.between(1, 3);
  ConvolutionSpec spec{.input = {}, .kernel = {}};
  std::vector<Boundary> boundaries;
  std::vector<Index> dilations;
  std::vector<AxisPadding> padding;
  for (Index axis = 0; axis < axes; ++axis) {
    const Boundary boundary = random.pick(choices);
    const Index kernel =
        boundary == Boundary::circular ? random.between(1, 6) : 2 * random.between(0, 3) + 1;
    const Index dilation = random.between(1, 2);
    const Index span = (kernel - 1) * dilation;
    const Index lower = boundary == Boundary::circular ? random.between(0, span) : span / 2;
    spec.input.push_back(random.between(1, 7));
    spec.kernel.push_back(kernel);
    boundaries.push_back(boundary);
    dilations.push_back(dilation);
    padding.push_back({lower, span - lower});
  }
  spec.boundary = boundaries;
  spec.dilation = dilations;
  spec.padding = Padding(padding);
  spec.order = random.pick(
      {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major});
  return spec;
}

/// The mean of a kernel and its mirror image along an axis.
inline Numbers mirrored_mean(const Numbers& kernel, const Extents& extents, std::size_t axis) {
  Index after = 1;
  for (std::size_t a = axis + 1; a < extents.size(); ++a) after *= extents[a];
  Numbers result(kernel.size());
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    const auto index = static_cast<Index>(i);
    const Index here = index / after % extents[axis];
    const Index there = index + (extents[axis] - 1 - 2 * here) * after;
    result[i] = (kernel[i] + kernel[static_cast<std::size_t>(there)]) / 2;
  }
  return result;
}

inline Numbers draw_mirrored_kernel(Random& random, const ConvolutionSpec& spec) {
  const Convolution conv(spec);
  Numbers kernel = small_integers<double>(random, conv.weight_count());
  for (std::size_t axis = 0; axis < spec.kernel.size(); ++axis) {
    if (spec.boundary[axis] == Boundary::circular) continue;
    kernel = mirrored_mean(kernel, spec.kernel, axis);
  }
  return kernel;
}

}  // namespace toeplix::test
