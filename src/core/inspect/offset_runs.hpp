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

/// Offsets `column - row` that one level of a matrix (an axis, or the channels) contributes to
/// entries: `first_offset + k * offset_step` for k in [0, count).
struct OffsetRun {
  Index first_offset;
  Index offset_step;
  Index count;
};

/// The offset of an entry is the sum of one of every level.
struct OffsetLevel {
  std::vector<OffsetRun> runs;
};

/// The lowest and the highest offset of an entry. Precondition: there is one. Cost: kernel
/// positions and folded taps along every axis.
OffsetInterval offset_range(const Pattern& pattern);

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
