#include "core/inspect/offset_runs.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <numeric>

namespace toeplix::detail {

namespace {

/// What all offsets of a matrix, less the first, are multiples of; 0 if there is but one.
Index common_step(const std::vector<OffsetLevel>& levels) {
  Index step = 0;
  for (const OffsetLevel& level : levels) {
    for (const OffsetRun& run : level.runs) {
      step = std::gcd(step, run.first_offset - level.runs.front().first_offset);
      if (run.count > 1) step = std::gcd(step, run.offset_step);
    }
  }
  return step;
}

/// Offsets of one axis. Those of the middle move evenly from period to period, so that its first
/// and its last rows tell.
OffsetInterval offset_range(const Pattern::Axis& axis) {
  const TapTable& table = axis.table;
  const TapTable::Middle& middle = table.middle();
  std::optional<OffsetInterval> range;
  const auto include = [&](Index row) {
    const TapRow taps = table.row(row);
    if (taps.size() == 0) return;
    const Index first = taps[0].input * axis.column_stride - row * axis.row_stride;
    const Index last = taps[taps.size() - 1].input * axis.column_stride - row * axis.row_stride;
    if (!range) range = {first, last};
    range = {std::min(range->first, first), std::max(range->last, last)};
  };
  for (Index row_class = 0; row_class < table.classes(); ++row_class) {
    const Index row = table.representative(row_class);
    include(row);
    const bool repeats = row >= middle.begin && row < middle.end;
    if (repeats) include(row + (middle.end - 1 - row) / middle.period * middle.period);
  }
  return range.value_or(OffsetInterval{0, 0});
}

void merge(std::vector<OffsetInterval>& intervals) {
  std::ranges::sort(intervals, {}, &OffsetInterval::first);
  std::size_t kept = 0;
  for (const OffsetInterval& next : intervals) {
    if (kept > 0 && next.first <= intervals[kept - 1].last + 1) {
      intervals[kept - 1].last = std::max(intervals[kept - 1].last, next.last);
    } else {
      intervals[kept++] = next;
    }
  }
  intervals.resize(kept);
}

/// Appends `interval` shifted by `first + k * step` for k in [0, count), as few intervals.
/// False if there would be more than `budget`.
bool append_shifted(std::vector<OffsetInterval>& result, OffsetInterval interval, Index first,
                    Index step, Index count, std::size_t budget) {
  const Index reach = (count - 1) * step;
  const OffsetInterval moved{interval.first + first, interval.last + first};
  const bool overlap = interval.last - interval.first + 1 >= std::abs(step);
  if (overlap) {
    result.push_back(
        {moved.first + std::min<Index>(0, reach), moved.last + std::max<Index>(0, reach)});
    return result.size() <= budget;
  }
  if (static_cast<std::size_t>(count) > budget - std::min(budget, result.size())) return false;
  for (Index k = 0; k < count; ++k) {
    result.push_back({moved.first + k * step, moved.last + k * step});
  }
  return true;
}

/// Index of the first interval that ends at `number` or after it.
std::size_t first_reaching(const std::vector<OffsetInterval>& intervals, Index number) {
  const auto at = std::ranges::lower_bound(intervals, number, {}, &OffsetInterval::last);
  return static_cast<std::size_t>(at - intervals.begin());
}

/// `intervals` without the numbers of `others`; both sorted and disjoint.
std::vector<OffsetInterval> without(const std::vector<OffsetInterval>& intervals,
                                    const std::vector<OffsetInterval>& others) {
  std::vector<OffsetInterval> result;
  for (OffsetInterval rest : intervals) {
    for (std::size_t at = first_reaching(others, rest.first);
         at < others.size() && others[at].first <= rest.last; ++at) {
      if (others[at].first > rest.first) result.push_back({rest.first, others[at].first - 1});
      rest.first = others[at].last + 1;
    }
    if (rest.first <= rest.last) result.push_back(rest);
  }
  return result;
}

}  // namespace

OffsetInterval offset_range(const Pattern& pattern) {
  OffsetInterval range{0, 0};
  for (const Pattern::Axis& axis : pattern.axes()) {
    const OffsetInterval along = offset_range(axis);
    range.first += along.first;
    range.last += along.last;
  }
  // Offsets of the channels move evenly from group to group: the first or the last is at an end.
  const Pattern::Channels& c = pattern.channels();
  const Index per_group = c.columns_per_group * c.column_stride - c.rows_per_group * c.row_stride;
  const Index last_group = (c.groups - 1) * per_group;
  range.first += std::min<Index>(0, last_group) - (c.rows_per_group - 1) * c.row_stride;
  range.last += std::max<Index>(0, last_group) + (c.columns_per_group - 1) * c.column_stride;
  return range;
}

Index OffsetSet::count() const {
  Index count = 0;
  for (const OffsetInterval& interval : intervals) count += interval.last - interval.first + 1;
  return count;
}

std::optional<OffsetSet> distinct_offsets(const std::vector<OffsetLevel>& levels,
                                          std::size_t budget) {
  OffsetSet set{0, std::max<Index>(1, common_step(levels)), {{0, 0}}};
  // The fastest level first: its offsets lie close together and become few intervals.
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    if (level->runs.empty()) return OffsetSet{};
    const Index base = level->runs.front().first_offset;
    set.base += base;
    std::vector<OffsetInterval> sums;
    for (const OffsetInterval& interval : set.intervals) {
      for (const OffsetRun& run : level->runs) {
        const Index first = (run.first_offset - base) / set.step;
        const Index step = run.count > 1 ? run.offset_step / set.step : 0;
        const Index count = step == 0 ? 1 : run.count;
        if (!append_shifted(sums, interval, first, step, count, budget)) return std::nullopt;
      }
    }
    merge(sums);
    set.intervals = std::move(sums);
  }
  return set;
}

CyclicDiagonals cyclic_diagonals(const OffsetSet& offsets, Index size) {
  CyclicDiagonals result{{offsets.base, offsets.step, {}}, {offsets.base + size, offsets.step, {}}};
  const Index first_upper = ceil_div(-offsets.base, offsets.step);
  for (const OffsetInterval& interval : offsets.intervals) {
    if (interval.first < first_upper) {
      result.lower.intervals.push_back({interval.first, std::min(interval.last, first_upper - 1)});
    }
    if (interval.last >= first_upper) {
      result.upper.intervals.push_back({std::max(interval.first, first_upper), interval.last});
    }
  }
  // base + size + step * m = base + step * m' needs size to be a multiple of step.
  if (size % offsets.step != 0) return result;
  std::vector<OffsetInterval> taken = result.upper.intervals;
  for (OffsetInterval& interval : taken) {
    interval.first -= size / offsets.step;
    interval.last -= size / offsets.step;
  }
  result.lower.intervals = without(result.lower.intervals, taken);
  return result;
}

}  // namespace toeplix::detail
