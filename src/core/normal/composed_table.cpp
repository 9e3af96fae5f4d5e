#include "core/normal/composed_table.hpp"

#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string>

namespace toeplix::detail {

namespace {

constexpr Index most_pairs = Index{1} << 30;
/// What a class costs besides its pairs, in pairs.
constexpr Index pairs_per_class = 64;

}  // namespace

ComposedTable::ComposedTable(const TapTable& forward)
    : forward_(forward), transposed_(forward.transposed()) {
  find_middle();
  const Index middle_rows = end_ - begin_;
  const Index classes = rows() - middle_rows + std::min(middle_rows, period_);
  check_work(classes);
  for (Index row_class = 0; row_class < classes; ++row_class) {
    std::vector<Index> offsets = offsets_of(representative(row_class));
    below_.push_back(std::ranges::lower_bound(offsets, Index{0}) - offsets.begin());
    offsets_.push_back(std::move(offsets));
  }
}

/// Refuses more pairs of kernel positions than there is time for.
void ComposedTable::check_work(Index classes) const {
  Index pairs = 0;
  for (Index row_class = 0; row_class < classes; ++row_class) {
    const Index outputs = transposed_.row_length(representative(row_class));
    pairs += pairs_per_class + outputs * kernel();
    if (pairs <= most_pairs) continue;
    throw CapacityError(
        "the kernel positions that meet in A^T A along one axis (" + std::to_string(kernel()) +
            " in " + std::to_string(classes) + " different rows) exceed the limit of 2^30 pairs",
        CapacityCause::limit, {}, {}, "use a smaller kernel, a smaller stride or less padding");
  }
}

/// x' - x of every x' that some output reads together with x, ascending.
std::vector<Index> ComposedTable::offsets_of(Index row) const {
  std::vector<Index> offsets;
  const TapRow outputs = transposed_.row(row);
  for (Index i = 0; i < outputs.size(); ++i) {
    const TapRow taps = forward_.row(outputs[i].input);
    const auto before = static_cast<std::ptrdiff_t>(offsets.size());
    for (Index k = 0; k < taps.size(); ++k) offsets.push_back(taps[k].input - row);
    // Most are known from the output before: merged at once, the list stays short.
    std::inplace_merge(offsets.begin(), offsets.begin() + before, offsets.end());
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
  }
  return offsets;
}

/// The rows of the middle of A^T all of whose outputs lie in the middle of A. Rows that are a
/// period apart have outputs in the order of the rows, so a whole period of such rows speaks for
/// what lies further inside.
void ComposedTable::find_middle() {
  const TapTable::Middle& middle = transposed_.middle();
  period_ = middle.period;
  begin_ = middle.begin;
  end_ = middle.end;
  for (Index row = begin_; row < std::min(end_, begin_ + period_); ++row) {
    if (!reads_middle_only(row)) begin_ = row + 1;
  }
  for (Index row = end_ - 1; row >= std::max(begin_, end_ - period_); --row) {
    if (!reads_middle_only(row)) end_ = row;
  }
  if (end_ - begin_ < 2 * period_) begin_ = end_ = rows();
}

bool ComposedTable::reads_middle_only(Index row) const {
  const TapRow outputs = transposed_.row(row);
  const TapTable::Middle& middle = forward_.middle();
  if (outputs.size() == 0) return true;
  return outputs[0].input >= middle.begin && outputs[outputs.size() - 1].input < middle.end;
}

Index ComposedTable::class_of(Index row) const {
  if (row < begin_) return row;
  if (row < end_) return begin_ + (row - begin_) % period_;
  return row - (end_ - begin_) + std::min(end_ - begin_, period_);
}

Index ComposedTable::representative(Index row_class) const {
  const Index kept = std::min(end_ - begin_, period_);
  return row_class < begin_ + kept ? row_class : row_class + (end_ - begin_) - kept;
}

Index ComposedTable::members(Index row_class) const {
  const Index phase = row_class - begin_;
  if (phase < 0 || phase >= std::min(end_ - begin_, period_)) return 1;
  return (end_ - begin_ - phase + period_ - 1) / period_;
}

double ComposedTable::pair_count(Index row_class) const {
  double count = 0;
  const TapRow outputs = transposed_.row(representative(row_class));
  for (Index i = 0; i < outputs.size(); ++i) {
    const Tap output = outputs[i];
    const TapRow taps = forward_.row(output.input);
    std::size_t positions = 0;
    for (Index k = 0; k < taps.size(); ++k) positions += taps[k].kernel.size();
    count += static_cast<double>(output.kernel.size()) * static_cast<double>(positions);
  }
  return count;
}

void ComposedTable::collect_pairs(Index row_class, std::vector<PositionPair>& pairs) const {
  const Index row = representative(row_class);
  const std::vector<Index>& offsets = this->offsets(row_class);
  pairs.clear();
  const TapRow outputs = transposed_.row(row);
  for (Index i = 0; i < outputs.size(); ++i) {
    const Tap output = outputs[i];
    const TapRow taps = forward_.row(output.input);
    // Both ascend.
    Index entry = 0;
    for (Index k = 0; k < taps.size(); ++k) {
      const Tap tap = taps[k];
      while (offsets[static_cast<std::size_t>(entry)] != tap.input - row) ++entry;
      for (const Index t : output.kernel) {
        for (const Index u : tap.kernel) pairs.push_back({entry, t, u});
      }
    }
  }
}

std::optional<Index> ComposedTable::entries() const {
  std::optional<Index> sum = 0;
  for (Index c = 0; c < classes(); ++c) {
    const auto length = static_cast<Index>(offsets(c).size());
    sum = checked_sum(sum, checked_product(members(c), length));
  }
  return sum;
}

Index ComposedTable::filled_rows() const {
  Index count = 0;
  for (Index c = 0; c < classes(); ++c) count += offsets(c).empty() ? 0 : members(c);
  return count;
}

AxisReach reach_of(const ComposedTable& table) {
  AxisReach axis{.reach = 0, .step = 0, .ring = false};
  const Index extent = table.rows();
  Index straight = 0;
  for (Index c = 0; c < table.classes(); ++c) {
    for (const Index offset : table.offsets(c)) {
      const Index distance = std::abs(offset);
      straight = std::max(straight, distance);
      axis.reach = std::max(axis.reach, std::min(distance, extent - distance));
      axis.step = std::gcd(axis.step, distance);
    }
  }
  // A ring if going round is a real shortcut.
  axis.ring = straight > 2 * axis.reach;
  if (!axis.ring) axis.reach = straight;
  axis.step = std::max<Index>(1, axis.step);
  return axis;
}

}  // namespace toeplix::detail
