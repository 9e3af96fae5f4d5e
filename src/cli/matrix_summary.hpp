#pragma once

#include "cli/capacity.hpp"
#include "cli/matrix_files.hpp"
#include "cli/progress.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace toeplix::cli {

/// What there is to say of a matrix that was written.
struct MatrixSummary {
  std::string text;  ///< one line
  Json json;
};

template <class Matrix>
MatrixSummary write_and_describe(const Matrix& matrix, const MatrixFile& file) {
  const std::uintmax_t bytes = [&] {
    const Progress progress("writing " + output_name(file.path));
    return write_matrix(matrix, file);
  }();
  return {matrix_text(matrix, file, bytes), matrix_json(matrix, file, bytes)};
}

/// Writes a matrix with indices of 32 bits if these suffice, by rows or by columns as the file has
/// it. Throws TooLarge if a copy in that layout exceeds the budget.
template <class Scalar>
MatrixSummary write_narrow(const FileMatrix<Scalar>& matrix, const MatrixFile& file, Index budget) {
  const Index largest = std::max<Index>({matrix.rows(), matrix.cols(), matrix.nonZeros()});
  const bool is_wide = largest >= std::numeric_limits<std::int32_t>::max();
  const auto write_as = [&]<class Matrix>(const Matrix*) {
    check_memory(budget,
                 static_cast<double>(matrix.nonZeros()) *
                     (2 * sizeof(Scalar) + sizeof(Index) + sizeof(typename Matrix::StorageIndex)),
                 "the matrix and a copy in the layout of the file", "raise --memory");
    return write_and_describe(Matrix(matrix), file);
  };
  using Narrow = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, std::int32_t>;
  using NarrowColumns = Eigen::SparseMatrix<Scalar, Eigen::ColMajor, std::int32_t>;
  using Columns = Eigen::SparseMatrix<Scalar, Eigen::ColMajor, std::int64_t>;
  if (file.by_columns()) {
    if (is_wide) return write_as(static_cast<const Columns*>(nullptr));
    return write_as(static_cast<const NarrowColumns*>(nullptr));
  }
  if (is_wide) return write_and_describe(matrix, file);
  return write_as(static_cast<const Narrow*>(nullptr));
}

}  // namespace toeplix::cli
