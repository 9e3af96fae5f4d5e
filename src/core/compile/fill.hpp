#pragma once

#include <toeplix/pattern.hpp>

#include "core/compile/copy_lines.hpp"

#include <span>

namespace toeplix::detail {

/// Rows [first, last) of a pattern.
struct RowRange {
  Index first;
  Index last;
};

/// The arrays of a compressed matrix whose outer vectors are a range of rows.
template <class Scalar, class StorageIndex>
struct MatrixArrays {
  StorageIndex* pointers;  ///< one more than there are rows; the first is 0
  StorageIndex* columns;   ///< of all entries, row by row, ascending within a row
  Scalar* values;          ///< in the order of `columns`
};

/// Writes rows [range.first, range.last) of a matrix: everything, in one go for all threads.
/// Precondition: `weights` has `pattern.weight_count()` elements.
template <class Scalar, class StorageIndex>
void fill(const Pattern& pattern, std::span<const Scalar> weights, RowRange range, int threads,
          Stores stores, MatrixArrays<Scalar, StorageIndex> out);

/// Writes the values of the whole matrix alone.
template <class Scalar>
void fill_values(const Pattern& pattern, std::span<const Scalar> weights, int threads,
                 Stores stores, Scalar* out);

}  // namespace toeplix::detail
