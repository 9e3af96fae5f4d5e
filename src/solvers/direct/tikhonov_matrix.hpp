#pragma once

#include <toeplix/index.hpp>

#include <Eigen/SparseCore>

#include <cstdint>
#include <vector>

namespace toeplix::detail {

/// A^T A + lambda L^T L, upper triangle, column-major, for one lambda after the other.
template <class StorageIndex>
class TikhonovMatrix {
 public:
  using Matrix = Eigen::SparseMatrix<double, Eigen::ColMajor, StorageIndex>;

  /// Takes the upper triangles of A^T A and of L^T L. Cost: a pass over both; if L^T L has
  /// entries that A^T A has not, a copy of it besides.
  TikhonovMatrix(Matrix normal, Matrix penalty);

  /// Writes the values for a lambda. Cost: the entries of L^T L.
  void set_lambda(double lambda);
  const Matrix& matrix() const { return matrix_; }
  /// L^T L, upper triangle.
  const Matrix& penalty() const { return penalty_; }
  /// Largest absolute sums of a row of A^T A and of L^T L.
  double normal_norm() const { return normal_norm_; }
  double penalty_norm() const { return penalty_norm_; }
  /// Whether L^T L connects only what A^T A does.
  bool penalty_fits() const { return penalty_fits_; }
  /// Bytes of both.
  Index bytes() const;

 private:
  Index find_places();
  void widen();

  Matrix matrix_;
  Matrix penalty_;
  double normal_norm_;
  double penalty_norm_;
  bool penalty_fits_ = true;
  std::vector<StorageIndex> places_;  // of the entries of L^T L in the matrix; -1 for none
  std::vector<double> base_;          // the values of A^T A there
};

}  // namespace toeplix::detail
