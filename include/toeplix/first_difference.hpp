#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/reference.hpp>
#include <toeplix/spec.hpp>

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

/// \file
/// What differs first between two arrays, in words: for tests of a kernel.

namespace toeplix::reference {

namespace detail {

/// A number of the type in which two element types are compared; nothing if they are not.
template <class A, class B>
constexpr auto compared() {
  constexpr bool supported = SupportedScalar<A> && SupportedScalar<B>;
  if constexpr (IntegerScalar<A> && IntegerScalar<B>) {
    return std::int64_t{};
  } else if constexpr (supported && std::same_as<A, B>) {
    return A{};
  } else if constexpr (supported && std::floating_point<A> && std::floating_point<B>) {
    return double{};
  } else if constexpr (supported && !std::is_arithmetic_v<A> && !std::is_arithmetic_v<B>) {
    return std::complex<double>{};
  }
}

/// Two arrays that are not the same.
struct Mismatch {
  std::optional<std::size_t> first;  ///< the first element that differs; nothing: the lengths do
  std::string text;                  ///< what differs and how many, but not where
};

/// Nothing if the arrays agree.
template <SupportedScalar Scalar>
std::optional<Mismatch> mismatch(std::span<const Scalar> expected, std::span<const Scalar> got,
                                 double tolerance);

/// The same for any two ranges that can be compared.
template <VectorArgument Expected, VectorArgument Got>
std::optional<Mismatch> compare(const Expected& expected, const Got& got, double tolerance) {
  using Scalar = decltype(compared<ScalarOf<Expected>, ScalarOf<Got>>());
  static_assert(!std::is_void_v<Scalar>,
                "integers are compared with integers, real numbers with real ones and complex "
                "numbers with complex ones");
  return mismatch<Scalar>(numbers<Scalar>(expected), numbers<Scalar>(got), tolerance);
}

/// Throws GeometryError unless a vector has the length of an output of `spec`.
template <SpecArgument Spec>
void check_output(const Spec& spec, std::size_t length);

/// Throws GeometryError unless vectors have the lengths of the weights and the input of `spec`.
template <SpecArgument Spec>
void check_factors(const Spec& spec, std::size_t weights, std::size_t x);

/// `output 5 (channel 1, coordinate 0,2)`
template <SpecArgument Spec>
std::string place_in_output(const Spec& spec, std::size_t element);

/// `w[0]*x[4] = 0*4, w[1]*x[5] = 1*5`: what adds up to one element of the output.
template <SupportedScalar Scalar, SpecArgument Spec>
std::string products(const Spec& spec, std::span<const Scalar> weights, std::span<const Scalar> x,
                     std::size_t element);

}  // namespace detail

/// What differs first between two arrays, in words; empty if nothing does.
///
/// Two numbers agree if they are equal (0 and -0 are), both NaN, or not further apart than
/// `tolerance`, an absolute bound, for complex numbers of their distance in the plane. Integers of
/// different types are compared with each other, and so are two precisions, but integers are not
/// compared with real numbers, nor real with complex ones. Throws Error for a tolerance that is
/// negative, infinite or NaN. Cost: one pass.
///
///     std::vector<float> expected = {19, 25, 37}, got = {19, 26, 36};
///     toeplix::reference::first_difference(expected, got);
///     // "element 1: expected 25, got 26; 2 of 3 values differ"
template <VectorArgument Expected, VectorArgument Got>
[[nodiscard]] std::string first_difference(const Expected& expected, const Got& got,
                                           double tolerance = 0) {
  const auto found = detail::compare(expected, got, tolerance);
  if (!found) return {};
  if (!found->first) return found->text;
  return "element " + std::to_string(*found->first) + ": " + found->text;
}

/// What differs first between two outputs of a convolution, and in which channel and pixel.
///
/// `expected` and `got` are outputs of `spec`, laid out as `spec.order` says. Throws GeometryError
/// if the convolution cannot exist or `expected` has another length; if `got` has one, that is a
/// difference. Cost: one pass, and as `output_extents`.
///
///     toeplix::ConvolutionSpec spec{.input = {3, 3}, .kernel = {2, 2}};
///     std::vector<float> expected = {19, 25, 37, 43}, got = {19, 25, 38, 43};
///     toeplix::reference::first_difference(spec, expected, got);
///     // "output 2 (channel 0, coordinate 1,0): expected 37, got 38; 1 of 4 values differs"
template <SpecArgument Spec, VectorArgument Expected, VectorArgument Got>
[[nodiscard]] std::string first_difference(const Spec& spec, const Expected& expected,
                                           const Got& got, double tolerance = 0) {
  detail::check_output(spec, as_span(expected).size());
  const auto found = detail::compare(expected, got, tolerance);
  if (!found) return {};
  if (!found->first) return found->text;
  return detail::place_in_output(spec, *found->first) + ": " + found->text;
}

/// What differs first between two outputs of a convolution, where, and which products add up to the
/// number that is right, without a bias (the first eight of them).
///
/// `weights` and `x` are what went into `convolve`, or for a transposed convolution into
/// `convolve_transposed`. Throws GeometryError for wrong lengths of these, too. Cost: as above, and
/// one pass of the direct loops if something differs.
///
///     std::vector<float> w = {0, 1, 2, 3}, x = {0, 1, 2, 3, 4, 5, 6, 7, 8};
///     toeplix::reference::first_difference(spec, w, x, expected, got);
///     // "output 2 (channel 0, coordinate 1,0): expected 37, got 38; 1 of 4 values differs;
///     //  products: w[0]*x[3] = 0*3, w[1]*x[4] = 1*4, w[2]*x[6] = 2*6, w[3]*x[7] = 3*7"
template <SpecArgument Spec, VectorArgument Weights, VectorArgument Vector, VectorArgument Expected,
          VectorArgument Got>
[[nodiscard]] std::string first_difference(const Spec& spec, const Weights& weights,
                                           const Vector& x, const Expected& expected,
                                           const Got& got, double tolerance = 0) {
  static_assert(detail::multiply<ScalarOf<Weights>, ScalarOf<Vector>>,
                "weights and vector must have the same element type, or both have integers");
  using Factor = SumOf<ScalarOf<Weights>, ScalarOf<Vector>>;
  detail::check_output(spec, as_span(expected).size());
  detail::check_factors(spec, as_span(weights).size(), as_span(x).size());
  const auto found = detail::compare(expected, got, tolerance);
  if (!found) return {};
  if (!found->first) return found->text;
  return detail::place_in_output(spec, *found->first) + ": " + found->text + "; products: " +
         detail::products<Factor>(spec, detail::numbers<Factor>(weights),
                                  detail::numbers<Factor>(x), *found->first);
}

}  // namespace toeplix::reference
