#include "solvers/direct/tikhonov_matrix.hpp"

#include <toeplix/normal_equations.hpp>

#include "solvers/direct/report.hpp"

#include <algorithm>
#include <limits>

namespace toeplix::detail {

namespace {

/// Largest absolute sum of a row of a symmetric matrix, of which this is the upper triangle.
template <class Matrix>
double row_sum_norm(const Matrix& upper) {
  Eigen::VectorXd sums = Eigen::VectorXd::Zero(upper.cols());
  for (Eigen::Index column = 0; column < upper.cols(); ++column) {
    for (typename Matrix::InnerIterator entry(upper, column); entry; ++entry) {
      sums[column] += std::abs(entry.value());
      if (entry.row() != column) sums[entry.row()] += std::abs(entry.value());
    }
  }
  return sums.maxCoeff();
}

/// Refuses the product L^T L before it is formed: a row of L makes no more entries than the square
/// of its own.
template <class StorageIndex>
void check_product(const Regularizer::Matrix& l, Index budget) {
  double entries = 0;
  for (Index row = 0; row < l.rows(); ++row) {
    const double length = l.outerIndexPtr()[row + 1] - l.outerIndexPtr()[row];
    entries += length * length;
  }
  const auto columns = static_cast<double>(l.cols());
  entries = std::min(entries, columns * columns);
  // Eigen writes the product, sorts a copy of it, and the triangle is another.
  const double bytes = 2.5 * entries * static_cast<double>(sizeof(double) + sizeof(StorageIndex));
  const auto whole = static_cast<Index>(std::min(entries, 9e18));
  check_factor_budget("L^T L", whole, bytes, budget);
  if (entries > static_cast<double>(std::numeric_limits<StorageIndex>::max())) {
    throw CapacityError("L^T L may have " + std::to_string(whole) +
                            " entries, which exceeds what its indices can number",
                        CapacityCause::index_type, whole);
  }
}

}  // namespace

template <class StorageIndex>
TikhonovMatrix<StorageIndex>::TikhonovMatrix(Matrix normal, Matrix penalty)
    : matrix_(std::move(normal)),
      penalty_(std::move(penalty)),
      normal_norm_(row_sum_norm(matrix_)),
      penalty_norm_(row_sum_norm(penalty_)) {
  const Index missing = find_places();
  penalty_fits_ = missing == 0;
  if (missing > 0) {
    widen();
    find_places();
  }
  base_.reserve(places_.size());
  for (const StorageIndex place : places_) base_.push_back(matrix_.valuePtr()[place]);
}

/// Answers how many entries of L^T L the matrix has not.
template <class StorageIndex>
Index TikhonovMatrix<StorageIndex>::find_places() {
  places_.assign(static_cast<std::size_t>(penalty_.nonZeros()), -1);
  Index missing = 0;
  for (Index column = 0; column < penalty_.cols(); ++column) {
    const StorageIndex* const rows = matrix_.innerIndexPtr();
    const StorageIndex* from = rows + matrix_.outerIndexPtr()[column];
    const StorageIndex* const end = rows + matrix_.outerIndexPtr()[column + 1];
    for (auto p = penalty_.outerIndexPtr()[column]; p < penalty_.outerIndexPtr()[column + 1]; ++p) {
      from = std::lower_bound(from, end, penalty_.innerIndexPtr()[p]);
      const bool found = from != end && *from == penalty_.innerIndexPtr()[p];
      if (found) places_[static_cast<std::size_t>(p)] = static_cast<StorageIndex>(from - rows);
      missing += found ? 0 : 1;
    }
  }
  return missing;
}

/// Gives the matrix the entries of L^T L, zero as yet.
template <class StorageIndex>
void TikhonovMatrix<StorageIndex>::widen() {
  const Matrix zeros = penalty_ * 0.0;
  matrix_ = Matrix(matrix_ + zeros);
}

template <class StorageIndex>
void TikhonovMatrix<StorageIndex>::set_lambda(double lambda) {
  double* const values = matrix_.valuePtr();
  for (std::size_t p = 0; p < places_.size(); ++p) {
    values[places_[p]] = base_[p] + lambda * penalty_.valuePtr()[p];
  }
}

template <class StorageIndex>
Index TikhonovMatrix<StorageIndex>::bytes() const {
  constexpr Index entry = sizeof(double) + sizeof(StorageIndex);
  return matrix_.nonZeros() * entry + 2 * penalty_.nonZeros() * entry +
         2 * matrix_.cols() * static_cast<Index>(sizeof(StorageIndex));
}

template <class StorageIndex>
Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex> penalty_of(
    const Regularizer& regularizer, Index columns, const TikhonovOptions& options) {
  using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex>;
  const bool is_pattern = regularizer.kind() == Regularizer::Kind::pattern;
  const bool is_matrix = regularizer.kind() == Regularizer::Kind::matrix;
  const Index own = is_pattern  ? regularizer.pattern().cols()
                    : is_matrix ? regularizer.matrix().cols()
                                : columns;
  if (own != columns) {
    throw SolverError("the regularizer has " + std::to_string(own) + " columns; expected " +
                      std::to_string(columns));
  }
  if (is_pattern) {
    return normal_equations<StorageIndex>(regularizer.pattern(), regularizer.weights(),
                                          options.resources);
  }
  if (is_matrix) {
    check_product<StorageIndex>(regularizer.matrix(), options.resources.memory_budget);
    const Matrix l(regularizer.matrix());
    const Matrix product = Matrix(l.transpose()) * l;
    return product.template triangularView<Eigen::Upper>();
  }
  Matrix identity(columns, columns);
  identity.setIdentity();
  return identity;
}

template class TikhonovMatrix<std::int32_t>;
template class TikhonovMatrix<std::int64_t>;
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int32_t> penalty_of(
    const Regularizer&, Index, const TikhonovOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> penalty_of(
    const Regularizer&, Index, const TikhonovOptions&);

}  // namespace toeplix::detail
