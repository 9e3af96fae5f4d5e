#pragma once

#include <Eigen/SparseCore>

namespace toeplix::fuzz {

/// Compressed, in range, ascending and unique.
template <class Matrix>
bool is_canonical(const Matrix& matrix) {
  const auto* pointers = matrix.outerIndexPtr();
  const auto* indices = matrix.innerIndexPtr();
  if (!matrix.isCompressed() || pointers[0] != 0) return false;
  for (Eigen::Index outer = 0; outer < matrix.outerSize(); ++outer) {
    if (pointers[outer + 1] < pointers[outer]) return false;
    for (Eigen::Index i = pointers[outer]; i < pointers[outer + 1]; ++i) {
      if (indices[i] < 0 || indices[i] >= matrix.innerSize()) return false;
      if (i > pointers[outer] && indices[i] <= indices[i - 1]) return false;
    }
  }
  return pointers[matrix.outerSize()] == matrix.nonZeros();
}

}  // namespace toeplix::fuzz
