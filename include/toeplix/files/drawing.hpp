#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/spec.hpp>

#include <concepts>
#include <type_traits>
#include <vector>

namespace toeplix {

/// What can be drawn: a convolution of either kind, or the spec of one.
template <class T>
concept DrawnConvolution = PatternArgument<T> && !std::same_as<T, Pattern>;

/// Weights that can be drawn: any contiguous range of real numbers, in C order, of the shape that
/// the convolution expects. An empty one is as good as no weights.
template <class T>
concept DrawnWeights = VectorArgument<T> && std::is_arithmetic_v<ScalarOf<T>>;

namespace detail {

inline const Convolution& as_convolution(const Convolution& convolution) {
  return convolution;
}
inline const TransposedConvolution& as_convolution(const TransposedConvolution& convolution) {
  return convolution;
}
inline Convolution as_convolution(const ConvolutionSpec& spec) {
  return Convolution(spec);
}
inline TransposedConvolution as_convolution(const TransposedConvolutionSpec& spec) {
  return TransposedConvolution(spec);
}

template <DrawnWeights Weights>
std::vector<double> copied_as_doubles(const Weights& weights) {
  const auto span = as_span(weights);
  return {span.begin(), span.end()};
}

}  // namespace detail

}  // namespace toeplix
