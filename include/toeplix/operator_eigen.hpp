#pragma once

#include <toeplix/concepts.hpp>

#include <Eigen/Core>

#include <concepts>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>

/// \file
/// What Eigen has to know of `Operator` and `LinearMap`, so that `A * X` is an expression of
/// Eigen's and its iterative solvers take them for matrices. Both headers include this one.
///
///     #include <Eigen/IterativeLinearSolvers>
///     using Identity = Eigen::IdentityPreconditioner;
///     Eigen::BiCGSTAB<toeplix::Operator<double>, Identity> solver(op);
///     Eigen::VectorXd x = solver.solve(b);

namespace toeplix {

template <MatrixScalar Scalar>
class Operator;
template <MatrixScalar Scalar>
class LinearMap;

namespace detail {

template <class T>
inline constexpr bool is_map = false;
template <MatrixScalar Scalar>
inline constexpr bool is_map<Operator<Scalar>> = true;
template <MatrixScalar Scalar>
inline constexpr bool is_map<LinearMap<Scalar>> = true;

template <class Derived>
std::true_type is_matrix_of_eigen(const Eigen::MatrixBase<Derived>&);
std::false_type is_matrix_of_eigen(...);

/// Vectors that are no expressions of Eigen's.
template <class T>
concept PlainVector =
    VectorArgument<T> && !decltype(is_matrix_of_eigen(std::declval<const T&>()))::value;

/// Neither dense nor sparse: Eigen has no other way to multiply by a map than what is below.
struct MapStorage {};
struct MapShape {};

/// Throws GeometryError unless a map with so many columns can be applied to so many rows.
void check_operand(Index rows, Index columns);

/// As many columns, the numbers of each one after another.
template <class Dense>
using ColumnMajor = Eigen::Matrix<typename Dense::Scalar, Eigen::Dynamic, Dense::ColsAtCompileTime,
                                  Eigen::ColMajor>;

/// Whether the numbers of every column lie one after another in memory.
template <class Dense>
inline constexpr bool has_columns_in_memory =
    bool(Eigen::internal::traits<Dense>::Flags& Eigen::DirectAccessBit) &&
    int(Dense::InnerStrideAtCompileTime) == 1 &&
    (int(Dense::ColsAtCompileTime) == 1 || !bool(Dense::IsRowMajor));

/// Whether the columns do, too.
template <class Dense>
bool is_one_piece(const Dense& matrix) {
  return matrix.cols() == 1 || matrix.outerStride() == matrix.rows();
}

/// Whether the numbers of one lie among those of the other.
template <class X, class Y>
bool are_in_one_place(const X& x, const Y& y) {
  if (x.size() == 0 || y.size() == 0) return false;
  const auto end = [](const auto& matrix) {
    return matrix.data() + (matrix.cols() - 1) * matrix.outerStride() + matrix.rows();
  };
  const std::less<const void*> before;
  return before(x.data(), end(y)) && before(y.data(), end(x));
}

/// Calls `multiply(x, y)` for columns that follow one another: for all at once, or one by one.
template <class X, class Y, class Multiply>
void for_each_piece(const X& x, Y& y, const Multiply& multiply) {
  using Scalar = typename X::Scalar;
  const bool whole = is_one_piece(x) && is_one_piece(y);
  // A column that has been written may be one that is read later.
  if (!whole && are_in_one_place(x, y)) return for_each_piece(ColumnMajor<X>(x), y, multiply);
  const Eigen::Index pieces = whole ? 1 : x.cols();
  const auto columns = static_cast<std::size_t>(whole ? x.cols() : 1);
  for (Eigen::Index i = 0; i < pieces; ++i) {
    multiply(std::span<const Scalar>(x.data() + i * x.outerStride(),
                                     columns * static_cast<std::size_t>(x.rows())),
             std::span<Scalar>(y.data() + i * y.outerStride(),
                               columns * static_cast<std::size_t>(y.rows())));
  }
}

/// y = A x, for any dense expressions.
template <class Map, class X, class Y>
void assign_product(const Map& map, const X& x, Y& y) {
  if constexpr (!has_columns_in_memory<X>) {
    assign_product(map, ColumnMajor<X>(x), y);
  } else if constexpr (!has_columns_in_memory<Y>) {
    ColumnMajor<Y> result(y.rows(), y.cols());
    assign_product(map, x, result);
    y = result;
  } else {
    for_each_piece(x, y, [&](const auto& from, const auto& to) { map.apply(from, to); });
  }
}

/// y += factor A x, likewise.
template <class Map, class X, class Y>
void add_product(const Map& map, const typename Map::Scalar& factor, const X& x, Y& y) {
  if constexpr (!has_columns_in_memory<X>) {
    add_product(map, factor, ColumnMajor<X>(x), y);
  } else if constexpr (!has_columns_in_memory<Y>) {
    ColumnMajor<Y> result(y.rows(), y.cols());
    assign_product(map, x, result);
    y += factor * result;
  } else {
    for_each_piece(x, y,
                   [&](const auto& from, const auto& to) { map.add_product(factor, from, to); });
  }
}

/// A x, for one plain vector.
template <class Map>
typename Map::Vector product_with(const Map& map, std::span<const typename Map::Scalar> x) {
  check_operand(static_cast<Index>(x.size()), map.cols());
  typename Map::Vector y(map.rows());
  map.apply(x, std::span(y.data(), static_cast<std::size_t>(y.size())));
  return y;
}

/// A X as an expression of Eigen's; refuses other scalars by one sentence.
template <class Map, class Derived>
auto product_expression(const Map& map, const Eigen::MatrixBase<Derived>& x) {
  using Scalar = typename Map::Scalar;
  if constexpr (std::same_as<Scalar, typename Derived::Scalar>) {
    check_operand(x.rows(), map.cols());
    return Eigen::Product<Map, Derived>(map, x.derived());
  } else {
    check_scalar<Scalar, typename Derived::Scalar>();
    return Eigen::Matrix<Scalar, Eigen::Dynamic, Derived::ColsAtCompileTime>();
  }
}

/// What Eigen asks of the type of a matrix.
template <class ScalarType>
struct MapTraits {
  using Scalar = ScalarType;
  using StorageIndex = Index;
  using StorageKind = MapStorage;
  using XprKind = Eigen::MatrixXpr;
  enum {
    RowsAtCompileTime = Eigen::Dynamic,
    ColsAtCompileTime = Eigen::Dynamic,
    MaxRowsAtCompileTime = Eigen::Dynamic,
    MaxColsAtCompileTime = Eigen::Dynamic,
    Flags = 0  // among them that expressions hold a copy, which is cheap
  };
};

}  // namespace detail

/// X A, for rows of rows() numbers: the transpose of A^T X^T. Errors and cost as for A X, but that
/// only a single row is multiplied in place.
///
///     Eigen::RowVectorXd y = x.transpose() * op;
template <class Derived, class Map>
requires(detail::is_map<Map>) [[nodiscard]] auto operator*(const Eigen::MatrixBase<Derived>& x,
                                                           const Map& map) {
  return (map.transpose() * x.transpose()).transpose();
}

}  // namespace toeplix

namespace Eigen::internal {

template <toeplix::MatrixScalar Scalar>
struct traits<toeplix::Operator<Scalar>> : toeplix::detail::MapTraits<Scalar> {};
template <toeplix::MatrixScalar Scalar>
struct traits<toeplix::LinearMap<Scalar>> : toeplix::detail::MapTraits<Scalar> {};

template <>
struct storage_kind_to_shape<toeplix::detail::MapStorage> {
  using Shape = toeplix::detail::MapShape;
};

template <class Map, class Rhs, int ProductTag>
struct generic_product_impl<Map, Rhs, toeplix::detail::MapShape, DenseShape, ProductTag> {
  using Scalar = typename Map::Scalar;

  template <class Result>
  static void evalTo(Result& y, const Map& map, const Rhs& x) {
    toeplix::detail::assign_product(map, x, y);
  }
  template <class Result>
  static void addTo(Result& y, const Map& map, const Rhs& x) {
    toeplix::detail::add_product(map, Scalar(1), x, y);
  }
  template <class Result>
  static void subTo(Result& y, const Map& map, const Rhs& x) {
    toeplix::detail::add_product(map, Scalar(-1), x, y);
  }
  template <class Result>
  static void scaleAndAddTo(Result& y, const Map& map, const Rhs& x, const Scalar& factor) {
    toeplix::detail::add_product(map, factor, x, y);
  }
};

/// factor * (A X) within a larger expression: (factor * A) X.
template <class Scalar, class Plain, class Map, class Rhs>
requires(toeplix::detail::is_map<Map>) struct evaluator<CwiseBinaryOp<
    scalar_product_op<Scalar, Scalar>, const CwiseNullaryOp<scalar_constant_op<Scalar>, Plain>,
    const Product<Map, Rhs, DefaultProduct>>>
    : evaluator<Product<toeplix::LinearMap<Scalar>, Rhs, DefaultProduct>> {
  using XprType = CwiseBinaryOp<scalar_product_op<Scalar, Scalar>,
                                const CwiseNullaryOp<scalar_constant_op<Scalar>, Plain>,
                                const Product<Map, Rhs, DefaultProduct>>;
  using Scaled = Product<toeplix::LinearMap<Scalar>, Rhs, DefaultProduct>;

  explicit evaluator(const XprType& expression)
      : evaluator<Scaled>(Scaled(expression.lhs().functor().m_other * expression.rhs().lhs(),
                                 expression.rhs().rhs())) {}
};

}  // namespace Eigen::internal
