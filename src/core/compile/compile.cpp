#include <toeplix/compile.hpp>

#include "core/base/check_apart.hpp"
#include "core/base/check_resources.hpp"
#include "core/compile/allocate.hpp"
#include "core/compile/fill.hpp"
#include "core/geometry/check_weights.hpp"
#include "reference/instantiate.hpp"

namespace toeplix {

using detail::CompressedSize;
using detail::RowRange;

namespace {

constexpr detail::RoomAdvice compile_advice = {
    .narrow_index = "use compile<std::int64_t>, compile_rows or Operator",
    .memory =
        "use compile_rows for a part of it, Operator to multiply without the matrix, or raise "
        "Resources::memory_budget"};

/// Compiles a range of the pattern's rows; they become the outer vectors of the matrix.
template <class Matrix>
void compile_range(Matrix& matrix, const Pattern& pattern,
                   std::span<const typename Matrix::Scalar> weights, RowRange rows,
                   const CompileOptions& options) {
  const Resources& resources = options.resources;
  detail::check_resources(resources);
  detail::check_weights(weights.size(), pattern);
  detail::check_apart("weights", weights, "the values of the matrix", detail::values_of(matrix));
  static_cast<void>(pattern.nnz());  // refuses what 64 bits cannot count
  CompressedSize size = {0, rows.last - rows.first, pattern.cols()};
  std::vector<Index> pointers;
  if (options.prune_zero_weights) {
    // What holds of any number of entries is checked before they are counted.
    detail::check_index_type<Matrix>(size, compile_advice);
    detail::check_count_room(size.outer, resources, compile_advice);
    pointers = detail::count_non_zeros(pattern, weights, rows, resources.threads);
    size.entries = pointers.back();
  } else {
    size.entries = pattern.entries_before(rows.last) - pattern.entries_before(rows.first);
  }
  detail::check_index_type<Matrix>(size, compile_advice);
  detail::check_budget(matrix, size, resources, compile_advice);
  detail::make_room(matrix, size);
  detail::fill_or_clear(matrix, [&] {
    const detail::MatrixArrays<typename Matrix::Scalar, typename Matrix::StorageIndex> arrays = {
        matrix.outerIndexPtr(), matrix.innerIndexPtr(), matrix.valuePtr()};
    detail::fill(pattern, weights, rows, std::span<const Index>(pointers), resources.threads,
                 arrays);
  });
}

}  // namespace

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
                  std::span<const std::type_identity_t<Scalar>> weights,
                  const CompileOptions& options) {
  if constexpr (Order == Eigen::RowMajor) {
    compile_range(matrix, pattern, weights, {0, pattern.rows()}, options);
  } else {
    // The columns of a matrix are the rows of its transpose.
    compile_range(matrix, pattern.transposed(), weights, {0, pattern.cols()}, options);
  }
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                       const Pattern& pattern,
                       std::span<const std::type_identity_t<Scalar>> weights, Index first,
                       Index last, const CompileOptions& options) {
  detail::check_row_range({first, last}, pattern.rows());
  compile_range(matrix, pattern, weights, {first, last}, options);
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                                        \
  template void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, const Pattern&, \
                             std::span<const Scalar>, const CompileOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

#define TOEPLIX_INSTANTIATE_ROWS(Scalar, StorageIndex)                                         \
  template void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>&, \
                                  const Pattern&, std::span<const Scalar>, Index, Index,       \
                                  const CompileOptions&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE_ROWS)
#undef TOEPLIX_INSTANTIATE_ROWS

}  // namespace toeplix
