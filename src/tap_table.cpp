#include <toeplix/error.hpp>
#include <toeplix/tap_table.hpp>

#include "integer_math.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace toeplix {

using detail::ceil_div;
using detail::checked_product;
using detail::checked_sum;
using detail::floor_div;
using detail::floor_mod;

namespace {

constexpr Index max_border = Index{1} << 26;

void check_border(Index count, const char* what) {
  if (count <= max_border) return;
  throw CapacityError(
      std::to_string(count) + " " + what +
          " exceed the limit of 2^26; use less padding, a smaller kernel or a smaller stride",
      -1, -1);
}

/// x with a * x = 1 modulo m, in [0, m). Precondition: a and m are coprime, m > 0.
Index inverse_modulo(Index a, Index m) {
  Index previous = 0;
  Index current = 1;
  Index larger = m;
  Index smaller = floor_mod(a, m);
  while (smaller > 1) {
    const Index quotient = larger / smaller;
    larger -= quotient * smaller;
    std::swap(larger, smaller);
    previous -= quotient * current;
    std::swap(previous, current);
  }
  return floor_mod(current, m);
}

/// a * b modulo m without overflow. Precondition: a and b in [0, m).
Index product_modulo(Index a, Index b, Index m) {
  __extension__ using Wide = __int128;
  return static_cast<Index>(Wide{a} * b % m);
}

}  // namespace

Index fold(Index coordinate, Index extent, Boundary boundary) {
  if (coordinate >= 0 && coordinate < extent) return coordinate;
  switch (boundary) {
    case Boundary::zero:
      return -1;
    case Boundary::circular:
      return floor_mod(coordinate, extent);
    case Boundary::reflect: {
      // The extension repeats after a way there and back that visits either edge once.
      if (extent == 1) return 0;
      const Index period = 2 * (extent - 1);
      const Index place = floor_mod(coordinate, period);
      return place < extent ? place : period - place;
    }
    case Boundary::symmetric: {
      const Index place = floor_mod(coordinate, 2 * extent);
      return place < extent ? place : 2 * extent - 1 - place;
    }
    case Boundary::replicate:
      return coordinate < 0 ? 0 : extent - 1;
  }
  return -1;
}

TapTable::TapTable(const AxisGeometry& geometry) : TapTable(geometry, Direction::forward) {}

TapTable TapTable::transposed() const {
  return TapTable(geometry_,
                  direction_ == Direction::forward ? Direction::transposed : Direction::forward);
}

TapTable::TapTable(const AxisGeometry& geometry, Direction direction)
    : geometry_(geometry), direction_(direction) {
  // With a single kernel position the dilation means nothing; 1 keeps the arithmetic small.
  if (geometry_.kernel == 1) geometry_.dilation = 1;
  check_border(geometry_.kernel, "kernel positions");
  // The forward borders tell which taps are folded; the transposed ones then follow from those.
  set_forward_middle();
  std::vector<FoldedTap> folded = folded_taps();
  if (direction_ == Direction::transposed) set_transposed_middle(folded);
  check_border(classes(), "border rows");
  identity_.resize(static_cast<std::size_t>(geometry_.kernel));
  std::iota(identity_.begin(), identity_.end(), Index{0});
  if (!folded.empty()) store_folded_rows(std::move(folded));
  count_entries();
}

void TapTable::set_forward_middle() {
  const AxisGeometry& g = geometry_;
  rows_ = g.output;
  columns_ = g.input;
  input_step_ = g.dilation;
  window_step_ = 1;
  // Windows that lie wholly inside the image.
  const Index last_start = g.input - 1 - (g.kernel - 1) * g.dilation;
  set_middle(ceil_div(g.lower, g.stride), floor_div(last_start + g.lower, g.stride) + 1, 1,
             g.stride);
}

void TapTable::set_transposed_middle(const std::vector<FoldedTap>& folded) {
  const AxisGeometry& g = geometry_;
  common_ = std::gcd(g.stride, g.dilation);
  rows_ = g.input;
  columns_ = g.output;
  input_step_ = g.dilation / common_;
  window_step_ = -(g.stride / common_);
  stride_inverse_ = inverse_modulo(g.stride / common_, g.dilation / common_);
  // Pixels whose every possible window exists: the first and the last window do not cut them ...
  const Index begin =
      std::clamp<Index>((g.kernel - 1) * g.dilation - g.lower - g.stride + 1, 0, rows_);
  const Index end = std::clamp<Index>(g.output * g.stride - g.lower, begin, rows_);
  // ... and the widest stretch of them that nothing is folded into.
  std::vector<Index> marks{begin - 1, end};
  for (const FoldedTap& tap : folded) {
    if (tap.input >= begin && tap.input < end) marks.push_back(tap.input);
  }
  std::sort(marks.begin(), marks.end());
  Index best = 0;
  for (std::size_t i = 0; i + 1 < marks.size(); ++i) {
    const auto width = [&marks](std::size_t at) { return marks[at + 1] - marks[at]; };
    if (width(i) > width(static_cast<std::size_t>(best))) best = static_cast<Index>(i);
  }
  const auto at = static_cast<std::size_t>(best);
  set_middle(marks[at] + 1, marks[at + 1], g.stride, 1);
}

void TapTable::set_middle(Index begin, Index end, Index period, Index shift) {
  begin = std::clamp<Index>(begin, 0, rows_);
  end = std::clamp<Index>(end, begin, rows_);
  // A middle shorter than its period repeats nothing.
  if (end - begin < period) begin = end = rows_;
  middle_ = {begin, end, period, shift};
}

/// Number of taps of the border rows that lie outside the image. Stops counting at too many.
Index TapTable::count_outside(Index border_rows) const {
  Index count = 0;
  for (Index border = 0; border < border_rows; ++border) {
    count += geometry_.kernel - straight_forward(row_of_border(border)).count;
    check_border(count, "folded taps");
  }
  return count;
}

std::vector<TapTable::FoldedTap> TapTable::folded_taps() const {
  const AxisGeometry& g = geometry_;
  std::vector<FoldedTap> folded;
  if (g.boundary == Boundary::zero) return folded;
  const Index border_rows = middle_.begin + (g.output - middle_.end);
  check_border(border_rows, "border rows");
  folded.reserve(static_cast<std::size_t>(count_outside(border_rows)));
  for (Index border = 0; border < border_rows; ++border) {
    const Index output = row_of_border(border);
    const Index start = output * g.stride - g.lower;
    const Straight inside = straight_forward(output);
    const auto fold_windows = [&](Index first, Index last) {
      for (Index window = first; window < last; ++window) {
        const Index input = fold(start + window * g.dilation, g.input, g.boundary);
        folded.push_back({output, input, window});
      }
    };
    fold_windows(0, inside.first_window);
    fold_windows(inside.first_window + inside.count, g.kernel);
  }
  return folded;
}

void TapTable::store_folded_rows(std::vector<FoldedTap> folded) {
  const bool forward = direction_ == Direction::forward;
  const auto row_of = [forward](const FoldedTap& tap) { return forward ? tap.output : tap.input; };
  std::sort(folded.begin(), folded.end(),
            [&](const FoldedTap& a, const FoldedTap& b) { return row_of(a) < row_of(b); });
  auto next = folded.cbegin();
  const Index borders = classes() - (middle_.end > middle_.begin ? middle_.period : 0);
  folded_begin_ = {0};
  folded_kernel_begin_ = {0};
  std::vector<std::pair<Index, Index>> taps;  // (input of the row, kernel position)
  for (Index border = 0; border < borders; ++border) {
    const Index row = row_of_border(border);
    taps.clear();
    for (; next != folded.cend() && row_of(*next) == row; ++next) {
      taps.emplace_back(forward ? next->input : next->output, kernel_position(next->window));
    }
    // A border row that nothing was folded into stays a progression, stored as an empty slice.
    if (!taps.empty()) store_row(taps);
    folded_begin_.push_back(static_cast<Index>(folded_inputs_.size()));
  }
}

/// Appends the folded `taps` of the next border row, together with its unfolded ones.
void TapTable::store_row(std::vector<std::pair<Index, Index>>& taps) {
  const Straight inside = straight(row_of_border(static_cast<Index>(folded_begin_.size()) - 1));
  for (Index i = 0; i < inside.count; ++i) {
    taps.emplace_back(inside.first_input + i * input_step_,
                      kernel_position(inside.first_window + i * window_step_));
  }
  std::sort(taps.begin(), taps.end());
  for (std::size_t i = 0; i < taps.size(); ++i) {
    const bool first_of_its_input = i == 0 || taps[i].first != taps[i - 1].first;
    if (first_of_its_input) {
      folded_inputs_.push_back(taps[i].first);
      folded_kernel_begin_.push_back(folded_kernel_begin_.back());
    }
    folded_kernel_.push_back(taps[i].second);
    ++folded_kernel_begin_.back();
  }
}

void TapTable::count_entries() {
  period_before_ = {0};
  if (middle_.end > middle_.begin) {
    for (Index phase = 0; phase < middle_.period; ++phase) {
      period_before_.push_back(period_before_.back() + row(middle_.begin + phase).size());
    }
  }
  border_before_ = {0};
  const Index borders = middle_.begin + (rows_ - middle_.end);
  for (Index border = 0; border < borders; ++border) {
    border_before_.push_back(border_before_.back() + row(row_of_border(border)).size());
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
  throw CapacityError("the taps along one axis exceed 64 bits", -1, -1);
}

TapTable::Straight TapTable::straight(Index row) const {
  return direction_ == Direction::forward ? straight_forward(row) : straight_transposed(row);
}

TapTable::Straight TapTable::straight_forward(Index output) const {
  const AxisGeometry& g = geometry_;
  const Index start = output * g.stride - g.lower;
  const Index first = std::max<Index>(0, ceil_div(-start, g.dilation));
  const Index last = std::min(g.kernel - 1, floor_div(g.input - 1 - start, g.dilation));
  if (last < first) return {0, 0, 0};
  return {last - first + 1, start + first * g.dilation, first};
}

/// Solves `o * stride + t * dilation = input + lower` for o in [0, output) and t in [0, kernel):
/// the solutions o lie `dilation / gcd` apart, where there are any.
TapTable::Straight TapTable::straight_transposed(Index input) const {
  const AxisGeometry& g = geometry_;
  const Index sum = input + g.lower;
  if (floor_mod(sum, common_) != 0) return {0, 0, 0};
  const Index lowest = std::max<Index>(0, ceil_div(sum - (g.kernel - 1) * g.dilation, g.stride));
  const Index highest = std::min(g.output - 1, floor_div(sum, g.stride));
  const Index residue =
      product_modulo(floor_mod(floor_div(sum, common_), input_step_), stride_inverse_, input_step_);
  const Index first = lowest + floor_mod(residue - lowest, input_step_);
  if (first > highest) return {0, 0, 0};
  return {(highest - first) / input_step_ + 1, first, (sum - first * g.stride) / g.dilation};
}

Index TapTable::kernel_position(Index window) const {
  return geometry_.operation == Operation::correlation ? window : geometry_.kernel - 1 - window;
}

Index TapTable::border_of(Index row) const {
  return row < middle_.begin ? row : row - (middle_.end - middle_.begin);
}

Index TapTable::row_of_border(Index border) const {
  return border < middle_.begin ? border : border + (middle_.end - middle_.begin);
}

TapRow TapTable::row(Index row) const {
  TapRow taps;
  const bool border = row < middle_.begin || row >= middle_.end;
  if (border && !folded_begin_.empty()) {
    const auto at = static_cast<std::size_t>(border_of(row));
    const Index begin = folded_begin_[at];
    taps.size_ = folded_begin_[at + 1] - begin;
    taps.inputs_ = folded_inputs_.data() + begin;
    taps.kernel_begin_ = folded_kernel_begin_.data() + begin;
    taps.kernel_positions_ = folded_kernel_.data();
    if (taps.size_ > 0) return taps;
  }
  const Straight inside = straight(row);
  taps.size_ = inside.count;
  taps.first_input_ = inside.first_input;
  taps.input_step_ = input_step_;
  taps.first_kernel_ = kernel_position(inside.first_window);
  taps.kernel_step_ = geometry_.operation == Operation::correlation ? window_step_ : -window_step_;
  taps.inputs_ = nullptr;
  taps.kernel_positions_ = identity_.data();
  return taps;
}

Index TapTable::entries_before(Index row) const {
  const Index in_middle = std::clamp(row, middle_.begin, middle_.end) - middle_.begin;
  const Index periods = in_middle / middle_.period;
  const auto phase = static_cast<std::size_t>(in_middle % middle_.period);
  const Index middle_entries = periods * period_before_.back() + period_before_[phase];
  const Index borders = row < middle_.begin ? row : std::max(middle_.begin, border_of(row));
  return border_before_[static_cast<std::size_t>(borders)] + middle_entries;
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
