#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/linear_map.hpp>
#include <toeplix/operator_eigen.hpp>

#include <Eigen/SparseCore>

#include <concepts>
#include <type_traits>
#include <utility>
#include <vector>

/// \file
/// What is made of operators, maps and matrices: sums, products and stacks. `linear_map.hpp`
/// includes it.

namespace toeplix {

namespace detail {

/// The scalar of the first operator or map among types.
template <class... Types>
struct MapScalar;
template <class First, class... Rest>
struct MapScalar<First, Rest...> : MapScalar<Rest...> {};
template <class First, class... Rest>
requires(is_map<First>) struct MapScalar<First, Rest...> {
  using type = typename First::Scalar;
};
template <class... Types>
using MapScalarOf = typename MapScalar<std::remove_cvref_t<Types>...>::type;

/// At least one operator or map; the others are that, too, or can become one.
template <class... Types>
concept MapOperands = (is_map<std::remove_cvref_t<Types>> || ...) &&
                      (std::convertible_to<Types, LinearMap<MapScalarOf<Types...>>> && ...);

/// What can stand beside a map, of whatever scalar.
template <class T>
concept MapOperand = is_map<T> || std::derived_from<T, Eigen::SparseMatrixBase<T>> ||
    std::derived_from<T, Eigen::DiagonalBase<T>>;

/// A map, and a map or matrix of another scalar.
template <class A, class B>
concept MixedOperands = (is_map<A> || is_map<B>)&&MapOperand<A>&& MapOperand<B> &&
                        !std::same_as<typename A::Scalar, typename B::Scalar>;

}  // namespace detail

/// Refused by one sentence: operands of different scalars.
template <class A, class B>
requires detail::MixedOperands<A, B>
void operator+(const A&, const B&) {
  detail::check_scalar<typename A::Scalar, typename B::Scalar>();
}
/// Refused, likewise.
template <class A, class B>
requires detail::MixedOperands<A, B>
void operator-(const A&, const B&) {
  detail::check_scalar<typename A::Scalar, typename B::Scalar>();
}
/// Refused, likewise.
template <class A, class B>
requires detail::MixedOperands<A, B>
void operator*(const A&, const B&) {
  detail::check_scalar<typename A::Scalar, typename B::Scalar>();
}

/// A + B, of operators, maps, and one sparse or diagonal matrix of Eigen's or an `AffineMap` (its
/// matrix). Throws GeometryError unless the shapes agree. Cost: none but for copies of sparse
/// matrices, see `LinearMap`; a product takes both products. `2 * A` is there as well, and costs
/// nothing.
template <class A, class B>
requires detail::MapOperands<A, B>
[[nodiscard]] auto operator+(A&& a, B&& b) {
  using Map = LinearMap<detail::MapScalarOf<A, B>>;
  return Map::sum(Map(std::forward<A>(a)), Map(std::forward<B>(b)));
}

/// A - B, likewise.
template <class A, class B>
requires detail::MapOperands<A, B>
[[nodiscard]] auto operator-(A&& a, B&& b) {
  using Map = LinearMap<detail::MapScalarOf<A, B>>;
  return Map::sum(Map(std::forward<A>(a)), -Map(std::forward<B>(b)));
}

/// A B, likewise: first B, then A. Throws GeometryError unless A has as many columns as B rows.
template <class A, class B>
requires detail::MapOperands<A, B>
[[nodiscard]] auto operator*(A&& a, B&& b) {
  using Map = LinearMap<detail::MapScalarOf<A, B>>;
  return Map::product(Map(std::forward<A>(a)), Map(std::forward<B>(b)));
}

/// The matrices one above the other: of one x, the results one after the other. Throws
/// GeometryError unless they have as many columns, and for none. Cost: none; a product takes all
/// products.
///
///     auto M = toeplix::vstack(A, std::sqrt(lambda) * L);  // |A x - b|^2 + lambda |L x|^2
template <class... Maps>
requires detail::MapOperands<Maps...>
[[nodiscard]] auto vstack(Maps&&... maps) {
  using Map = LinearMap<detail::MapScalarOf<Maps...>>;
  return Map::vertical({Map(std::forward<Maps>(maps))...});
}
/// The same of any number of maps.
template <MatrixScalar Scalar>
[[nodiscard]] LinearMap<Scalar> vstack(std::vector<LinearMap<Scalar>> maps) {
  return LinearMap<Scalar>::vertical(std::move(maps));
}

/// The matrices side by side: the sum of their results, of vectors one after the other. Throws
/// GeometryError unless they have as many rows, and for none. Cost: as `vstack`.
///
///     auto both = toeplix::hstack(A, B);  // A x + B y, of x and y in one vector
template <class... Maps>
requires detail::MapOperands<Maps...>
[[nodiscard]] auto hstack(Maps&&... maps) {
  using Map = LinearMap<detail::MapScalarOf<Maps...>>;
  return Map::horizontal({Map(std::forward<Maps>(maps))...});
}
/// The same of any number of maps.
template <MatrixScalar Scalar>
[[nodiscard]] LinearMap<Scalar> hstack(std::vector<LinearMap<Scalar>> maps) {
  return LinearMap<Scalar>::horizontal(std::move(maps));
}

}  // namespace toeplix
