#include "core/inspect/entry_search.hpp"

#include "core/base/integer_math.hpp"

#include <utility>

namespace toeplix::detail {

namespace {

/// The lowest and the highest offset that a level contributes; 0 if it has no runs.
OffsetInterval extremes_of(const EntryLevel& level) {
  std::optional<OffsetInterval> range;
  for (const EntryRun& run : level.runs) {
    const Index end = run.first_offset + (run.count - 1) * run.offset_step;
    const auto [low, high] = std::minmax(run.first_offset, end);
    if (!range) range = {low, high};
    range = {std::min(range->first, low), std::max(range->last, high)};
  }
  return range.value_or(OffsetInterval{0, 0});
}

}  // namespace

EntrySearch::EntrySearch(EntryLevels levels)
    : levels_(std::move(levels)), rest_(levels_.list.size() + 1, {0, 0}) {
  for (std::size_t at = levels_.list.size(); at-- > 0;) {
    const OffsetInterval own = extremes_of(levels_.list[at]);
    rest_[at] = {rest_[at + 1].first + own.first, rest_[at + 1].last + own.last};
  }
}

std::span<const EntryRun> EntrySearch::even_in_reach(std::size_t at, Index offset) const {
  const std::span<const EntryRun> even =
      std::span(levels_.list[at].runs).first(levels_.list[at].even);
  const OffsetInterval rest = rest_[at + 1];
  const auto first =
      std::ranges::lower_bound(even, offset - rest.last, {}, &EntryRun::first_offset);
  const auto last =
      std::ranges::upper_bound(even, offset - rest.first, {}, &EntryRun::first_offset);
  return {first, last};
}

std::span<const EntryRun> EntrySearch::stepping(std::size_t at) const {
  return std::span(levels_.list[at].runs).subspan(levels_.list[at].even);
}

LevelRows EntrySearch::terms_in_reach(std::size_t at, const EntryRun& run, LevelRows rows,
                                      Index offset) const {
  const Index low = offset - run.first_offset - rest_[at + 1].last;
  const Index high = offset - run.first_offset - rest_[at + 1].first;
  const Index step = std::abs(run.offset_step);
  const bool up = run.offset_step > 0;
  const Index first = ceil_div(up ? low : -high, step);
  const Index last = floor_div(up ? high : -low, step);
  const LevelRows within = terms_in_rows(run, levels_.list[at].row_stride, rows);
  return {std::max(within.begin, first), std::min(within.end, last + 1)};
}

Index EntrySearch::count(std::size_t at, const RowBox& box, Index offset) const {
  if (at == box.size()) return 1;
  Index total = 0;
  Index same = 0;  // entries of the faster levels for each term of the last run's offset
  const std::span<const EntryRun> even = even_in_reach(at, offset);
  for (std::size_t i = 0; i < even.size(); ++i) {
    const EntryRun& run = even[i];
    const bool known = i > 0 && even[i - 1].first_offset == run.first_offset;
    if (!known) same = count(at + 1, box, offset - run.first_offset);
    const LevelRows terms = terms_in_rows(run, levels_.list[at].row_stride, box[at]);
    total += same * (terms.end - terms.begin);
  }
  for (const EntryRun& run : stepping(at)) {
    const LevelRows terms = terms_in_reach(at, run, box[at], offset);
    for (Index k = terms.begin; k < terms.end; ++k) {
      total += count(at + 1, box, offset - run.first_offset - k * run.offset_step);
    }
  }
  return total;
}

}  // namespace toeplix::detail
