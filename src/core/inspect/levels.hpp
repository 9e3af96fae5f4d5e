#pragma once

#include <toeplix/convolution.hpp>

namespace toeplix::detail {

/// The numbers of the axes in the order of memory, the slowest first. `Pattern::axes()` has the
/// same order.
std::vector<std::size_t> axes_by_memory(std::size_t axes, TensorOrder order);

/// The convolution that slides windows: this one, or a transposed one's adjoint.
inline const Convolution& sliding_convolution(const Convolution& convolution) {
  return convolution;
}
inline const Convolution& sliding_convolution(const TransposedConvolution& convolution) {
  return convolution.adjoint();
}

}  // namespace toeplix::detail
