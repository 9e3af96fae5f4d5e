#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/spec.hpp>

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
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
/// **Integers.** The data of quantized kernels are integers of 8 to 64 bits, and weights and image
/// may be of different types (`int8` weights, `uint8` image). Every product and every sum is taken
/// in 64 bits and is exact: one that is beyond 64 bits, even if a later summand would bring it
/// back, is a `CapacityError`. A boundary of zeros pads with the number 0: subtract the zero points
/// of quantized data first, e.g. as `int16`.
///
/// Cost: one multiplication per weight and window, a few index computations per window and kernel
/// position, and one step per pixel of each padded axis. Memory: the result, one number per pixel
/// of each padded axis, two per kernel position, and 8 bytes for each integer of another width.
namespace toeplix::reference {

/// The types that the oracle calculates in. Other integers are widened to `std::int64_t`.
template <class T>
concept SupportedScalar =
    std::same_as<T, float> || std::same_as<T, double> || std::same_as<T, std::complex<float>> ||
    std::same_as<T, std::complex<double>> || std::same_as<T, std::int64_t>;

/// The integers that the oracle takes: of any width, if `std::int64_t` has all of their values. So
/// `std::uint64_t` is none, and neither is `bool`.
template <class T>
concept IntegerScalar = std::integral<T> && !std::same_as<T, bool> &&
                        (sizeof(T) < sizeof(std::int64_t) ||
                         (sizeof(T) == sizeof(std::int64_t) && std::signed_integral<T>));

/// The type in which products of two element types are added up: `std::int64_t` for two types of
/// integers, or the one type that both of them are.
template <class A, class B>
using SumOf = std::conditional_t<IntegerScalar<A> && IntegerScalar<B>, std::int64_t, A>;

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

/// How many numbers the arrays of a convolution have.
struct Lengths {
  std::size_t weights = 0;  ///< out_channels * in_channels / groups * kernel positions
  std::size_t input = 0;    ///< in_channels * pixels of `input`
  std::size_t output = 0;   ///< out_channels * pixels of `output_extents`
};

/// How many numbers the arrays of a convolution have. Cost as `output_extents`.
///
///     const auto lengths = toeplix::reference::lengths(spec);
///     std::vector<std::int8_t> weights(lengths.weights), x(lengths.input);
[[nodiscard]] Lengths lengths(const ConvolutionSpec& spec);
/// How many numbers the arrays of a transposed convolution have.
[[nodiscard]] Lengths lengths(const TransposedConvolutionSpec& spec);

/// A x, gathered: every output is the sum over one window (`corr2d` in Dive into Deep Learning,
/// section 7.2). With a `padding_value`, where a window shows no pixel it shows this number, so
/// that the result is A x plus an offset (of integer data it must be an integer, or it is a
/// GeometryError); `convolve_transposed` and `weight_gradient` are those of the linear part.
/// `weights`: (out_channels, in_channels / groups, kernel...). `x`: one input. Returns one output.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> convolve(const ConvolutionSpec& spec,
                                           std::span<const Scalar> weights,
                                           std::span<const Scalar> x);
/// A x + b: as above, and then `bias[c]` is added to every pixel of output channel c. `bias`:
/// out_channels numbers.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> convolve(const ConvolutionSpec& spec,
                                           std::span<const Scalar> weights,
                                           std::span<const Scalar> x, std::span<const Scalar> bias);
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
/// T x + b: as above, and then `bias[c]` is added to every pixel of output channel c. `bias`:
/// out_channels numbers.
template <SupportedScalar Scalar>
[[nodiscard]] std::vector<Scalar> convolve_transposed(const TransposedConvolutionSpec& spec,
                                                      std::span<const Scalar> weights,
                                                      std::span<const Scalar> x,
                                                      std::span<const Scalar> bias);
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

namespace detail {

/// Whether the oracle takes products of numbers of these types.
template <class A, class B>
inline constexpr bool multiply = SupportedScalar<SumOf<A, B>> &&
                                 (std::same_as<A, B> || (IntegerScalar<A> && IntegerScalar<B>));

/// The numbers of a range as `Scalar`: a view of them, or of other integers a copy.
template <class Scalar, VectorArgument T>
auto numbers(const T& values) {
  if constexpr (std::same_as<Scalar, ScalarOf<T>>) {
    return as_span(values);
  } else {
    const auto view = as_span(values);
    return std::vector<Scalar>(view.begin(), view.end());
  }
}

}  // namespace detail

/// `convolve` for any contiguous ranges of one element type, or of integers.
///
///     toeplix::ConvolutionSpec spec{.input = {3}, .kernel = {2}};
///     std::vector<float> w = {1, 10}, x = {1, 2, 3};
///     toeplix::reference::convolve(spec, w, x);  // 21, 32
///     std::vector<std::int8_t> v = {-1, 100};
///     std::vector<std::uint8_t> image = {1, 200, 255};
///     toeplix::reference::convolve(spec, v, image);  // std::int64_t: 19999, 25300
template <SpecArgument Spec, VectorArgument Weights, VectorArgument Vector>
[[nodiscard]] auto convolve(const Spec& spec, const Weights& weights, const Vector& vector)
    -> std::vector<SumOf<ScalarOf<Weights>, ScalarOf<Vector>>> {
  using Scalar = SumOf<ScalarOf<Weights>, ScalarOf<Vector>>;
  static_assert(detail::multiply<ScalarOf<Weights>, ScalarOf<Vector>>,
                "weights and vector must have the same element type, or both have integers");
  return reference::convolve<Scalar>(spec, detail::numbers<Scalar>(weights),
                                     detail::numbers<Scalar>(vector));
}

/// `convolve` with a bias, for any contiguous ranges of one element type, or of integers.
///
///     std::vector<std::int8_t> w = {1, 10}, x = {1, 2, 3};
///     std::vector<std::int32_t> bias = {1000};  // out_channels of them
///     toeplix::reference::convolve({.input = {3}, .kernel = {2}}, w, x, bias);  // 1021, 1032
template <VectorArgument Weights, VectorArgument Vector, VectorArgument Bias>
[[nodiscard]] auto convolve(const ConvolutionSpec& spec, const Weights& weights,
                            const Vector& vector, const Bias& bias)
    -> std::vector<SumOf<ScalarOf<Weights>, ScalarOf<Vector>>> {
  using Scalar = SumOf<ScalarOf<Weights>, ScalarOf<Vector>>;
  static_assert(detail::multiply<ScalarOf<Weights>, ScalarOf<Vector>> &&
                    detail::multiply<ScalarOf<Weights>, ScalarOf<Bias>>,
                "weights, vector and bias must have the same element type, or all have integers");
  return reference::convolve<Scalar>(spec, detail::numbers<Scalar>(weights),
                                     detail::numbers<Scalar>(vector),
                                     detail::numbers<Scalar>(bias));
}

/// `convolve_transposed` for any contiguous ranges of one element type, or of integers.
///
///     toeplix::TransposedConvolutionSpec spec{.input = {2}, .kernel = {2}};
///     std::vector<float> w = {1, 10}, x = {1, 2};
///     toeplix::reference::convolve_transposed(spec, w, x);  // 1, 12, 20
template <SpecArgument Spec, VectorArgument Weights, VectorArgument Vector>
[[nodiscard]] auto convolve_transposed(const Spec& spec, const Weights& weights,
                                       const Vector& vector)
    -> std::vector<SumOf<ScalarOf<Weights>, ScalarOf<Vector>>> {
  using Scalar = SumOf<ScalarOf<Weights>, ScalarOf<Vector>>;
  static_assert(detail::multiply<ScalarOf<Weights>, ScalarOf<Vector>>,
                "weights and vector must have the same element type, or both have integers");
  return reference::convolve_transposed<Scalar>(spec, detail::numbers<Scalar>(weights),
                                                detail::numbers<Scalar>(vector));
}

/// `convolve_transposed` with a bias, for any contiguous ranges of one element type, or of
/// integers.
///
///     std::vector<float> w = {1, 10}, x = {1, 2}, bias = {100};  // out_channels of them
///     toeplix::TransposedConvolutionSpec spec{.input = {2}, .kernel = {2}};
///     toeplix::reference::convolve_transposed(spec, w, x, bias);  // 101, 112, 120
template <VectorArgument Weights, VectorArgument Vector, VectorArgument Bias>
[[nodiscard]] auto convolve_transposed(const TransposedConvolutionSpec& spec,
                                       const Weights& weights, const Vector& vector,
                                       const Bias& bias)
    -> std::vector<SumOf<ScalarOf<Weights>, ScalarOf<Vector>>> {
  using Scalar = SumOf<ScalarOf<Weights>, ScalarOf<Vector>>;
  static_assert(detail::multiply<ScalarOf<Weights>, ScalarOf<Vector>> &&
                    detail::multiply<ScalarOf<Weights>, ScalarOf<Bias>>,
                "weights, vector and bias must have the same element type, or all have integers");
  return reference::convolve_transposed<Scalar>(spec, detail::numbers<Scalar>(weights),
                                                detail::numbers<Scalar>(vector),
                                                detail::numbers<Scalar>(bias));
}

/// `weight_gradient` for any contiguous ranges of one element type, or of integers.
///
///     toeplix::ConvolutionSpec spec{.input = {3}, .kernel = {2}};
///     std::vector<float> x = {1, 2, 3}, r = {1, 1};
///     toeplix::reference::weight_gradient(spec, x, r);  // 3, 5
template <SpecArgument Spec, VectorArgument Input, VectorArgument Output>
[[nodiscard]] auto weight_gradient(const Spec& spec, const Input& x, const Output& r)
    -> std::vector<SumOf<ScalarOf<Input>, ScalarOf<Output>>> {
  using Scalar = SumOf<ScalarOf<Input>, ScalarOf<Output>>;
  static_assert(detail::multiply<ScalarOf<Input>, ScalarOf<Output>>,
                "input and output must have the same element type, or both have integers");
  return reference::weight_gradient<Scalar>(spec, detail::numbers<Scalar>(x),
                                            detail::numbers<Scalar>(r));
}

}  // namespace toeplix::reference
