#pragma once

#include "core/compile/fill.hpp"

namespace toeplix::detail {

/// Row pointers of a range of rows when entries whose value is exactly zero are left out.
/// Cost: one pass over the values.
template <class Scalar>
std::vector<Index> count_non_zeros(const Pattern& pattern, std::span<const Scalar> weights,
                                   RowRange range, int threads);

/// Writes columns and values of the entries that are not zero. `pointers` come from
/// `count_non_zeros` of the same arguments.
template <class Scalar, class StorageIndex>
void fill_non_zeros(const Pattern& pattern, std::span<const Scalar> weights, RowRange range,
                    const std::vector<Index>& pointers, int threads, StorageIndex* columns,
                    Scalar* values);

}  // namespace toeplix::detail
