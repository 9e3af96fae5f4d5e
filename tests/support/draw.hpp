#pragma once

#include <Eigen/SparseCore>

#include <sstream>
#include <string>

namespace toeplix::test {

/// A small matrix as its stored entries lie, a dot if there is none: `1 2 . / . 1 2`.
/// An entry that is out of place, or twice, shows as a dot and a wrong number of entries.
template <class Scalar, int Order, class StorageIndex>
std::string draw(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix) {
  std::ostringstream drawing;
  Eigen::Index drawn = 0;
  for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
    if (row > 0) drawing << " / ";
    for (Eigen::Index column = 0; column < matrix.cols(); ++column) {
      if (column > 0) drawing << ' ';
      const Eigen::Index outer = Order == Eigen::RowMajor ? row : column;
      const Eigen::Index inner = Order == Eigen::RowMajor ? column : row;
      const Eigen::Index place = matrix.data().searchLowerIndex(
          matrix.outerIndexPtr()[outer], matrix.outerIndexPtr()[outer + 1], inner);
      if (place < matrix.outerIndexPtr()[outer + 1] && matrix.innerIndexPtr()[place] == inner) {
        drawing << matrix.valuePtr()[place];
        ++drawn;
      } else {
        drawing << '.';
      }
    }
  }
  if (drawn != matrix.nonZeros()) drawing << " and " << matrix.nonZeros() - drawn << " more";
  return drawing.str();
}

}  // namespace toeplix::test
