#pragma once

#include "support/boundary_walk.hpp"

#include <toeplix/tap_table.hpp>

#include <algorithm>
#include <compare>
#include <string>
#include <utility>
#include <vector>

namespace toeplix::test {

/// Kernel position `kernel` of output coordinate `output` lands on pixel `input`.
struct PlainTap {
  Index output;
  Index input;
  Index kernel;

  friend auto operator<=>(const PlainTap&, const PlainTap&) = default;
};

/// All taps of one axis, found by walking to every window position of every output coordinate.
inline std::vector<PlainTap> every_tap(const AxisGeometry& g) {
  std::vector<PlainTap> taps;
  for (Index output = 0; output < g.output; ++output) {
    for (Index window = 0; window < g.kernel; ++window) {
      const Index input = walk_to(output * g.stride - g.lower + window * g.dilation, g);
      if (input < 0) continue;
      const bool flipped = g.operation == Operation::convolution;
      taps.push_back({output, input, flipped ? g.kernel - 1 - window : window});
    }
  }
  return taps;
}

/// The same taps by their inputs, in order.
inline std::vector<PlainTap> transposed(std::vector<PlainTap> taps) {
  for (PlainTap& tap : taps) std::swap(tap.output, tap.input);
  std::ranges::sort(taps);
  return taps;
}

/// Crops pixels and holes at the upper end, and leaves the windows that do not reach there. Whether
/// there are any.
inline bool crop_upper(AxisGeometry& axis) {
  axis.cropped_upper = 3;
  const Index end = axis.spread_input() - axis.cropped_upper;
  while (axis.output > 0 && axis.coordinate(axis.output - 1, axis.kernel - 1) >= end) {
    --axis.output;
  }
  return axis.output > 0;
}

/// Calls `visit(geometry)` for small axes of every kind: strides and dilations with and without a
/// common divisor, padding and cropping, kernels longer than the image, folds more than once; and
/// for those of a spread image.
template <class Visit>
void for_each_small_axis(const Visit& visit) {
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect,
                                  Boundary::symmetric, Boundary::replicate}) {
    for (const Operation operation : {Operation::correlation, Operation::convolution}) {
      for (const Index stride : {1, 2, 3}) {
        for (const Index dilation : {1, 2, 4}) {
          for (const Index kernel : {1, 2, 3, 5}) {
            for (const Index lower : {-2, 0, 1, 6}) {
              for (const Index input : {1, 4, 13}) {
                AxisGeometry axis{.input = input,
                                  .output = (input - 1) / stride + 2,
                                  .kernel = kernel,
                                  .stride = stride,
                                  .dilation = dilation,
                                  .lower = lower,
                                  .boundary = boundary,
                                  .operation = operation};
                visit(axis);
                for (const Index input_dilation : {2, 3, 4}) {
                  axis.input_dilation = input_dilation;
                  axis.output = (axis.spread_input() - 1) / stride + 2;
                  visit(axis);
                }
                if (crop_upper(axis)) visit(axis);
              }
            }
          }
        }
      }
    }
  }
}

inline std::string describe(const AxisGeometry& g) {
  return "input " + std::to_string(g.input) + " output " + std::to_string(g.output) + " kernel " +
         std::to_string(g.kernel) + " stride " + std::to_string(g.stride) + " dilation " +
         std::to_string(g.dilation) + " input_dilation " + std::to_string(g.input_dilation) +
         " lower " + std::to_string(g.lower) + " cropped_upper " + std::to_string(g.cropped_upper) +
         " " + std::string(to_string(g.boundary)) + " " + std::string(to_string(g.operation));
}

}  // namespace toeplix::test
