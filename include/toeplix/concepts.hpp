#pragma once

#include <toeplix/index.hpp>  // first: its #error says which language is needed

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <type_traits>
#include <utility>

namespace toeplix {

class Convolution;
class TransposedConvolution;
struct ConvolutionSpec;
struct TransposedConvolutionSpec;
class Pattern;

namespace detail {

/// Whether the elements lie one after another in memory, in one order only. False for matrices.
template <class T>
inline constexpr bool is_one_line = true;
template <class T>
requires requires {
  T::IsVectorAtCompileTime;
}
inline constexpr bool is_one_line<T> =
    bool(T::IsVectorAtCompileTime) && int(T::InnerStrideAtCompileTime) == 1;
/// Eigen's tensors are in C order only if their layout is RowMajor (1), which is not the default.
template <class T>
requires requires {
  T::Layout;
  T::NumDimensions;
}
inline constexpr bool is_one_line<T> = int(T::NumDimensions) == 1 || int(T::Layout) == 1;

}  // namespace detail

/// Anything whose elements lie one after another in memory: `std::vector`, `std::array`,
/// `std::span`, a C array, an `Eigen::VectorXf`.
///
/// An Eigen matrix with two dynamic dimensions is refused at compile time: its storage order would
/// silently decide what the numbers mean. Flatten it (`m.reshaped<Eigen::RowMajor>().eval()`). An
/// Eigen tensor of several dimensions is refused too, unless it is `RowMajor`.
///
///     static_assert(toeplix::VectorArgument<std::vector<float>>);
///     static_assert(!toeplix::VectorArgument<Eigen::MatrixXf>);
template <class T>
concept VectorArgument = requires(const T& values) {
  *std::data(values);
  { std::size(values) } -> std::convertible_to<std::size_t>;
}
&&detail::is_one_line<std::remove_cvref_t<T>>;

/// The element type of a `VectorArgument`, without const: `float` for a `std::vector<float>`.
template <VectorArgument T>
using ScalarOf = std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>;

/// A view of a `VectorArgument`. Costs nothing; lives as long as the argument.
///
///     std::vector<float> weights = {1, 2, 1};
///     std::span<const float> view = toeplix::as_span(weights);
template <VectorArgument T>
[[nodiscard]] std::span<const ScalarOf<T>> as_span(const T& values) {
  return {std::data(values), static_cast<std::size_t>(std::size(values))};
}

/// The scalars that a matrix can be compiled for: float, double, and their complex types.
template <class T>
concept MatrixScalar = std::same_as<T, float> || std::same_as<T, double> ||
    std::same_as<T, std::complex<float>> || std::same_as<T, std::complex<double>>;

/// The index types that a matrix can be compiled with: 32 or 64 bits, signed.
template <class T>
concept MatrixIndex = std::same_as<T, std::int32_t> || std::same_as<T, std::int64_t>;

/// A contiguous range of float, double or their complex types. Integers are refused and not
/// converted, so that the caller says which precision is meant.
template <class T>
concept WeightsArgument = VectorArgument<T> && MatrixScalar<ScalarOf<T>>;

/// Either kind of convolution.
template <class T>
concept AnyConvolution = std::same_as<T, Convolution> || std::same_as<T, TransposedConvolution>;

/// What has a matrix: a convolution, a transposed one, the spec of either, or a `Pattern`. A
/// function that takes one makes the `Pattern` of it, so for a spec it throws what `Convolution`
/// throws.
template <class T>
concept PatternArgument = AnyConvolution<T> || std::same_as<T, Pattern> ||
    std::same_as<T, ConvolutionSpec> || std::same_as<T, TransposedConvolutionSpec>;

namespace detail {

/// Refuses at compile time, by one sentence, a vector whose numbers are of another type.
template <class Wanted, class Given>
constexpr void check_scalar() {
  static_assert(std::same_as<Wanted, Given>,
                "Toeplix: the weights, vectors and matrices of one call must have the same scalar "
                "type; convert one of them, e.g. x.cast<float>()");
}

/// As `as_span`, for numbers that must be of type `Scalar`.
template <class Scalar, VectorArgument T>
std::span<const Scalar> span_of(const T& values) {
  if constexpr (std::same_as<Scalar, ScalarOf<T>>) {
    return as_span(values);
  } else {
    check_scalar<Scalar, ScalarOf<T>>();
    return {};
  }
}

}  // namespace detail

}  // namespace toeplix
