#pragma once

#include <Eigen/SparseCore>

#include <vector>

namespace toeplix::test {

/// A matrix of its rows; zeros are not stored.
inline Eigen::SparseMatrix<double, Eigen::RowMajor, int> matrix_of(
    const std::vector<std::vector<double>>& rows) {
  Eigen::SparseMatrix<double, Eigen::RowMajor, int> matrix(static_cast<int>(rows.size()),
                                                           static_cast<int>(rows.front().size()));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t column = 0; column < rows[row].size(); ++column) {
      if (rows[row][column] == 0) continue;
      matrix.insert(static_cast<int>(row), static_cast<int>(column)) = rows[row][column];
    }
  }
  matrix.makeCompressed();
  return matrix;
}

}  // namespace toeplix::test
