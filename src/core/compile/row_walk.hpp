#pragma once

#include <toeplix/pattern.hpp>

#include "core/compile/row_range.hpp"

#include <optional>

namespace toeplix::detail {

/// Rows that need not be built: each is the row `period` before it, its values the same and its
/// columns `shift` further right.
struct Repetition {
  Index period;
  Index rows;
  Index shift;
};

/// Whether `row` and those after it repeat earlier rows of `range`: they do in the middle of an
/// axis, after its first period. Of several axes the slowest one is taken whose period is short
/// enough to stay in a cache, and otherwise the fastest one; another only for this one row, because
/// the next may repeat a nearer one. Cost: one step per axis.
std::optional<Repetition> repetition_at(const Pattern& pattern, RowRange range, Index row);

/// Visits all rows of a range in order: `build(row)` for a row that has to be built,
/// `repeat(row, repetition)` for rows that repeat others.
template <class Build, class Repeat>
void walk_rows(const Pattern& pattern, RowRange range, const Build& build, const Repeat& repeat) {
  for (Index row = range.first; row < range.last;) {
    const auto repetition = repetition_at(pattern, range, row);
    if (repetition) {
      repeat(row, *repetition);
      row += repetition->rows;
    } else {
      build(row);
      ++row;
    }
  }
}

}  // namespace toeplix::detail
