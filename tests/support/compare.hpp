#pragma once

#include "support/expected_matrix.hpp"

#include <toeplix/first_difference.hpp>

#include <Eigen/SparseCore>

#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace toeplix::test {

template <class... Parts>
std::string concatenate(const Parts&... parts) {
  std::ostringstream text;
  (text << ... << parts);
  return text.str();
}

/// The first thing about a compiled matrix that is not as it must be; empty if the matrix is right.
///
/// It must have an entry exactly if `structure` is not zero there, in ascending order, compressed,
/// and have the values that `values` has there.
template <class Scalar, int Order, class StorageIndex>
std::string difference(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                       const DenseMatrix<Scalar>& structure, const DenseMatrix<Scalar>& values) {
  if (matrix.rows() != structure.rows || matrix.cols() != structure.cols) {
    return concatenate("is ", matrix.rows(), " x ", matrix.cols(), ", expected ", structure.rows,
                       " x ", structure.cols);
  }
  if (!matrix.isCompressed()) return "is not compressed";
  Index place = 0;
  for (Index outer = 0; outer < matrix.outerSize(); ++outer) {
    if (matrix.outerIndexPtr()[outer] != place) {
      return concatenate("pointer ", outer, " is ", matrix.outerIndexPtr()[outer], ", expected ",
                         place);
    }
    for (Index inner = 0; inner < matrix.innerSize(); ++inner) {
      const Index row = Order == Eigen::RowMajor ? outer : inner;
      const Index column = Order == Eigen::RowMajor ? inner : outer;
      if (structure.at(row, column) == Scalar()) continue;
      const bool stored = place < matrix.nonZeros() && matrix.innerIndexPtr()[place] == inner;
      if (!stored) {
        return concatenate("has no entry (", row, ", ", column, ") at place ", place);
      }
      if (matrix.valuePtr()[place] != values.at(row, column)) {
        return concatenate("entry (", row, ", ", column, ") is ", matrix.valuePtr()[place],
                           ", expected ", values.at(row, column));
      }
      ++place;
    }
  }
  if (matrix.nonZeros() == place && matrix.outerIndexPtr()[matrix.outerSize()] == place) return {};
  return concatenate("has ", matrix.nonZeros(), " entries, expected ", place);
}

/// The same for a matrix whose entries are all different from zero.
template <class Scalar, int Order, class StorageIndex>
std::string difference(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                       const DenseMatrix<Scalar>& expected) {
  return difference(matrix, expected, expected);
}

/// The first element of a vector that is not as it must be; empty if the vector is right.
template <class Got, class Scalar>
std::string vector_difference(const Got& got, const std::vector<Scalar>& expected) {
  return reference::first_difference(expected, got);
}

/// Whether two compressed matrices are the same bits: sizes, pointers, indices and values.
template <class Matrix>
bool same_bits(const Matrix& a, const Matrix& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols() || a.nonZeros() != b.nonZeros()) return false;
  if (!a.isCompressed() || !b.isCompressed()) return false;
  const auto same = [](const auto* left, const auto* right, Eigen::Index count) {
    return count == 0 ||
           std::memcmp(left, right, static_cast<std::size_t>(count) * sizeof(*left)) == 0;
  };
  return same(a.outerIndexPtr(), b.outerIndexPtr(), a.outerSize() + 1) &&
         same(a.innerIndexPtr(), b.innerIndexPtr(), a.nonZeros()) &&
         same(a.valuePtr(), b.valuePtr(), a.nonZeros());
}

/// A vector as Eigen multiplies it.
template <class Scalar>
Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, 1>> as_eigen(
    const std::vector<Scalar>& vector) {
  return {vector.data(), static_cast<Eigen::Index>(vector.size())};
}

}  // namespace toeplix::test
