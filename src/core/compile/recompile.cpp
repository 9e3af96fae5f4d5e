#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>

#include "core/base/check_apart.hpp"
#include "core/base/check_resources.hpp"
#include "core/base/parallel.hpp"
#include "core/compile/allocate.hpp"
#include "core/compile/fill.hpp"
#include "core/compile/row_builder.hpp"
#include "core/geometry/check_weights.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

namespace {

/// Some `count` rows, evenly spaced from the first to the last; all if there are fewer.
std::vector<Index> sample_rows(Index rows, Index count) {
  count = std::min(rows, count);
  std::vector<Index> sample;
  for (Index i = 0; i < count; ++i) {
    sample.push_back(detail::chunk_begin(rows - 1, std::max<Index>(1, count - 1), i));
  }
  return sample;
}

/// Whether a matrix has the row pointers and the columns of `pattern`, as far as a sample tells: to
/// look at all of them would cost as much as to write the values.
template <class Matrix>
bool has_structure(const Matrix& matrix, const Pattern& pattern,
                   std::span<const typename Matrix::Scalar> weights) {
  const auto* const pointers = matrix.outerIndexPtr();
  if (!matrix.isCompressed() || pointers[pattern.rows()] != pattern.nnz()) return false;
  detail::RowBuilder<typename Matrix::Scalar> builder(pattern, weights);
  const auto begins_right = [&](Index row) {
    return pointers[row] == pattern.entries_before(row) &&
           pointers[row + 1] == pattern.entries_before(row + 1);
  };
  const auto has_columns = [&](Index row) {
    if (!begins_right(row)) return false;  // and its columns may lie beyond the array
    builder.go_to(row);
    return std::ranges::equal(builder.columns(),
                              std::span(matrix.innerIndexPtr() + pointers[row],
                                        static_cast<std::size_t>(pattern.row_length(row))));
  };
  return std::ranges::all_of(sample_rows(pattern.rows(), 32), begins_right) &&
         std::ranges::all_of(sample_rows(pattern.rows(), 8), has_columns);
}

template <class Scalar, int Order, class StorageIndex>
std::span<const Scalar> values_of(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix) {
  return detail::values_of(matrix);
}

template <class Matrix>
std::span<const typename Matrix::Scalar> values_of(const Eigen::Map<Matrix>& matrix) {
  return {matrix.valuePtr(), static_cast<std::size_t>(matrix.nonZeros())};
}

/// `pattern` has the matrix's outer vectors as its rows.
template <class Matrix>
void refill(Matrix& matrix, const Pattern& pattern,
            std::span<const typename Matrix::Scalar> weights, const Resources& resources) {
  detail::check_resources(resources);
  detail::check_weights(weights.size(), pattern);
  detail::check_apart("weights", weights, "the values of the matrix", values_of(matrix));
  if (matrix.outerSize() != pattern.rows() || matrix.innerSize() != pattern.cols()) {
    throw GeometryError("recompile: the matrix has dimensions " +
                        std::to_string(matrix.outerSize()) + " and " +
                        std::to_string(matrix.innerSize()) + "; expected " +
                        std::to_string(pattern.rows()) + " and " + std::to_string(pattern.cols()));
  }
  if (!has_structure(matrix, pattern, weights)) {
    throw GeometryError(
        "recompile: the matrix was not compiled from this geometry (its entries lie elsewhere); "
        "use compile_into");
  }
  detail::fill_values(pattern, weights, resources.threads, matrix.valuePtr());
}

template <class Matrix>
void refill_any_order(Matrix& matrix, const Pattern& pattern,
                      std::span<const typename Matrix::Scalar> weights,
                      const Resources& resources) {
  if constexpr (Matrix::IsRowMajor) {
    refill(matrix, pattern, weights, resources);
  } else {
    // The columns of a matrix are the rows of its transpose.
    refill(matrix, pattern.transposed(), weights, resources);
  }
}

}  // namespace

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
               std::span<const std::type_identity_t<Scalar>> weights, const Resources& resources) {
  refill_any_order(matrix, pattern, weights, resources);
}

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void recompile(Eigen::Map<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>& matrix,
               const Pattern& pattern, std::span<const std::type_identity_t<Scalar>> weights,
               const Resources& resources) {
  refill_any_order(matrix, pattern, weights, resources);
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                                     \
  template void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, const Pattern&, \
                          std::span<const Scalar>, const Resources&);                        \
  template void recompile(Eigen::Map<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>&,     \
                          const Pattern&, std::span<const Scalar>, const Resources&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
