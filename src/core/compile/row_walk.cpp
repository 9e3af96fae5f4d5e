#include "core/compile/row_walk.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

/// The repetition along one axis, if `row` lies in its middle.
std::optional<Repetition> along_axis(const Pattern::Axis& axis, RowRange range, Index row) {
  const TapTable::Middle& middle = axis.table.middle();
  const Index coordinate = row / axis.row_stride % axis.table.rows();
  if (coordinate < middle.begin + middle.period || coordinate >= middle.end) return std::nullopt;
  const Index period = middle.period * axis.row_stride;
  if (row - period < range.first) return std::nullopt;
  const Index end = row - row % axis.row_stride + (middle.end - coordinate) * axis.row_stride;
  return Repetition{period, std::min(end, range.last) - row, middle.shift * axis.column_stride};
}

}  // namespace

std::optional<Repetition> repetition_at(const Pattern& pattern, RowRange range, Index row) {
  // The columns repeat, but every pixel has values of its own.
  if (pattern.is_per_pixel()) return std::nullopt;
  constexpr Index most_entries = Index{1} << 15;
  const Index most_rows = most_entries / std::max<Index>(1, pattern.row_length(row));
  std::optional<Repetition> found = along_axis(pattern.axes().back(), range, row);
  for (auto axis = pattern.axes().rbegin() + 1; axis != pattern.axes().rend(); ++axis) {
    const auto repetition = along_axis(*axis, range, row);
    if (repetition && repetition->period <= most_rows) {
      found = repetition;
    } else if (repetition && !found) {
      found = Repetition{repetition->period, 1, repetition->shift};
    }
  }
  return found;
}

}  // namespace toeplix::detail
