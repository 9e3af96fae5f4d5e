#include "tikhonov_matrix.hpp"

#include <toeplix/normal_equations.hpp>

namespace toeplix::detail {

template <class StorageIndex>
TikhonovMatrix<StorageIndex>::TikhonovMatrix(Matrix normal, Matrix penalty)
    : matrix_(std::move(normal)), penalty_(std::move(penalty)) {
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
    return normal_equations<StorageIndex>(
        regularizer.pattern(), regularizer.weights(),
        {.threads = options.threads, .memory_budget = options.memory_budget});
  }
  if (is_matrix) {
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
