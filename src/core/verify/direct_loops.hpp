#pragma once

#include <toeplix/per_pixel_weights.hpp>
#include <toeplix/reference.hpp>
#include <toeplix/reference_per_pixel.hpp>

#include <concepts>
#include <span>
#include <vector>

/// The oracle by the names that both kinds of spec and of weights share.
namespace toeplix::detail {

/// Gathers: every window is a sum over the pixels that it sees.
template <class Scalar, class Spec, class Weights>
std::vector<Scalar> gathered(const Spec& spec, const Weights& weights,
                             std::span<const Scalar> pixels) {
  if constexpr (is_per_pixel<Weights>) {
    return reference::per_pixel_convolve(spec, weights.values(), pixels);
  } else {
    return reference::convolve(spec, weights, pixels);
  }
}

/// Scatters: every window adds to the pixels that it sees.
template <class Scalar, class Spec, class Weights>
std::vector<Scalar> scattered(const Spec& spec, const Weights& weights,
                              std::span<const Scalar> windows) {
  if constexpr (is_per_pixel<Weights>) {
    return reference::per_pixel_convolve_transposed(spec, weights.values(), windows);
  } else {
    return reference::convolve_transposed(spec, weights, windows);
  }
}

/// A x, for the matrix A of a spec.
template <class Scalar, class Spec, class Weights>
std::vector<Scalar> direct_product(const Spec& spec, const Weights& weights,
                                   std::span<const Scalar> x) {
  if constexpr (std::same_as<Spec, ConvolutionSpec>)
    return gathered(spec, weights, x);
  else
    return scattered(spec, weights, x);
}

/// A^T y.
template <class Scalar, class Spec, class Weights>
std::vector<Scalar> direct_transposed_product(const Spec& spec, const Weights& weights,
                                              std::span<const Scalar> y) {
  if constexpr (std::same_as<Spec, ConvolutionSpec>)
    return scattered(spec, weights, y);
  else
    return gathered(spec, weights, y);
}

/// The bias of every element of the output: what comes of nothing but zeros.
template <class Scalar, class Spec>
std::vector<Scalar> direct_biases(const Spec& spec, std::span<const Scalar> bias) {
  const reference::Lengths lengths = reference::lengths(spec);
  const std::vector<Scalar> weights(lengths.weights);
  const std::vector<Scalar> x(lengths.input);
  if constexpr (std::same_as<Spec, ConvolutionSpec>)
    return reference::convolve(spec, weights, x, bias);
  else
    return reference::convolve_transposed(spec, weights, x, bias);
}

}  // namespace toeplix::detail
