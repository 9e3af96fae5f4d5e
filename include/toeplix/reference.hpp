#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/spec.hpp>

#include <complex>
#include <concepts>
#include <span>
#include <vector>

/// The oracle: convolutions by direct loops, for the rest of the library to be compared with.
///
/// It is written to be read and believed: it walks beyond the border one pixel at a time (once per
/// axis, noting where it lands) and counts windows by stepping. It shares no helper with the code
/// that it judges, and that code may use nothing of it.
///
/// Wherever the text says *convolution matrix*, it means the matrix A with y = A x for a
/// `ConvolutionSpec`, and the matrix T with y = T x for a `TransposedConvolutionSpec`. Vectors hold
/// one image, laid out as `spec.order` says; weights are always in C order. Transposition never
/// conjugates.
///
/// Every function checks its spec and throws `GeometryError` (the message names axis, field, value
/// and rule) if the convolution cannot exist or a vector has the wrong length, and `CapacityError`
/// if a number is beyond 2^30, a padded axis beyond 2^27 pixels, or a tensor beyond 64 bits.
///
/// Cost: one multiplication per weight and window, a few index computations per window and kernel
/// position, and one step per pixel of each padded axis. Memory: the result, one number per pixel
/// of each padded axis, two per kernel position.
namespace toeplix::reference {

/// The element types the oracle is compiled for.
template <class T>
concept SupportedScalar = std::same_as<T, float> || std::same_as<T, double> ||
    std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>;

/// Either kind of spec.
template <class T>
concept SpecArgument =
    std::same_as<T, ConvolutionSpec> || std::same_as<T, TransposedConvolutionSpec>;

/// Output pixels per spatial axis, counted by stepping the window over the padded input until it no
/// longer fits. Cost: one step per output coordinate of each axis.
///
///     toeplix::ConvolutionSpec spec{.input = {7}, .kernel = {3}, .stride = 2};
///     toeplix::reference::output_extents(spec);  // 3
[[nodiscard]] Extents output_extents(const ConvolutionSpec& spec);
/// Output pixels per spatial axis, found by laying one window per input pixel.
[[nodiscard]] Extents output_extents(const TransposedConvolutionSpec& spec);

/// A x, gathered: every output is the sum over one window (`corr2d` in Dive into Deep Learning,
/// section 7.2). `weights`: (out_channels, in_channels / groups, kernel...). `x`: one input.
/// Returns one output.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> convolve(const ConvolutionSpec& spec,
                                           std::span<const Scalar> weights,
                                           std::span<const Scalar> x);
/// T^T y, gathered: the convolution that `spec` transposes. `y`: one output of `spec`. Returns one
/// input of `spec`.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> convolve(const TransposedConvolutionSpec& spec,
                                           std::span<const Scalar> weights,
                                           std::span<const Scalar> y);

/// T x, scattered: every input pixel adds its multiple of the kernel to one window (`trans_conv` in
/// Dive into Deep Learning, section 14.10). `weights`: (in_channels, out_channels / groups,
/// kernel...). `x`: one input. Returns one output.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> convolve_transposed(const TransposedConvolutionSpec& spec,
                                                      std::span<const Scalar> weights,
                                                      std::span<const Scalar> x);
/// A^T y, scattered. `y`: one output of `spec`. Returns one input of `spec`.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> convolve_transposed(const ConvolutionSpec& spec,
                                                      std::span<const Scalar> weights,
                                                      std::span<const Scalar> y);

/// The adjoint of the map w -> A(w) x, applied to `r`: the g, shaped like the weights, with
/// <A(w) x, r> = <w, g> for every w, where <a, b> = sum a conj(b). With r the derivative of a loss
/// by the output, g is its derivative by the weights. `x`: one input; `r`: one output.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> weight_gradient(const ConvolutionSpec& spec,
                                                  std::span<const Scalar> x,
                                                  std::span<const Scalar> r);
/// The same of the map w -> T(w) x.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> weight_gradient(const TransposedConvolutionSpec& spec,
                                                  std::span<const Scalar> x,
                                                  std::span<const Scalar> r);

/// `convolve` for any contiguous ranges of one element type.
///
///     toeplix::ConvolutionSpec spec{.input = {3}, .kernel = {2}};
///     std::vector<float> w = {1, 10}, x = {1, 2, 3};
///     toeplix::reference::convolve(spec, w, x);  // 21, 32
template <SpecArgument Spec, VectorArgument Weights, VectorArgument Vector>
[[nodiscard]] std::vector<ScalarOf<Weights>> convolve(const Spec& spec, const Weights& weights,
                                                      const Vector& vector) {
  using Scalar = ScalarOf<Weights>;
  static_assert(std::same_as<Scalar, ScalarOf<Vector>>,
                "weights and vector must have the same element type");
  return reference::convolve<Scalar>(spec, as_span(weights), as_span(vector));
}

/// `convolve_transposed` for any contiguous ranges of one element type.
///
///     toeplix::TransposedConvolutionSpec spec{.input = {2}, .kernel = {2}};
///     std::vector<float> w = {1, 10}, x = {1, 2};
///     toeplix::reference::convolve_transposed(spec, w, x);  // 1, 12, 20
template <SpecArgument Spec, VectorArgument Weights, VectorArgument Vector>
[[nodiscard]] std::vector<ScalarOf<Weights>> convolve_transposed(const Spec& spec,
                                                                 const Weights& weights,
                                                                 const Vector& vector) {
  using Scalar = ScalarOf<Weights>;
  static_assert(std::same_as<Scalar, ScalarOf<Vector>>,
                "weights and vector must have the same element type");
  return reference::convolve_transposed<Scalar>(spec, as_span(weights), as_span(vector));
}

/// `weight_gradient` for any contiguous ranges of one element type.
///
///     toeplix::ConvolutionSpec spec{.input = {3}, .kernel = {2}};
///     std::vector<float> x = {1, 2, 3}, r = {1, 1};
///     toeplix::reference::weight_gradient(spec, x, r);  // 3, 5
template <SpecArgument Spec, VectorArgument Input, VectorArgument Output>
[[nodiscard]] std::vector<ScalarOf<Input>> weight_gradient(const Spec& spec, const Input& x,
                                                           const Output& r) {
  using Scalar = ScalarOf<Input>;
  static_assert(std::same_as<Scalar, ScalarOf<Output>>,
                "input and output must have the same element type");
  return reference::weight_gradient<Scalar>(spec, as_span(x), as_span(r));
}

}  // namespace toeplix::reference
