#include <toeplix/error.hpp>
#include <toeplix/tap_table.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <functional>
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
      " exceed the limit of 2^26; use less padding, a smaller kernel or a smaller stride");
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

/// Sorts what consists of a few ascending or descending runs: the taps of a row, once folded. Cost:
/// their number for every doubling of the runs.
void sort_runs(std::vector<std::pair<Index, Index>>& taps) {
  std::vector<std::ptrdiff_t> ends = {0};
  const auto size = std::ssize(taps);
  const auto at = [&](std::ptrdiff_t place) { return taps.begin() + place; };
  while (ends.back() < size) {
    const auto begin = at(ends.back());
    auto end = std::is_sorted_until(begin, taps.end());
    if (end - begin == 1) {
      end = std::is_sorted_until(begin, taps.end(), std::greater<>());
      std::reverse(begin, end);
    }
    ends.push_back(end - taps.begin());
  }
  while (ends.size() > 2) {
    std::size_t kept = 1;
    for (std::size_t run = 2; run < ends.size(); run += 2) {
      std::inplace_merge(at(ends[run - 2]), at(ends[run - 1]), at(ends[run]));
      ends[kept++] = ends[run];
    }
    if (ends.size() % 2 == 0) ends[kept++] = ends.back();
    ends.resize(kept);
  }
}

/// a * b modulo m without overflow. Precondition: a and b in [0, m).
Index product_modulo(Index a, Index b, Index m) {
  __extension__ using Wide = __int128;
  return static_cast<Index>(Wide{a} * b % m);
}

}  // namespace

Index fold_coordinate(Index coordinate, Index extent, Boundary boundary) {
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
  set_forward_middle();
  if (geometry_.boundary != Boundary::zero) check_folds();
  if (direction_ == Direction::transposed) set_transposed_middle();
  check_border(classes(), "border rows");
  identity_.resize(static_cast<std::size_t>(geometry_.kernel));
  std::iota(identity_.begin(), identity_.end(), Index{0});
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

void TapTable::set_transposed_middle() {
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
  if (g.boundary != Boundary::zero) {
    const auto mark = [&](Index first, Index last) {
      for (Index pixel = first; pixel <= last; ++pixel) {
        if (straight_transposed(pixel).count == 0) continue;
        const Index input = fold_coordinate(pixel, g.input, g.boundary);
        // Neighbours are often folded onto the same pixel.
        if (input >= begin && input < end && input != marks.back()) marks.push_back(input);
      }
    };
    const Range all = extension();
    mark(all.first, std::min<Index>(-1, all.last));
    mark(std::max(g.input, all.first), all.last);
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

/// The pixels of the extended image that windows reach.
TapTable::Range TapTable::extension() const {
  const AxisGeometry& g = geometry_;
  return {-g.lower, (g.output - 1) * g.stride - g.lower + (g.kernel - 1) * g.dilation};
}

/// Refuses more folding than there is time for.
void TapTable::check_folds() const {
  const Borders borders = this->borders();
  const Index rows = borders.number(rows_);
  check_border(rows, "border rows");
  Index count = 0;
  for (Index border = 0; border < rows; ++border) {
    count += geometry_.kernel - straight_forward(borders.row(border)).count;
    check_border(count, "folded taps");
  }
  const Range all = extension();
  check_border(std::max<Index>(0, -all.first), "pixels of the extension");
  check_border(std::max<Index>(0, all.last - geometry_.input + 1), "pixels of the extension");
}

/// Calls `visit(pixel)` for the pixels of the extended image that are folded onto `input`, itself
/// included.
template <class Visit>
void TapTable::for_each_source(Index input, const Visit& visit) const {
  const Range all = extension();
  const auto visit_every = [&](Index period, Index residue) {
    const Index first = all.first + floor_mod(residue - all.first, period);
    const Index count = first > all.last ? 0 : (all.last - first) / period + 1;
    for (Index i = 0; i < count; ++i) visit(first + i * period);
  };
  // Forth and back again: `period` is how far it is to the same place, and `mirrored` lies where
  // the way back passes.
  const auto visit_mirrored = [&](Index period, Index mirrored) {
    visit_every(period, input);
    if (floor_mod(mirrored - input, period) != 0) visit_every(period, mirrored);
  };
  const Index extent = geometry_.input;
  switch (geometry_.boundary) {
    case Boundary::zero:
      return visit(input);
    case Boundary::circular:
      return visit_every(extent, input);
    case Boundary::reflect:
      return extent == 1 ? visit_every(1, 0) : visit_mirrored(2 * (extent - 1), -input);
    case Boundary::symmetric:
      return visit_mirrored(2 * extent, -1 - input);
    case Boundary::replicate: {
      const Index first = input == 0 ? std::min<Index>(all.first, 0) : input;
      const Index last = input == extent - 1 ? std::max(all.last, input) : input;
      for (Index pixel = first; pixel <= last; ++pixel) visit(pixel);
    }
  }
}

/// The taps of a border row, as pairs of an input and a kernel position, in order; none if nothing
/// is folded into it.
std::vector<std::pair<Index, Index>> TapTable::folded_row(Index row) const {
  const AxisGeometry& g = geometry_;
  std::vector<std::pair<Index, Index>> taps;
  if (direction_ == Direction::forward) {
    if (straight_forward(row).count == g.kernel) return taps;
    taps.resize(static_cast<std::size_t>(g.kernel));
    const Index start = row * g.stride - g.lower;
    for (Index window = 0; window < g.kernel; ++window) {
      const Index input = start + window * g.dilation;
      const bool inside_image = input >= 0 && input < g.input;
      taps[static_cast<std::size_t>(window)] = {
          inside_image ? input : fold_coordinate(input, g.input, g.boundary),
          kernel_position(window)};
    }
  } else {
    bool folds = false;
    for_each_source(row, [&](Index pixel) {
      const Straight read = straight_transposed(pixel);
      folds = folds || (read.count > 0 && pixel != row);
      for (Index i = 0; i < read.count; ++i) {
        taps.emplace_back(read.first_input + i * input_step_,
                          kernel_position(read.first_window + i * window_step_));
      }
    });
    if (!folds) return {};
  }
  sort_runs(taps);
  return taps;
}

void TapTable::count_entries() {
  const Borders borders = this->borders();
  const Index phases = middle_.end > middle_.begin ? middle_.period : 0;
  period_before_.reserve(static_cast<std::size_t>(phases) + 1);
  period_before_.push_back(0);
  for (Index phase = 0; phase < phases; ++phase) {
    period_before_.push_back(period_before_.back() + straight(middle_.begin + phase).count);
  }
  border_before_.reserve(static_cast<std::size_t>(borders.number(rows_)) + 1);
  border_before_.push_back(0);
  for (Index border = 0; border < borders.number(rows_); ++border) {
    border_before_.push_back(border_before_.back() + count_row(borders.row(border)));
  }
  check_entries();
}

/// The different inputs of a border row.
Index TapTable::count_row(Index row) const {
  if (geometry_.boundary == Boundary::zero) return straight(row).count;
  const std::vector<std::pair<Index, Index>> taps = folded_row(row);
  if (taps.empty()) return straight(row).count;
  Index count = 1;
  for (std::size_t i = 1; i < taps.size(); ++i) count += taps[i].first != taps[i - 1].first ? 1 : 0;
  return count;
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

TapRow TapTable::row(Index row) const {
  TapRow result;
  if (geometry_.boundary != Boundary::zero && borders().contain(row)) {
    const std::vector<std::pair<Index, Index>> taps = folded_row(row);
    result.inputs_.reserve(taps.size());
    result.kernel_begin_.reserve(taps.size() + 1);
    result.kernel_positions_.reserve(taps.size());
    for (const auto& [input, kernel_position] : taps) {
      if (result.inputs_.empty() || result.inputs_.back() != input) {
        result.inputs_.push_back(input);
        result.kernel_begin_.push_back(std::ssize(result.kernel_positions_));
      }
      result.kernel_positions_.push_back(kernel_position);
    }
    result.kernel_begin_.push_back(std::ssize(result.kernel_positions_));
    result.size_ = std::ssize(result.inputs_);
    if (result.size_ > 0) return result;
  }
  const Straight inside = straight(row);
  result.size_ = inside.count;
  result.first_input_ = inside.first_input;
  result.input_step_ = input_step_;
  result.first_kernel_ = kernel_position(inside.first_window);
  result.kernel_step_ =
      geometry_.operation == Operation::correlation ? window_step_ : -window_step_;
  result.identity_ = identity_.data();
  return result;
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
