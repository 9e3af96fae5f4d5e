#pragma once

#include "core/compile/row_walk.hpp"

#include <span>
#include <vector>

namespace toeplix::detail {

/// The arrays of a compressed matrix whose outer vectors are a range of rows.
template <class Scalar, class StorageIndex>
struct MatrixArrays {
  StorageIndex* pointers;  ///< one more than there are rows; the first is 0
  StorageIndex* columns;   ///< of all entries, row by row, ascending within a row
  Scalar* values;          ///< in the order of `columns`
};

/// Writes the rows of a range: all three arrays. Entries whose value is exactly zero are left out
/// if there are `pointers`, which come from `count_non_zeros` of the same arguments. Precondition,
/// here and below: `weights` has `pattern.weight_count()` elements.
template <class Scalar, class StorageIndex>
void fill(const Pattern& pattern, std::span<const Scalar> weights, RowRange range,
          std::span<const Index> pointers, int threads, MatrixArrays<Scalar, StorageIndex> out);

/// Writes the values of the whole matrix alone.
template <class Scalar>
void fill_values(const Pattern& pattern, std::span<const Scalar> weights, int threads, Scalar* out);

/// Row pointers of a range of rows if entries whose value is exactly zero are left out.
template <class Scalar>
std::vector<Index> count_non_zeros(const Pattern& pattern, std::span<const Scalar> weights,
                                   RowRange range, int threads);

}  // namespace toeplix::detail
