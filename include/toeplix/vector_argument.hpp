#pragma once

#include <concepts>
#include <iterator>
#include <span>
#include <type_traits>
#include <utility>

namespace toeplix {

namespace detail {

/// Whether neighbours are neighbours in memory and have one order only. True of all but matrices.
template <class T>
inline constexpr bool is_one_line = true;
template <class T>
requires requires {
  T::IsVectorAtCompileTime;
}
inline constexpr bool is_one_line<T> =
    bool(T::IsVectorAtCompileTime) && int(T::InnerStrideAtCompileTime) == 1;
/// Eigen's tensors are in C order only where they say RowMajor (1), which is not their default.
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
/// silently decide what the numbers mean. Flatten it (`m.reshaped<Eigen::RowMajor>().eval()`). So
/// is an Eigen tensor of several dimensions unless it is `RowMajor`.
template <class T>
concept VectorArgument = requires(const T& values) {
  *std::data(values);
  { std::size(values) } -> std::convertible_to<std::size_t>;
}
&&detail::is_one_line<std::remove_cvref_t<T>>;

/// The element type of a `VectorArgument`, without const.
template <VectorArgument T>
using ScalarOf = std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>;

/// Views a `VectorArgument` as a span. Cost: none.
template <VectorArgument T>
std::span<const ScalarOf<T>> as_span(const T& values) {
  return {std::data(values), static_cast<std::size_t>(std::size(values))};
}

}  // namespace toeplix
