#pragma once

#include <toeplix/compile.hpp>
#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/linear_map.hpp>
#include <toeplix/operator_eigen.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <memory>

namespace toeplix {

/// The matrix of a convolution without its memory: multiplies from the tap tables.
///
/// `op * x` is `compile(convolution, weights) * x`, `op.transpose() * y` is that of the transposed
/// matrix, and whatever else one asks of it is what the compiled matrix would answer, computed from
/// pattern and weights. Cheap to copy; holds a copy of the weights, which its transpose shares.
/// Sums are taken in an order that does not depend on the number of threads.
///
/// Products of Eigen's matrices and vectors are expressions, as those of Eigen's own matrices:
/// `x = op * x` is right, `y.noalias() += 2 * (op * x)` takes no temporary matrix, and who wants
/// the result at once writes `(op * x).eval()`. Eigen's iterative solvers take an operator for a
/// matrix. Operators can be added, multiplied and stacked: see `LinearMap`.
///
///     toeplix::Operator op(conv, kernel);
///     Eigen::VectorXf y = op * x;
///     Eigen::VectorXf z = op.transpose() * y;
///     Eigen::MatrixXf batch = op * images;  // one image per column
///
///     Eigen::ConjugateGradient<toeplix::Operator<double>, Eigen::Lower | Eigen::Upper> solver(op);
///     Eigen::VectorXd x = solver.solve(b);
template <MatrixScalar ScalarType>
class Operator : public Eigen::EigenBase<Operator<ScalarType>> {
 public:
  /// Of the weights, and of the vectors.
  using Scalar = ScalarType;
  /// Of norms.
  using RealScalar = typename Eigen::NumTraits<Scalar>::Real;
  /// What Eigen numbers entries with.
  using StorageIndex = Index;
  /// One number per row or column.
  using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  /// Likewise, of real numbers.
  using RealVector = Eigen::Matrix<RealScalar, Eigen::Dynamic, 1>;
  /// A row by its entries.
  using SparseRow = Eigen::SparseVector<Scalar, Eigen::RowMajor, Index>;
  /// A column by its entries.
  using SparseColumn = Eigen::SparseVector<Scalar, Eigen::ColMajor, Index>;
  /// What Eigen's solvers ask.
  enum {
    RowsAtCompileTime = Eigen::Dynamic,
    ColsAtCompileTime = Eigen::Dynamic,
    MaxRowsAtCompileTime = Eigen::Dynamic,
    MaxColsAtCompileTime = Eigen::Dynamic,
    IsRowMajor = true  // what `InnerIterator` goes along
  };

  /// Shares everything. To move is to copy, so that no operator is ever empty.
  Operator(const Operator&) = default;
  /// Likewise.
  Operator& operator=(const Operator&) = default;

  /// `weights` has the shape `convolution.weights_shape()`, C order. `resources.threads` is what
  /// products use. Throws GeometryError for weights of the wrong length, Error for negative
  /// resources. `weights` may be `PerPixelWeights`, a kernel for every pixel.
  ///
  ///     toeplix::Operator varying(conv, toeplix::PerPixelWeights(kernels));
  template <PatternArgument Conv, EitherWeights Weights>
  Operator(const Conv& convolution, const Weights& weights, const Resources& resources = {})
      : Operator(detail::pattern_for(convolution, weights),
                 detail::weights_span_of<Scalar>(weights), resources) {}

  /// Of a pattern, whose `weights` have C order. Errors as above.
  Operator(Pattern pattern, std::span<const Scalar> weights, const Resources& resources = {});

  /// Elements of `op * x`.
  [[nodiscard]] Index rows() const { return rows_; }
  /// Elements of the x in `op * x`.
  [[nodiscard]] Index cols() const { return cols_; }
  /// Stored entries of the compiled matrix. Throws CapacityError if they exceed 64 bits.
  [[nodiscard]] Index nnz() const { return pattern().nnz(); }
  /// Where the entries are. Cost: of a transposed one at first its tap tables.
  [[nodiscard]] const Pattern& pattern() const;
  /// What its entries are made of: conjugated, if the operator is.
  [[nodiscard]] std::span<const Scalar> weights() const;
  /// What products may use, as it was given.
  [[nodiscard]] const Resources& resources() const;

  /// Y = A X. Both hold images one after the other: their lengths are the same multiple of cols()
  /// and rows(), perhaps 0. Throws GeometryError for other lengths, and for vectors that share
  /// memory: y is written while x is read. Cost: one multiplication per entry of the matrix and
  /// image. From the second product on, no memory is allocated, but for a few tables if every pixel
  /// has a kernel of its own.
  void apply(std::span<const Scalar> x, std::span<Scalar> y) const;

  /// Y = A X, for any contiguous vectors: `std::vector`, Eigen's vectors, maps of memory.
  ///
  ///     Eigen::VectorXf y(op.rows());
  ///     op.apply(x, y);
  template <VectorArgument X, VectorArgument Y>
  void apply(const X& x, Y&& y) const {
    detail::check_scalar<Scalar, ScalarOf<Y>>();
    apply(detail::span_of<Scalar>(x),
          std::span<Scalar>(std::data(y), static_cast<std::size_t>(std::size(y))));
  }

  /// Y += factor A X. Everything else as for `apply`, but for the memory of a few images, which is
  /// kept for the next product.
  void add_product(const Scalar& factor, std::span<const Scalar> x, std::span<Scalar> y) const;

  /// y = A x, by the name that Spectra has for it. `x` points to cols() numbers, `y` to rows()
  /// others; errors and cost as for `apply`.
  ///
  ///     Spectra::SymEigsSolver<toeplix::Operator<double>> largest(op, 3, 20);
  void perform_op(const Scalar* x, Scalar* y) const {
    apply({x, static_cast<std::size_t>(cols())}, {y, static_cast<std::size_t>(rows())});
  }

  /// A x, of a plain vector. Throws GeometryError unless `x` has cols() elements.
  template <detail::PlainVector X>
  [[nodiscard]] Vector operator*(const X& x) const {
    return detail::product_with(*this, detail::span_of<Scalar>(x));
  }

  /// A X as an expression of Eigen's: the product with every column, such as the images of a batch,
  /// of any dense X in any order. Throws GeometryError unless X has cols() rows. Columns that lie
  /// one after another are multiplied in place and at once; others are copied first.
  template <class Derived>
  [[nodiscard]] auto operator*(const Eigen::MatrixBase<Derived>& x) const {
    return detail::product_expression(*this, x);
  }

  /// factor A, as a `LinearMap`, which shares the operator. Cost, here and below: none.
  friend LinearMap<Scalar> operator*(const Scalar& factor, const Operator& op) {
    return factor * LinearMap<Scalar>(op);
  }
  friend LinearMap<Scalar> operator*(const Operator& op, const Scalar& factor) {
    return factor * LinearMap<Scalar>(op);
  }
  friend LinearMap<Scalar> operator-(const Operator& op) { return -LinearMap<Scalar>(op); }

  /// A^T, from transposed tap tables, made when they are first needed.
  [[nodiscard]] Operator transpose() const { return {*this, form_.of({true, false})}; }
  /// A^H: transposed and conjugated.
  [[nodiscard]] Operator adjoint() const { return {*this, form_.of({true, true})}; }
  /// The conjugate of every entry.
  [[nodiscard]] Operator conjugate() const { return {*this, form_.of({false, true})}; }

  /// The entry (row, column) of the compiled matrix; 0 where there is none. Throws GeometryError
  /// for one that is outside. Cost: a search along every axis, and the weights that fold onto the
  /// entry.
  [[nodiscard]] Scalar coeff(Index row, Index column) const;
  /// The stored entries of a row, ascending. Throws GeometryError for a row outside the matrix.
  /// Cost: the row's length.
  [[nodiscard]] SparseRow row(Index row) const;
  /// The stored entries of a column, likewise.
  [[nodiscard]] SparseColumn col(Index column) const {
    check_column(column);
    return transpose().row(column).transpose();
  }
  /// The entries (i, i), as many as the shorter side has. Throws CapacityError for more memory than
  /// `Resources` have room for. Cost: one step each where rows and columns go on at the same pace;
  /// elsewhere, and if every pixel has a kernel of its own, that of `coeff`.
  [[nodiscard]] Vector diagonal() const;

  /// The sum of each row, in the order of the columns. Throws CapacityError for more memory than
  /// `Resources` have room for. Cost, here and below: the lengths of the rows that do not repeat
  /// others, which are few unless every pixel has a kernel of its own, and one step per row.
  [[nodiscard]] Vector row_sums() const;
  /// The sum of each column, in the order of the rows.
  [[nodiscard]] Vector column_sums() const { return transpose().row_sums(); }
  /// The sum of the squared absolute values of each row.
  [[nodiscard]] RealVector row_squared_norms() const;
  /// The sum of the squared absolute values of each column: the diagonal of `A^H A`.
  [[nodiscard]] RealVector column_squared_norms() const { return transpose().row_squared_norms(); }
  /// The root of the sum of all squared absolute values, added up in double. Cost, here and below:
  /// the lengths of the rows that are like no other; independent of the middle's size.
  [[nodiscard]] RealScalar frobenius_norm() const;
  /// The largest sum of absolute values in a column.
  [[nodiscard]] RealScalar norm_1() const { return transpose().norm_inf(); }
  /// The largest sum of absolute values in a row.
  [[nodiscard]] RealScalar norm_inf() const;

  /// The compiled matrix. Errors and cost as for `compile`.
  ///
  ///     Eigen::SparseMatrix<double, Eigen::ColMajor> W = op.to_sparse<int, Eigen::ColMajor>();
  template <MatrixIndex IndexType = int, int Order = Eigen::RowMajor>
  [[nodiscard]] Eigen::SparseMatrix<Scalar, Order, IndexType> to_sparse(
      const CompileOptions& options = {}) const {
    Eigen::SparseMatrix<Scalar, Order, IndexType> matrix;
    compile_into(matrix, pattern(), weights(), options);
    return matrix;
  }
  /// Rows [first, first + count) of the compiled matrix, all columns. Errors and cost as for
  /// `compile_rows`.
  template <MatrixIndex IndexType = int>
  [[nodiscard]] Eigen::SparseMatrix<Scalar, Eigen::RowMajor, IndexType> middle_rows(
      Index first, Index count, const CompileOptions& options = {}) const {
    Eigen::SparseMatrix<Scalar, Eigen::RowMajor, IndexType> matrix;
    check_rows(first, count);
    compile_rows_into(matrix, pattern(), weights(), first, first + count, options);
    return matrix;
  }

  /// The entries of a row one by one: Eigen's name and terms, for its preconditioners.
  ///
  ///     for (toeplix::Operator<double>::InnerIterator it(op, row); it; ++it) use(it.index());
  class InnerIterator {
   public:
    /// At the first entry. Cost: the row's length.
    InnerIterator(const Operator& op, Index row) : entries_(op.row(row)), row_(row) {}
    /// Whether there is an entry here.
    explicit operator bool() const { return at_ < entries_.nonZeros(); }
    /// On to the next.
    InnerIterator& operator++() {
      ++at_;
      return *this;
    }
    /// The column.
    [[nodiscard]] Index index() const { return entries_.innerIndexPtr()[at_]; }
    /// The row, which is always the same.
    [[nodiscard]] Index row() const { return row_; }
    /// The column.
    [[nodiscard]] Index col() const { return index(); }
    /// The entry.
    [[nodiscard]] const Scalar& value() const { return entries_.valuePtr()[at_]; }

   private:
    SparseRow entries_;
    Index row_;
    Eigen::Index at_ = 0;
  };
  /// Rows, which `InnerIterator` goes along.
  [[nodiscard]] Index outerSize() const { return rows(); }  // NOLINT: Eigen's name
  /// Columns.
  [[nodiscard]] Index innerSize() const { return cols(); }  // NOLINT: Eigen's name

  /// What `Eigen::MatrixXd dense = op;` does: all numbers, zeros too.
  template <class Dense>
  void evalTo(Dense& dense) const {  // NOLINT: Eigen's name
    dense.resize(rows(), cols());
    dense.setZero();
    for (Index i = 0; i < rows(); ++i) {
      for (InnerIterator it(*this, i); it; ++it) dense.coeffRef(i, it.index()) = it.value();
    }
  }

 private:
  friend class LinearMap<Scalar>;
  struct State;

  Operator(const Operator& other, detail::Form form)
      : state_(other.state_),
        form_(form),
        rows_(form.transposed == other.form_.transposed ? other.rows_ : other.cols_),
        cols_(form.transposed == other.form_.transposed ? other.cols_ : other.rows_) {}

  void check_row(Index row) const;
  void check_column(Index column) const;
  void check_rows(Index first, Index count) const;

  std::shared_ptr<const State> state_;
  detail::Form form_;
  Index rows_;
  Index cols_;
};

template <class Conv, class Weights>
Operator(const Conv&, const Weights&, const Resources& = {}) -> Operator<WeightOf<Weights>>;

extern template class Operator<float>;
extern template class Operator<double>;
extern template class Operator<std::complex<float>>;
extern template class Operator<std::complex<double>>;

}  // namespace toeplix
