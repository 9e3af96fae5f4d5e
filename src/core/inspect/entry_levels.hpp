#pragma once

#include "core/inspect/offset_runs.hpp"

#include <toeplix/pattern.hpp>

#include <cstddef>
#include <vector>

namespace toeplix::detail {

/// What one level of a matrix contributes to entries: for k in [0, count) the offset
/// `column - row` is `first_offset + k * offset_step`, the row `first_row + k * row_step`. The
/// weights are `weight_count` numbers of `EntryLevel::weights` from `first_weight` on, each
/// `k * weight_step` higher.
struct EntryRun {
  Index first_offset;
  Index offset_step;
  Index first_row;
  Index row_step;
  Index count;
  std::size_t first_weight;
  std::size_t weight_count;
  Index weight_step;
};

/// An entry of the matrix takes one term of every level: offsets and rows add up, and its weights
/// are all sums of one weight of each. Every pair of row and column occurs once.
struct EntryLevel {
  std::vector<EntryRun> runs;  ///< those of one offset first, ascending; then those with a step
  std::size_t even = 0;        ///< runs of one offset
  std::vector<Index> weights;
  Index row_stride = 1;  ///< rows of the matrix from one row of the level to the next
  Index extent = 1;      ///< rows of the level
};

/// Rows of one level, [begin, end).
struct LevelRows {
  Index begin;
  Index end;
};

/// Rows of a matrix: those whose row on every level is one of these.
using RowBox = std::vector<LevelRows>;

/// The levels of a matrix from the slowest to the fastest, without those that have one row and one
/// term (one level stays). Memory and cost: kernel positions along every axis, taps of the rows
/// that the boundary folds, row channels; throws CapacityError if these are more than 2^22.
std::vector<EntryLevel> entry_levels(const Pattern& pattern);

/// The box of all rows.
RowBox all_rows(const std::vector<EntryLevel>& levels);

/// The rows [begin, end) as boxes, ascending. At most two for each level.
std::vector<RowBox> row_boxes(const std::vector<EntryLevel>& levels, Index begin, Index end);

/// Terms of a run, [begin, end), whose row on the level is one of these.
LevelRows terms_in_rows(const EntryRun& run, Index row_stride, LevelRows rows);

/// What the rows of a box contribute to offsets, level by level.
std::vector<OffsetLevel> offset_levels(const std::vector<EntryLevel>& levels, const RowBox& box);

}  // namespace toeplix::detail
