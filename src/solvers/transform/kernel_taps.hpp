#pragma once

#include <toeplix/pattern.hpp>

#include <span>
#include <vector>

namespace toeplix::detail {

/// Where a kernel reads relative to the pixel that it writes, and with which weight: the pixel at x
/// is the sum of `weight * image(x + offset)`. Positions may repeat.
struct KernelTaps {
  Index axes = 0;
  std::vector<Index> offsets = {};  ///< `axes` of them for each tap, axes as in the pattern
  std::vector<double> weights = {};

  [[nodiscard]] std::size_t size() const { return weights.size(); }
  /// The offset of a tap along every axis.
  [[nodiscard]] std::span<const Index> offset(std::size_t tap) const {
    return std::span(offsets).subspan(tap * static_cast<std::size_t>(axes),
                                      static_cast<std::size_t>(axes));
  }
};

/// Two channels of a group that a kernel connects.
struct ChannelPair {
  Index group = 0;
  Index row = 0;     ///< of the group
  Index column = 0;  ///< of the group
};

/// The taps of a kernel whose axes have stride 1; for a transposed pattern those of the transposed
/// matrix, the offsets negated. Precondition: not one kernel for every pixel.
KernelTaps taps_of(const Pattern& pattern, std::span<const double> weights,
                   const ChannelPair& channels);

/// The taps of A^T A: for every offset the sum of products of weights that lie so far apart. The
/// sum of both must have the same axes. Cost: the square of the number of taps, or with FFTW, if
/// that is less, n log n for the box of the result.
KernelTaps autocorrelation(const KernelTaps& taps);

/// Whether mirroring the kernel along an axis, about offset 0, changes nothing.
bool is_symmetric_along(const KernelTaps& taps, std::size_t axis);

}  // namespace toeplix::detail
