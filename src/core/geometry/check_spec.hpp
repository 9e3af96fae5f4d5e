#pragma once

#include <toeplix/spec.hpp>

namespace toeplix::detail {

/// No extent, stride, dilation or padding beyond this; their sums and differences then fit 64 bits.
inline constexpr Index max_length = Index{1} << 40;

/// Kernel positions along one axis. Precondition: there is one number for all axes, or one per
/// axis.
template <class Spec>
Index kernel_extent(const Spec& spec, std::size_t axis) {
  return spec.kernel[spec.kernel.size() == 1 ? 0 : axis];
}

/// Throws GeometryError for a field that no convolution can have, whatever the others say, for
/// lists of different lengths and for groups that do not divide the channels. Then every list can
/// be read at every axis.
void check_spec(const ConvolutionSpec& spec);
void check_spec(const TransposedConvolutionSpec& spec);

}  // namespace toeplix::detail
