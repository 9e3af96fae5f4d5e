#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/operator_eigen.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <concepts>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace toeplix {

namespace detail {

template <class Scalar>
class MapNode;

/// What is meant: A, A^T, conj(A) or A^H.
struct Form {
  bool transposed = false;
  bool conjugated = false;

  /// This form of that form.
  [[nodiscard]] Form of(Form other) const {
    return {transposed != other.transposed, conjugated != other.conjugated};
  }
};

}  // namespace detail

/// A matrix that is known by its products: operators, sparse and diagonal matrices, and what sums,
/// products and stacks make of them. Nothing as large as a matrix is ever formed: a product goes
/// through the parts, and vectors between two factors are kept for the next product.
///
/// Cheap to copy; cannot be changed; any number of threads may multiply at a time. Operators are
/// shared, diagonals copied, sparse matrices copied, moved, shared or referred to:
///
///     toeplix::LinearMap<double> copied(W);                   // W is an Eigen::SparseMatrix
///     toeplix::LinearMap<double> moved(std::move(V));
///     toeplix::LinearMap<double> referred(std::cref(W));      // W must outlive the map
///     toeplix::LinearMap<double> normal = A.transpose() * A + 0.1 * (L.transpose() * L);
///     toeplix::LinearMap<double> masked = mask.asDiagonal() * A + std::cref(W);
///     Eigen::VectorXd y = normal * x;
///
/// What does not fit is a GeometryError with both shapes. Sums, products and stacks within one
/// another are a CapacityError beyond 2000 levels.
template <MatrixScalar ScalarType>
class LinearMap : public Eigen::EigenBase<LinearMap<ScalarType>> {
 public:
  /// Of the matrix, and of the vectors.
  using Scalar = ScalarType;
  /// What norms would have.
  using RealScalar = typename Eigen::NumTraits<Scalar>::Real;
  /// What Eigen numbers entries with.
  using StorageIndex = Index;
  /// What products with plain vectors return.
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  /// What Eigen's solvers ask.
  enum {
    RowsAtCompileTime = Eigen::Dynamic,
    ColsAtCompileTime = Eigen::Dynamic,
    MaxRowsAtCompileTime = Eigen::Dynamic,
    MaxColsAtCompileTime = Eigen::Dynamic,
    IsRowMajor = false
  };

  /// Shares everything. To move is to copy, so that no map is ever empty.
  LinearMap(const LinearMap&) = default;
  /// Likewise.
  LinearMap& operator=(const LinearMap&) = default;
  /// The operator, shared. Cost: none.
  LinearMap(const Operator<Scalar>& op);
  /// A copy of a sparse matrix. `resources.threads` is what products use. Cost: that of the copy.
  template <int Order, MatrixIndex IndexType>
  LinearMap(const Eigen::SparseMatrix<Scalar, Order, IndexType>& matrix,
            const Resources& resources = {})
      : LinearMap(std::make_shared<const Eigen::SparseMatrix<Scalar, Order, IndexType>>(matrix),
                  resources) {}
  /// A sparse matrix that is moved, and empty afterwards. Cost: none.
  template <int Order, MatrixIndex IndexType>
  LinearMap(Eigen::SparseMatrix<Scalar, Order, IndexType>&& matrix, const Resources& resources = {})
      : LinearMap(moved(matrix), resources) {}
  /// A sparse matrix that belongs to others, too. Cost: none.
  template <int Order, MatrixIndex IndexType>
  LinearMap(std::shared_ptr<const Eigen::SparseMatrix<Scalar, Order, IndexType>> matrix,
            const Resources& resources = {});
  /// A sparse matrix that stays where it is, and must outlive the map: `std::cref(W)`. Products see
  /// new entries that are written into it, and throw GeometryError if it has another shape by then.
  /// Cost: none.
  template <int Order, MatrixIndex IndexType>
  LinearMap(std::reference_wrapper<const Eigen::SparseMatrix<Scalar, Order, IndexType>> matrix,
            const Resources& resources = {})
      : LinearMap(std::shared_ptr<const Eigen::SparseMatrix<Scalar, Order, IndexType>>(
                      std::shared_ptr<void>(), &matrix.get()),
                  resources) {}
  /// Any other sparse expression, evaluated: `W.transpose()`, `2 * W`.
  template <class Derived>
  requires std::same_as<typename Derived::Scalar, Scalar> LinearMap(
      const Eigen::SparseMatrixBase<Derived>& expression)
      : LinearMap(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, typename Derived::StorageIndex>(
            expression)) {}
  /// A diagonal matrix, `v.asDiagonal()` or an `Eigen::DiagonalMatrix`. Cost: a copy of the
  /// diagonal.
  template <class Derived>
  requires std::same_as<typename Derived::Scalar, Scalar> LinearMap(
      const Eigen::DiagonalBase<Derived>& diagonal)
      : LinearMap(diagonal_map(diagonal.derived().diagonal())) {}

  /// Elements of A x.
  [[nodiscard]] Index rows() const;
  /// Elements of the x in A x.
  [[nodiscard]] Index cols() const;

  /// y = A x; of a batch, if the lengths are the same multiple of cols() and rows(). Throws
  /// GeometryError for other lengths, and for x and y that share memory. Cost: that of the parts.
  /// Memory: vectors between factors, and beside results that are added, for a few images at a
  /// time; they are kept for the next product.
  void apply(std::span<const Scalar> x, std::span<Scalar> y) const;
  /// y = A x, for any contiguous vectors: `std::vector`, Eigen's vectors, maps of memory.
  template <VectorArgument X, VectorArgument Y>
  void apply(const X& x, Y&& y) const {
    detail::check_scalar<Scalar, ScalarOf<Y>>();
    apply(detail::span_of<Scalar>(x),
          std::span<Scalar>(std::data(y), static_cast<std::size_t>(std::size(y))));
  }
  /// y += factor A x. Everything else as for `apply`.
  void add_product(const Scalar& factor, std::span<const Scalar> x, std::span<Scalar> y) const;
  /// y = A x, by the name that Spectra has for it.
  void perform_op(const Scalar* x, Scalar* y) const {
    apply({x, static_cast<std::size_t>(cols())}, {y, static_cast<std::size_t>(rows())});
  }

  /// A x, for a plain vector of cols() numbers.
  template <detail::PlainVector X>
  [[nodiscard]] Vector operator*(const X& x) const {
    return detail::product_with(*this, detail::span_of<Scalar>(x));
  }
  /// A X as an expression of Eigen's, of any dense X of cols() rows; see `Operator`.
  template <class Derived>
  [[nodiscard]] auto operator*(const Eigen::MatrixBase<Derived>& x) const {
    return detail::product_expression(*this, x);
  }

  /// What `Eigen::MatrixXd dense = map;` does: the products with the columns of the identity, one
  /// by one. (So an infinite entry, times zero, makes its whole row NaN.)
  template <class Dense>
  void evalTo(Eigen::MatrixBase<Dense>& dense) const {  // NOLINT: Eigen's name
    dense.derived().resize(rows(), cols());
    Vector unit = Vector::Zero(cols());
    Vector column(rows());
    for (Index i = 0; i < cols(); ++i) {
      unit[i] = Scalar(1);
      apply(unit, column);
      dense.col(i) = column;
      unit[i] = Scalar(0);
    }
  }

  /// A^T. Cost, here and below: none.
  [[nodiscard]] LinearMap transpose() const { return {node_, form_.of({true, false}), factor_}; }
  /// A^H: transposed and conjugated.
  [[nodiscard]] LinearMap adjoint() const {
    return {node_, form_.of({true, true}), Eigen::numext::conj(factor_)};
  }
  /// The conjugate of every entry.
  [[nodiscard]] LinearMap conjugate() const {
    return {node_, form_.of({false, true}), Eigen::numext::conj(factor_)};
  }

  /// factor A, likewise.
  friend LinearMap operator*(const Scalar& factor, const LinearMap& map) {
    return {map.node_, map.form_, factor * map.factor_};
  }
  friend LinearMap operator*(const LinearMap& map, const Scalar& factor) { return factor * map; }
  friend LinearMap operator-(const LinearMap& map) { return Scalar(-1) * map; }

  /// y = A x of one image, by any means: x has cols() numbers, y rows(), and holds anything before.
  using Product = std::function<void(std::span<const Scalar> x, std::span<Scalar> y)>;
  /// A matrix of which only its products are known, A x and A^T y, as SciPy's LinearOperator. Both
  /// are called by as many threads as multiply by the map at a time. Without the second, products
  /// with the transpose are a GeometryError. Throws GeometryError for a negative shape, and without
  /// the first.
  ///
  ///     const auto mean = toeplix::LinearMap<double>::from_products(
  ///         1, 5, [](auto x, auto y) { y[0] = (x[0] + x[1] + x[2] + x[3] + x[4]) / 5; },
  ///         [](auto y, auto x) { std::fill(x.begin(), x.end(), y[0] / 5); });
  [[nodiscard]] static LinearMap from_products(Index rows, Index cols, Product forward,
                                               Product transposed = {});

  /// A + B, which the operator also makes of operators and matrices. Throws GeometryError unless
  /// the shapes agree.
  [[nodiscard]] static LinearMap sum(const LinearMap& a, const LinearMap& b);
  /// A B. Throws GeometryError unless A has as many columns as B rows.
  [[nodiscard]] static LinearMap product(const LinearMap& a, const LinearMap& b);
  /// See `vstack`.
  [[nodiscard]] static LinearMap vertical(std::vector<LinearMap> maps);
  /// See `hstack`.
  [[nodiscard]] static LinearMap horizontal(std::vector<LinearMap> maps);

 private:
  friend class detail::MapNode<Scalar>;
  using Node = std::shared_ptr<const detail::MapNode<Scalar>>;

  LinearMap(Node node, detail::Form form, const Scalar& factor)
      : node_(std::move(node)), form_(form), factor_(factor) {}
  static LinearMap diagonal_map(Vector diagonal);
  /// Eigen 3.4 has no constructor that moves.
  template <class Matrix>
  static std::shared_ptr<const Matrix> moved(Matrix& matrix) {
    const auto result = std::make_shared<Matrix>();
    result->swap(matrix);
    return result;
  }

  Node node_;
  detail::Form form_;
  Scalar factor_;
};

template <MatrixScalar Scalar>
LinearMap(const Operator<Scalar>&) -> LinearMap<Scalar>;

extern template class LinearMap<float>;
extern template class LinearMap<double>;
extern template class LinearMap<std::complex<float>>;
extern template class LinearMap<std::complex<double>>;

}  // namespace toeplix

// Sums, products and stacks, wherever there are maps.
#include <toeplix/linear_map_operators.hpp>
