#pragma once

#include <toeplix/pattern.hpp>

#include <optional>
#include <vector>

namespace toeplix::detail {

/// Numbers from first to last, both included.
struct OffsetInterval {
  Index first;
  Index last;
};

/// What one level of a matrix (an axis, or the channels) contributes to entries: for k in
/// [0, count) the offset `column - row` is `first_offset + k * offset_step`, the row
/// `first_row + k * row_step`, the weight `first_weight + k * weight_step`.
struct OffsetRun {
  Index first_offset;
  Index offset_step;
  Index first_row;
  Index row_step;
  Index first_weight;
  Index weight_step;
  Index count;
};

/// An entry of the matrix takes one term of every level and adds them up. A pair of row and column
/// occurs once per kernel position that meets there.
struct OffsetLevel {
  std::vector<OffsetRun> runs;
  Index lowest = 0;   ///< offset; 0 if there are no runs
  Index highest = 0;  ///< likewise
};

/// The lowest and the highest offset of an entry. Precondition: there is one. Cost: kernel
/// positions and folded taps along every axis.
OffsetInterval offset_range(const Pattern& pattern);

/// The levels of a matrix from the slowest to the fastest. Memory and cost: kernel positions along
/// every axis, the taps that are folded, and the row channels. Throws CapacityError for more than
/// 2^26 row channels.
std::vector<OffsetLevel> offset_levels(const Pattern& pattern);

/// Distinct offsets of stored entries, ascending: `base + step * m` for m in the intervals.
struct OffsetSet {
  Index base = 0;
  Index step = 1;
  std::vector<OffsetInterval> intervals;

  Index count() const;
};

/// The offsets of all entries; nothing if that takes more than `budget` intervals.
std::optional<OffsetSet> distinct_offsets(const std::vector<OffsetLevel>& levels,
                                          std::size_t budget);

/// Diagonals of a matrix of `size` rows and columns whose diagonal d holds column - row = d modulo
/// size, as intervals of `base + step * m`. There may be two sets: offsets from 0, and below 0. A
/// number that both have is in the first alone.
struct CyclicDiagonals {
  OffsetSet upper;
  OffsetSet lower;

  Index count() const { return upper.count() + lower.count(); }
};

/// Precondition: every offset lies strictly between -size and size.
CyclicDiagonals cyclic_diagonals(const OffsetSet& offsets, Index size);

}  // namespace toeplix::detail
