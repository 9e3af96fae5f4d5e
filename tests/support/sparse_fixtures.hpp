#pragma once

#include <Eigen/SparseCore>

#include <algorithm>
#include <complex>
#include <cstdint>
#include <type_traits>
#include <vector>

/// Matrices that the tests of several file formats write and read.
namespace format_test {

template <class Scalar, int Order = Eigen::RowMajor, class StorageIndex = int>
using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;

struct Triplet {
  int row;
  int col;
  double value;
};

/// A compressed matrix of entries that come by rows and ascend. (Filled by hand: Eigen's own ways
/// take the compiler long for each of sixteen types.)
template <class M>
M matrix_of(int rows, int cols, std::vector<Triplet> entries) {
  constexpr bool by_rows = bool(M::IsRowMajor);
  const auto line_of = [&](const Triplet& entry) { return by_rows ? entry.row : entry.col; };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const Triplet& a, const Triplet& b) { return line_of(a) < line_of(b); });
  M matrix(rows, cols);
  matrix.resizeNonZeros(static_cast<Eigen::Index>(entries.size()));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (int line = line_of(entries[i]); line < matrix.outerSize(); ++line) {
      ++matrix.outerIndexPtr()[line + 1];
    }
    matrix.innerIndexPtr()[i] = by_rows ? entries[i].col : entries[i].row;
    matrix.valuePtr()[i] = static_cast<typename M::Scalar>(
        static_cast<typename Eigen::NumTraits<typename M::Scalar>::Real>(entries[i].value));
  }
  return matrix;
}

/// [[0, 2, 0], [0, 0, 0], [3, 0, 4], [0, 5, 0]]
template <class M>
M example_matrix() {
  return matrix_of<M>(4, 3, {{0, 1, 2}, {2, 0, 3}, {2, 2, 4}, {3, 1, 5}});
}

/// Calls `action(std::type_identity<Matrix>())` for every type of matrix that files hold.
template <class Action>
void for_each_matrix_type(Action action) {
  const auto for_scalar = [&]<class Scalar>(std::type_identity<Scalar>) {
    action(std::type_identity<Matrix<Scalar, Eigen::RowMajor, int>>());
    action(std::type_identity<Matrix<Scalar, Eigen::RowMajor, std::int64_t>>());
    action(std::type_identity<Matrix<Scalar, Eigen::ColMajor, int>>());
    action(std::type_identity<Matrix<Scalar, Eigen::ColMajor, std::int64_t>>());
  };
  for_scalar(std::type_identity<float>());
  for_scalar(std::type_identity<double>());
  for_scalar(std::type_identity<std::complex<float>>());
  for_scalar(std::type_identity<std::complex<double>>());
}

}  // namespace format_test
