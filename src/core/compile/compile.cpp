#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>

#include "core/base/check_length.hpp"
#include "core/compile/allocate.hpp"
#include "core/compile/fill.hpp"
#include "core/compile/pruned.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace toeplix {

using detail::RowRange;
using detail::Stores;

namespace {

constexpr detail::RoomAdvice advice = {
    .narrow_index = "; use compile<std::int64_t>, compile_rows or Operator",
    .memory =
        "; use compile_rows for a part of it, Operator to multiply without the matrix, or raise "
        "Resources::memory_budget"};

/// `rows` is a range of the pattern whose rows are the outer vectors of the matrix.
template <class Matrix>
void fill_matrix(Matrix& matrix, const Pattern& pattern,
                 std::span<const typename Matrix::Scalar> weights, RowRange rows,
                 const CompileOptions& options) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  detail::check_length("weights", weights.size(), pattern.weight_count());
  const Index outer = rows.last - rows.first;
  const Index whole = pattern.nnz();
  const Index entries = outer == pattern.rows() ? whole
                                                : pattern.entries_before(rows.last) -
                                                      pattern.entries_before(rows.first);
  if (options.prune_zero_weights) {
    // What holds of any number of entries is checked before they are counted.
    detail::check_index_type<Scalar, StorageIndex>(0, outer, pattern.cols(), advice);
    detail::check_count_room(outer, options.resources, advice);
    const std::vector<Index> pointers =
        detail::count_non_zeros(pattern, weights, rows, options.resources.threads);
    detail::check_index_type<Scalar, StorageIndex>(pointers.back(), outer, pattern.cols(), advice);
    const Index spare =
        detail::check_budget(matrix, pointers.back(), outer, options.resources, advice);
    detail::make_room(matrix, outer, pattern.cols(), pointers.back(), spare);
    detail::fill_or_clear(matrix, [&] {
      std::ranges::transform(pointers, matrix.outerIndexPtr(),
                             [](Index pointer) { return static_cast<StorageIndex>(pointer); });
      detail::fill_non_zeros(pattern, weights, rows, pointers, options.resources.threads,
                             matrix.innerIndexPtr(), matrix.valuePtr());
    });
    return;
  }
  detail::check_index_type<Scalar, StorageIndex>(entries, outer, pattern.cols(), advice);
  const Index spare = detail::check_budget(matrix, entries, outer, options.resources, advice);
  const Stores stores = detail::make_room(matrix, outer, pattern.cols(), entries, spare);
  detail::fill_or_clear(matrix, [&] {
    detail::fill(pattern, weights, rows, options.resources.threads, stores,
                 detail::MatrixArrays<Scalar, StorageIndex>{
                     matrix.outerIndexPtr(), matrix.innerIndexPtr(), matrix.valuePtr()});
  });
}

/// Some `count` rows of a pattern, or all if there are fewer; the first and the last are among
/// them.
std::vector<Index> sample_rows(const Pattern& pattern, Index count) {
  std::vector<Index> rows;
  if (pattern.rows() <= count) {
    rows.resize(static_cast<std::size_t>(pattern.rows()));
    std::iota(rows.begin(), rows.end(), Index{0});
    return rows;
  }
  const Index last = pattern.rows() - 1;
  rows.reserve(static_cast<std::size_t>(count));
  rows = {0, last};
  // Multiples of the golden ratio, modulo 1, lie evenly however many there are, and keep step with
  // no period of the rows.
  constexpr double golden_ratio = 0.6180339887498949;
  for (Index sample = 1; sample + 1 < count; ++sample) {
    const double place = static_cast<double>(sample) * golden_ratio;
    rows.push_back(static_cast<Index>((place - std::floor(place)) * static_cast<double>(last)));
  }
  return rows;
}

/// Whether `columns` holds the columns of one row. `offsets` is memory to work with.
/// Built here by itself: a small matrix is refilled in 0.1 ms, and the builders of whole matrices
/// prepare more than one row needs.
template <class StorageIndex>
bool has_columns(const Pattern& pattern, Index row, const StorageIndex* columns,
                 std::vector<Index>& offsets) {
  offsets.assign(1, 0);
  for (const Pattern::Axis& axis : pattern.axes()) {
    const TapRow taps = axis.table.row(row / axis.row_stride % axis.table.rows());
    const auto before = static_cast<Index>(offsets.size());
    offsets.resize(static_cast<std::size_t>(before * taps.size()));
    // From the back, so that what is read has not been written over.
    auto place = offsets.end();
    for (Index i = before; i-- > 0;) {
      const Index offset = offsets[static_cast<std::size_t>(i)];
      for (Index t = taps.size(); t-- > 0;) {
        *--place = offset + taps[t].input * axis.column_stride;
      }
    }
  }
  const Pattern::Channels& c = pattern.channels();
  const Index channel = row / c.row_stride % (c.groups * c.rows_per_group);
  const Index group = channel / c.rows_per_group * c.columns_per_group * c.column_stride;
  const auto count = static_cast<Index>(offsets.size());
  const bool innermost = c.place == Pattern::Channels::Place::innermost;
  const Index channel_step = innermost ? 1 : count;
  const Index offset_step = innermost ? c.columns_per_group : 1;
  for (Index k = 0; k < c.columns_per_group; ++k) {
    const Index base = group + k * c.column_stride;
    for (Index i = 0; i < count; ++i) {
      const Index expected = base + offsets[static_cast<std::size_t>(i)];
      if (static_cast<Index>(columns[k * channel_step + i * offset_step]) != expected) return false;
    }
  }
  return true;
}

/// Whether a matrix has the row pointers and the columns of `pattern`, as far as a sample tells.
/// Looking at all of them would cost as much as writing the values.
template <class Matrix>
bool has_structure(const Matrix& matrix, const Pattern& pattern) {
  const auto* const pointers = matrix.outerIndexPtr();
  if (!matrix.isCompressed() || pointers[pattern.rows()] != pattern.nnz()) return false;
  constexpr Index many = 32;
  constexpr Index few = 8;
  std::vector<Index> offsets;
  return std::ranges::all_of(
             sample_rows(pattern, many),
             [&](Index row) { return pointers[row] == pattern.entries_before(row); }) &&
         std::ranges::all_of(sample_rows(pattern, few), [&](Index row) {
           return has_columns(pattern, row, matrix.innerIndexPtr() + pointers[row], offsets);
         });
}

/// Refuses a matrix that was not compiled from `pattern`, whose rows are its outer vectors.
template <class Matrix>
void check_structure(const Matrix& matrix, const Pattern& pattern) {
  if (matrix.outerSize() != pattern.rows() || matrix.innerSize() != pattern.cols()) {
    throw GeometryError("recompile: the matrix has dimensions " +
                        std::to_string(matrix.outerSize()) + " and " +
                        std::to_string(matrix.innerSize()) + "; expected " +
                        std::to_string(pattern.rows()) + " and " + std::to_string(pattern.cols()));
  }
  if (has_structure(matrix, pattern)) return;
  throw GeometryError(
      "recompile: the matrix was not compiled from this geometry (its entries lie elsewhere); "
      "use compile_into");
}

template <class Matrix>
void refill(Matrix& matrix, const Pattern& pattern,
            std::span<const typename Matrix::Scalar> weights, const Resources& resources) {
  detail::check_length("weights", weights.size(), pattern.weight_count());
  check_structure(matrix, pattern);
  const auto bytes = static_cast<std::size_t>(matrix.nonZeros()) * sizeof(typename Matrix::Scalar);
  detail::fill_values(pattern, weights, resources.threads, detail::stores_again(bytes),
                      matrix.valuePtr());
}

}  // namespace

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
                  std::span<const std::type_identity_t<Scalar>> weights,
                  const CompileOptions& options) {
  if constexpr (Order == Eigen::RowMajor) {
    fill_matrix(matrix, pattern, weights, {0, pattern.rows()}, options);
  } else {
    // The columns of a matrix are the rows of its transpose.
    fill_matrix(matrix, pattern.transposed(), weights, {0, pattern.cols()}, options);
  }
}

template <MatrixScalar Scalar, MatrixIndex StorageIndex>
void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                       const Pattern& pattern,
                       std::span<const std::type_identity_t<Scalar>> weights, Index first,
                       Index last, const CompileOptions& options) {
  if (first < 0 || last < first || last > pattern.rows()) {
    throw GeometryError("rows [" + std::to_string(first) + ", " + std::to_string(last) +
                        ") are not within the matrix; it has " + std::to_string(pattern.rows()) +
                        " rows");
  }
  fill_matrix(matrix, pattern, weights, {first, last}, options);
}

template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix, const Pattern& pattern,
               std::span<const std::type_identity_t<Scalar>> weights, const Resources& resources) {
  if (Order == Eigen::ColMajor) {
    refill(matrix, pattern.transposed(), weights, resources);
  } else {
    refill(matrix, pattern, weights, resources);
  }
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                                        \
  template void compile_into(Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, const Pattern&, \
                             std::span<const Scalar>, const CompileOptions&);                   \
  template void recompile(Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, const Pattern&,    \
                          std::span<const Scalar>, const Resources&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)

#define TOEPLIX_INSTANTIATE_ROWS(Scalar, StorageIndex)                                         \
  template void compile_rows_into(Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>&, \
                                  const Pattern&, std::span<const Scalar>, Index, Index,       \
                                  const CompileOptions&);
TOEPLIX_FOR_EACH_SCALAR_AND_INDEX(TOEPLIX_INSTANTIATE_ROWS)

}  // namespace toeplix
