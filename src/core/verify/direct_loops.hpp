#pragma once

#include <toeplix/reference_per_pixel.hpp>

#include <span>
#include <vector>

/// The oracle by the names that both kinds of spec share.
namespace toeplix::detail {

/// A x by direct loops, for the matrix A of a spec and weights of either kind; below, A^T y.
template <class Scalar, class Weights>
std::vector<Scalar> direct_product(const ConvolutionSpec& spec, const Weights& weights,
                                   std::span<const Scalar> x) {
  return reference::convolve(spec, weights, x);
}

template <class Scalar, class Weights>
std::vector<Scalar> direct_product(const TransposedConvolutionSpec& spec, const Weights& weights,
                                   std::span<const Scalar> x) {
  return reference::convolve_transposed(spec, weights, x);
}

template <class Scalar, class Weights>
std::vector<Scalar> direct_transposed_product(const ConvolutionSpec& spec, const Weights& weights,
                                              std::span<const Scalar> y) {
  return reference::convolve_transposed(spec, weights, y);
}

template <class Scalar, class Weights>
std::vector<Scalar> direct_transposed_product(const TransposedConvolutionSpec& spec,
                                              const Weights& weights, std::span<const Scalar> y) {
  return reference::convolve(spec, weights, y);
}

}  // namespace toeplix::detail
