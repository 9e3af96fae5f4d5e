#include <toeplix/verify.hpp>

#include "reference/instantiate.hpp"

#include <string>

namespace toeplix {

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
std::string structure_fault(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                            const Pattern& given) {
  const Pattern pattern = Order == Eigen::RowMajor ? given : given.transposed();
  if (matrix.outerSize() != pattern.rows() || matrix.innerSize() != pattern.cols() ||
      !matrix.isCompressed() || matrix.nonZeros() != pattern.nnz()) {
    return "the matrix is " + std::to_string(matrix.rows()) + " x " +
           std::to_string(matrix.cols()) + " with " + std::to_string(matrix.nonZeros()) +
           " entries; expected " + std::to_string(given.rows()) + " x " +
           std::to_string(given.cols()) + " with " + std::to_string(pattern.nnz());
  }
  const StorageIndex* const pointers = matrix.outerIndexPtr();
  for (Index row = 0; row < pattern.rows(); ++row) {
    if (pointers[row] != pattern.entries_before(row) ||
        pointers[row + 1] - pointers[row] != pattern.row_length(row)) {
      return "row pointer " + std::to_string(row) + " is " + std::to_string(pointers[row]) +
             "; expected " + std::to_string(pattern.entries_before(row));
    }
    Index previous = -1;
    for (Index entry = pointers[row]; entry < pointers[row + 1]; ++entry) {
      const Index column = matrix.innerIndexPtr()[entry];
      if (column > previous && column < pattern.cols()) {
        previous = column;
        continue;
      }
      return "row " + std::to_string(row) + " has column " + std::to_string(column) + " after " +
             std::to_string(previous) + "; columns must ascend and be below " +
             std::to_string(pattern.cols());
    }
  }
  return {};
}

#define TOEPLIX_INSTANTIATE_FAULT(Scalar, Order, StorageIndex)                                  \
  template std::string structure_fault(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, \
                                       const Pattern&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE_FAULT)
#undef TOEPLIX_INSTANTIATE_FAULT

}  // namespace toeplix
