#include <toeplix/error.hpp>
#include <toeplix/tap_table.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/check_border.hpp"
#include "core/geometry/congruence.hpp"
#include "core/geometry/fold.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace toeplix {

using detail::ceil_div;
using detail::checked_product;
using detail::checked_sum;
using detail::floor_div;
using detail::PixelRange;

namespace {

/// What to do about a border that is too large.
constexpr const char* border_advice =
    "use less padding, or a smaller output, kernel, stride or input_dilation";

void check_border(Index count, const char* what) {
  detail::check_border(count, what, border_advice);
}

/// Rows in [begin, end).
struct Rows {
  Index begin;
  Index end;
};

/// The longest stretch of `rows` without any of `marks`; the first of several as long.
Rows widest_gap(std::vector<Index> marks, Rows rows) {
  marks.push_back(rows.end);
  std::ranges::sort(marks);
  Rows widest{rows.begin, rows.begin};
  Index begin = rows.begin;
  for (const Index mark : marks) {
    if (mark - begin > widest.end - widest.begin) widest = {begin, mark};
    begin = mark + 1;
  }
  return widest;
}

}  // namespace

TapTable::TapTable(const AxisGeometry& geometry) : TapTable(geometry, Orientation::forward) {}

TapTable TapTable::transposed() const {
  if (part_) refuse_part("transposed table");
  return TapTable(geometry_, orientation_ == Orientation::forward ? Orientation::transposed
                                                                  : Orientation::forward);
}

TapTable::TapTable(const AxisGeometry& geometry, Orientation orientation)
    : geometry_(geometry), orientation_(orientation) {
  // With a single kernel position the dilation means nothing; 1 keeps the arithmetic small.
  if (geometry_.kernel == 1) geometry_.dilation = 1;
  check_border(geometry_.kernel, "kernel positions");
  set_forward_middle();
  if (geometry_.boundary != Boundary::zero) check_folds();
  if (orientation_ == Orientation::transposed) set_transposed_middle();
  check_border(classes(), "border rows");
  identity_.resize(static_cast<std::size_t>(geometry_.kernel));
  std::iota(identity_.begin(), identity_.end(), Index{0});
  count_entries();
}

void TapTable::set_forward_middle() {
  const AxisGeometry& g = geometry_;
  rows_ = g.output;
  columns_ = g.input;
  // Window positions that lie on pixels, not on holes.
  congruence_ = detail::congruence_of(g.dilation, g.input_dilation);
  input_step_ = g.dilation / congruence_.common;
  window_step_ = congruence_.step;
  // Windows that lie wholly inside the image; the holes come back after so many of them.
  const Index last_start = g.spread_input() - g.span();
  const Index common = std::gcd(g.stride, g.input_dilation);
  set_middle(ceil_div(g.lower, g.stride), floor_div(last_start + g.lower, g.stride) + 1,
             g.input_dilation / common, g.stride / common);
}

void TapTable::set_transposed_middle() {
  const AxisGeometry& g = geometry_;
  rows_ = g.input;
  columns_ = g.output;
  // Windows that have a kernel position on a pixel.
  congruence_ = detail::congruence_of(g.stride, g.dilation);
  input_step_ = congruence_.step;
  window_step_ = -(g.stride / congruence_.common);
  // Pixels whose every possible window exists: the first and the last window do not cut them.
  const Index first = ceil_div(g.coordinate(-1, g.kernel - 1) + 1, g.input_dilation);
  const Index begin = std::clamp<Index>(first, 0, rows_);
  const Index end =
      std::clamp<Index>(ceil_div(g.coordinate(g.output, 0), g.input_dilation), begin, rows_);
  const Rows middle = widest_gap(folded_inputs(begin, end), {begin, end});
  const Index common = std::gcd(g.stride, g.input_dilation);
  set_middle(middle.begin, middle.end, g.stride / common, g.input_dilation / common);
}

/// The pixels in [begin, end) that something is folded onto.
std::vector<Index> TapTable::folded_inputs(Index begin, Index end) const {
  const AxisGeometry& g = geometry_;
  if (g.boundary == Boundary::zero) return {};
  std::vector<Index> inputs;
  const auto note = [&](Index first, Index last) {
    for (Index coordinate = first; coordinate <= last; ++coordinate) {
      if (straight_at(coordinate).count == 0) continue;
      const Index input = g.source(coordinate);
      // Neighbours are often folded onto the same pixel.
      const bool known = !inputs.empty() && input == inputs.back();
      if (input >= begin && input < end && !known) inputs.push_back(input);
    }
  };
  const PixelRange all = detail::extension_of(g);
  note(all.first, std::min<Index>(-1, all.last));
  note(std::max(g.spread_input(), all.first), all.last);
  return inputs;
}

void TapTable::set_middle(Index begin, Index end, Index period, Index shift) {
  begin = std::clamp<Index>(begin, 0, rows_);
  end = std::clamp<Index>(end, begin, rows_);
  // A middle shorter than its period repeats nothing.
  if (end - begin < period) begin = end = rows_;
  middle_ = {begin, end, period, shift};
}

/// Refuses more folding than there is time for.
void TapTable::check_folds() const {
  const Borders borders = this->borders();
  const Index rows = borders.number(rows_);
  check_border(rows, "border rows");
  Index count = 0;
  for (Index border = 0; border < rows; ++border) {
    count += geometry_.kernel - detail::positions_inside(geometry_, borders.row(border)).count();
    check_border(count, "folded taps");
  }
  const PixelRange all = detail::extension_of(geometry_);
  check_border(std::max<Index>(0, -all.first), "pixels of the extension");
  check_border(std::max<Index>(0, all.last - geometry_.spread_input() + 1),
               "pixels of the extension");
}

void TapTable::count_entries() {
  const Borders borders = this->borders();
  const Index phases = middle_.end > middle_.begin ? middle_.period : 0;
  period_before_.reserve(static_cast<std::size_t>(phases) + 1);
  period_before_.push_back(0);
  for (Index phase = 0; phase < phases; ++phase) {
    period_before_.push_back(period_before_.back() + count_row(middle_.begin + phase));
  }
  border_before_.reserve(static_cast<std::size_t>(borders.number(rows_)) + 1);
  border_before_.push_back(0);
  for (Index border = 0; border < borders.number(rows_); ++border) {
    border_before_.push_back(border_before_.back() + count_row(borders.row(border)));
  }
  check_entries();
}

/// No sum of row lengths exceeds that of all rows, so that `entries_before` need not check.
void TapTable::check_entries() const {
  const Index middle_rows = middle_.end - middle_.begin;
  const auto phase = static_cast<std::size_t>(middle_rows % middle_.period);
  const auto periods = checked_product(middle_rows / middle_.period, period_before_.back());
  const auto middle_entries = checked_sum(periods, period_before_[phase]);
  if (checked_sum(middle_entries, border_before_.back())) return;
  throw CapacityError("the taps along one axis exceed 64 bits");
}

Index TapTable::entries_before(Index row) const {
  const Index in_middle = std::clamp(row, middle_.begin, middle_.end) - middle_.begin;
  // A division takes longer than all the rest, and most middles repeat with every row.
  const bool every_row = middle_.period == 1;
  const Index periods = every_row ? in_middle : in_middle / middle_.period;
  const auto phase = static_cast<std::size_t>(every_row ? 0 : in_middle % middle_.period);
  const Index middle_entries = periods * period_before_.back() + period_before_[phase];
  const Index border = row < middle_.begin ? row : std::max(middle_.begin, borders().number(row));
  return border_before_[static_cast<std::size_t>(border)] + middle_entries;
}

/// Rows of the middle after its first period.
Index TapTable::repeats() const {
  return std::max<Index>(0, middle_.end - middle_.begin - middle_.period);
}

Index TapTable::class_of(Index row) const {
  if (row < middle_.begin) return row;
  if (row >= middle_.end) return row - repeats();
  return middle_.begin + (row - middle_.begin) % middle_.period;
}

Index TapTable::representative(Index row_class) const {
  const bool before_tail = row_class < middle_.begin + middle_.period;
  return before_tail ? row_class : row_class + repeats();
}

Index TapTable::shift_of(Index row) const {
  if (row < middle_.begin || row >= middle_.end) return 0;
  return (row - middle_.begin) / middle_.period * middle_.shift;
}

}  // namespace toeplix
