#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <vector>

namespace toeplix {

/// The gradient of <A(w) x, r> with respect to w: the adjoint of the linear map w -> A(w) x,
/// applied to r. g[w] is the sum of conj(x[column]) * r[row] over the entries that weight w adds
/// to.
///
/// `x` has pattern.cols() elements, `r` has pattern.rows(); the result has the shape of the
/// weights. Throws GeometryError for other lengths, Error for negative resources. Cost: one pass
/// over the entries, none stored.
template <MatrixScalar Scalar>
[[nodiscard]] std::vector<Scalar> weight_gradient(const Pattern& pattern, std::span<const Scalar> x,
                                                  std::span<const std::type_identity_t<Scalar>> r,
                                                  const Resources& resources = {});

/// The gradient for any convolution and contiguous vectors: see the first overload.
///
///     std::vector<float> g = toeplix::weight_gradient(conv, x, r);  // r = dLoss/dy
template <PatternArgument Conv, WeightsArgument X, VectorArgument R>
[[nodiscard]] std::vector<ScalarOf<X>> weight_gradient(const Conv& convolution, const X& x,
                                                       const R& r,
                                                       const Resources& resources = {}) {
  return weight_gradient<ScalarOf<X>>(Pattern(convolution), as_span(x),
                                      detail::span_of<ScalarOf<X>>(r), resources);
}

/// The gradient of <A(w) x, r> with respect to `PerPixelWeights`: that of every pixel's own kernel,
/// not added up over the pixels. It has their shape: (output..., out_channels,
/// in_channels / groups, kernel...), C order; of a transposed convolution
/// (input..., in_channels, out_channels / groups, kernel...).
///
/// Errors as for `weight_gradient`; also throws CapacityError for a result that exceeds the memory
/// budget. Cost: one pass over the entries, and the result.
///
///     toeplix::Convolution conv("input=3 kernel=2");
///     std::vector<float> x = {1, 2, 3}, r = {10, 100};
///     toeplix::per_pixel_weight_gradient(conv, x, r);  // 10 20, 200 300
template <PatternArgument Conv, WeightsArgument X, VectorArgument R>
[[nodiscard]] std::vector<ScalarOf<X>> per_pixel_weight_gradient(const Conv& convolution,
                                                                 const X& x, const R& r,
                                                                 const Resources& resources = {}) {
  return weight_gradient<ScalarOf<X>>(detail::per_pixel(Pattern(convolution)), as_span(x),
                                      detail::span_of<ScalarOf<X>>(r), resources);
}

}  // namespace toeplix
