#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/error.hpp>

#include <string>
#include <vector>

namespace toeplix {

/// The same convolution, its weights in the order oihw. Costs nothing if they are already; else as
/// the convolution itself.
///
///     toeplix::Convolution keras("input=8,8 kernel=3 in=2 out=4 weights_order=hwio");
///     toeplix::with_oihw(keras).weights_shape();  // 4, 2, 3, 3
[[nodiscard]] Convolution with_oihw(const Convolution& convolution);
/// The same transposed convolution, likewise.
///
///     toeplix::with_oihw(toeplix::TransposedConvolution(
///         "transposed input=8 kernel=3 in=2 out=4 weights_order=hwio")).weights_shape();  // 2, 4,
///         3
[[nodiscard]] TransposedConvolution with_oihw(const TransposedConvolution& convolution);

namespace detail {

/// Of every weight in the order oihw, its index in the order of the convolution.
std::vector<Index> places_of_oihw(const Convolution& convolution);

inline std::vector<Index> places_of_oihw(const TransposedConvolution& convolution) {
  return places_of_oihw(convolution.adjoint());
}

template <AnyConvolution Conv>
void check_weight_count(const Conv& convolution, std::size_t length) {
  if (static_cast<Index>(length) == convolution.weight_count()) return;
  throw GeometryError("weights has length " + std::to_string(length) + "; expected " +
                      std::to_string(convolution.weight_count()));
}

}  // namespace detail

/// The weights of a convolution, in the order oihw: what `with_oihw` of it takes. Throws
/// GeometryError for weights of the wrong length. Cost: one pass; memory: the result and 8 bytes
/// per weight.
///
///     toeplix::compile(toeplix::with_oihw(conv), toeplix::weights_to_oihw(conv, weights));
template <AnyConvolution Conv, VectorArgument Weights>
[[nodiscard]] std::vector<ScalarOf<Weights>> weights_to_oihw(const Conv& convolution,
                                                             const Weights& weights) {
  const auto given = as_span(weights);
  detail::check_weight_count(convolution, given.size());
  std::vector<ScalarOf<Weights>> result;
  result.reserve(given.size());
  for (const Index place : detail::places_of_oihw(convolution)) {
    result.push_back(given[static_cast<std::size_t>(place)]);
  }
  return result;
}

/// The reverse: weights in the order oihw, as the convolution takes them. Errors and cost as above.
///
///     std::vector<float> hwio = toeplix::weights_from_oihw(conv, oihw);
template <AnyConvolution Conv, VectorArgument Weights>
[[nodiscard]] std::vector<ScalarOf<Weights>> weights_from_oihw(const Conv& convolution,
                                                               const Weights& weights) {
  const auto given = as_span(weights);
  detail::check_weight_count(convolution, given.size());
  std::vector<ScalarOf<Weights>> result(given.size());
  auto weight = given.begin();
  for (const Index place : detail::places_of_oihw(convolution)) {
    result[static_cast<std::size_t>(place)] = *weight++;
  }
  return result;
}

}  // namespace toeplix
