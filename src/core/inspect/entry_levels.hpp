#pragma once

#include "core/inspect/offset_runs.hpp"

#include <toeplix/pattern.hpp>
#include <toeplix/pixel_shuffle.hpp>

#include <cstddef>
#include <vector>

namespace toeplix::detail {

/// What one level of a matrix contributes to entries: for k in [0, count) the offset
/// `column - row` is `first_offset + k * offset_step`, the row `first_row + k * row_step`, which is
/// that of row `first + k * row_step / row_stride` of the level. The weights are `weight_count`
/// numbers of `EntryLevel::weights` from `first_weight` on, each `k * weight_step` higher.
struct EntryRun {
  Index first_offset;
  Index offset_step;
  Index first_row;
  Index row_step;
  Index first;
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
  Index row_stride = 1;  ///< rows of the matrix from one row of a run to the next
  Index extent = 1;      ///< rows of the level
};

/// One digit of a matrix's row number: with all others kept, its values from 0 to `extent - 1` are
/// matrix rows `stride` apart, and `unit` rows of a level each, one after another.
struct RowDigit {
  Index stride;
  Index extent;
  std::size_t level;
  Index unit;
};

/// The levels of a matrix, and the digits of its rows from the slowest to the fastest. A level has
/// several digits if others come between. Levels are in the order of memory, but for the channels
/// of packed tensors, which come last.
struct EntryLevels {
  std::vector<EntryLevel> list;
  std::vector<RowDigit> digits;
};

/// Rows of one level, [begin, end).
struct LevelRows {
  Index begin;
  Index end;
};

/// Rows of a matrix: those whose row on every level is one of these.
using RowBox = std::vector<LevelRows>;

/// The levels of a matrix, without those that have one row and one term (one level stays). Rows and
/// columns are those of the packed tensors. Memory and cost: kernel positions along every axis,
/// taps of the rows that the boundary folds, row channels, each times the column channels of its
/// group that share an image of the grid; throws CapacityError if these are more than 2^22. Of
/// tensors that are not plain: pairs of channels, if they are at most 2^20.
/// Precondition: the tensors are those of the pattern.
EntryLevels entry_levels(const Pattern& pattern, const PixelShuffle& packing);
/// Of rows and columns in their own order.
EntryLevels entry_levels(const Pattern& pattern);

/// The box of all rows.
RowBox all_rows(const EntryLevels& levels);

/// The rows [begin, end) as boxes, ascending. At most two for each digit.
std::vector<RowBox> row_boxes(const EntryLevels& levels, Index begin, Index end);

/// Terms of a run, [begin, end), whose row on the level is one of these.
LevelRows terms_in_rows(const EntryRun& run, Index row_stride, LevelRows rows);

/// What the rows of a box contribute to offsets, level by level.
std::vector<OffsetLevel> offset_levels(const EntryLevels& levels, const RowBox& box);

}  // namespace toeplix::detail
