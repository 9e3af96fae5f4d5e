#pragma once

#include <toeplix/pattern.hpp>

#include "copy_lines.hpp"

#include <span>

namespace toeplix::detail {

/// Rows [first, last) of a pattern.
struct RowRange {
  Index first;
  Index last;
};

/// Writes the row pointers of a range, the first being 0: `range.last - range.first + 1` numbers.
template <class StorageIndex>
void fill_row_pointers(const Pattern& pattern, RowRange range, int threads, StorageIndex* out);

/// Writes the columns of all entries of a range, row by row, ascending within a row.
template <class StorageIndex>
void fill_columns(const Pattern& pattern, RowRange range, int threads, Stores stores,
                  StorageIndex* out);

/// Writes the values of all entries of a range, in the order of `fill_columns`.
/// Precondition: `weights` has `pattern.weight_count()` elements.
template <class Scalar>
void fill_values(const Pattern& pattern, std::span<const Scalar> weights, RowRange range,
                 int threads, Stores stores, Scalar* out);

/// Whether `columns` holds the columns of one row.
template <class StorageIndex>
bool has_columns(const Pattern& pattern, Index row, const StorageIndex* columns);

}  // namespace toeplix::detail
