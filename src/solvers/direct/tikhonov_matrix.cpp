#include "solvers/direct/tikhonov_matrix.hpp"

#include <algorithm>
#include <cmath>

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

template class TikhonovMatrix<std::int32_t>;
template class TikhonovMatrix<std::int64_t>;

}  // namespace toeplix::detail
