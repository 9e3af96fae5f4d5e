#pragma once

#include <toeplix/reference.hpp>

/// The oracle where every window has a kernel of its own. Errors, integers and cost as in
/// reference.hpp.
namespace toeplix::reference {

/// A x with a kernel of its own for every output pixel: `weights` has the shape (output...,
/// out_channels, in_channels / groups, kernel...). Or, for a transposed spec, T^T y with one for
/// every input pixel of it: (input..., in_channels, out_channels / groups, kernel...).
template <SupportedScalar Scalar, SpecArgument Spec>
[[nodiscard]] std::vector<Scalar> per_pixel_convolve(const Spec& spec,
                                                     std::span<const Scalar> weights,
                                                     std::span<const Scalar> vector);

/// T x, where every input pixel adds its multiple of its own kernel; or A^T y. Shapes as above.
template <SupportedScalar Scalar, SpecArgument Spec>
[[nodiscard]] std::vector<Scalar> per_pixel_convolve_transposed(const Spec& spec,
                                                                std::span<const Scalar> weights,
                                                                std::span<const Scalar> vector);

/// As `weight_gradient`, but the g is shaped like the weights above: nothing is added up over
/// pixels. `x`: one input; `r`: one output.
template <SupportedScalar Scalar, SpecArgument Spec>
[[nodiscard]] std::vector<Scalar> per_pixel_weight_gradient(const Spec& spec,
                                                            std::span<const Scalar> x,
                                                            std::span<const Scalar> r);

/// `per_pixel_convolve` for any contiguous ranges of one element type, or of integers.
///
///     std::vector<float> w = {1, 10, 2, 20}, x = {1, 2, 3};  // 1 10 of output pixel 0
///     toeplix::ConvolutionSpec spec{.input = {3}, .kernel = {2}};
///     toeplix::reference::per_pixel_convolve(spec, w, x);  // 21, 64
template <SpecArgument Spec, VectorArgument Weights, VectorArgument Vector>
[[nodiscard]] auto per_pixel_convolve(const Spec& spec, const Weights& weights,
                                      const Vector& vector)
    -> std::vector<SumOf<ScalarOf<Weights>, ScalarOf<Vector>>> {
  using Scalar = SumOf<ScalarOf<Weights>, ScalarOf<Vector>>;
  static_assert(detail::multiply<ScalarOf<Weights>, ScalarOf<Vector>>,
                "weights and vector must have the same element type, or both have integers");
  return reference::per_pixel_convolve<Scalar>(spec, detail::numbers<Scalar>(weights),
                                               detail::numbers<Scalar>(vector));
}

/// `per_pixel_convolve_transposed`, likewise.
///
///     std::vector<float> w = {1, 10, 2, 20}, x = {1, 2};  // 1 10 of input pixel 0
///     toeplix::TransposedConvolutionSpec spec{.input = {2}, .kernel = {2}};
///     toeplix::reference::per_pixel_convolve_transposed(spec, w, x);  // 1, 14, 40
template <SpecArgument Spec, VectorArgument Weights, VectorArgument Vector>
[[nodiscard]] auto per_pixel_convolve_transposed(const Spec& spec, const Weights& weights,
                                                 const Vector& vector)
    -> std::vector<SumOf<ScalarOf<Weights>, ScalarOf<Vector>>> {
  using Scalar = SumOf<ScalarOf<Weights>, ScalarOf<Vector>>;
  static_assert(detail::multiply<ScalarOf<Weights>, ScalarOf<Vector>>,
                "weights and vector must have the same element type, or both have integers");
  return reference::per_pixel_convolve_transposed<Scalar>(spec, detail::numbers<Scalar>(weights),
                                                          detail::numbers<Scalar>(vector));
}

/// `per_pixel_weight_gradient` for any contiguous ranges of one element type, or of integers.
///
///     toeplix::ConvolutionSpec spec{.input = {3}, .kernel = {2}};
///     std::vector<float> x = {1, 2, 3}, r = {10, 100};
///     toeplix::reference::per_pixel_weight_gradient(spec, x, r);  // 10, 20, 200, 300
template <SpecArgument Spec, VectorArgument Input, VectorArgument Output>
[[nodiscard]] auto per_pixel_weight_gradient(const Spec& spec, const Input& x, const Output& r)
    -> std::vector<SumOf<ScalarOf<Input>, ScalarOf<Output>>> {
  using Scalar = SumOf<ScalarOf<Input>, ScalarOf<Output>>;
  static_assert(detail::multiply<ScalarOf<Input>, ScalarOf<Output>>,
                "input and output must have the same element type, or both have integers");
  return reference::per_pixel_weight_gradient<Scalar>(spec, detail::numbers<Scalar>(x),
                                                      detail::numbers<Scalar>(r));
}

}  // namespace toeplix::reference
