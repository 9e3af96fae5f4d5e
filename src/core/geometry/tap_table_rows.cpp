#include <toeplix/tap_table.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/fold.hpp"

#include <algorithm>

namespace toeplix {

using detail::ceil_div;
using detail::floor_div;
using detail::floor_mod;
using detail::Progression;

namespace {

/// a * b modulo m without overflow. Precondition: a and b in [0, m).
Index product_modulo(Index a, Index b, Index m) {
  __extension__ using Wide = __int128;
  return static_cast<Index>(Wide{a} * b % m);
}

}  // namespace

TapTable::Straight TapTable::straight(Index row) const {
  return orientation_ == Orientation::forward ? straight_forward(row) : straight_transposed(row);
}

TapTable::Straight TapTable::straight_forward(Index output) const {
  const AxisGeometry& g = geometry_;
  const Index start = g.coordinate(output, 0);
  const Index first = std::max<Index>(0, ceil_div(-start, g.dilation));
  const Index last = std::min(g.kernel - 1, floor_div(g.input - 1 - start, g.dilation));
  if (last < first) return {0, 0, 0};
  return {last - first + 1, g.coordinate(output, first), first};
}

/// Solves `o * stride + t * dilation = input + lower` for o in [0, output) and t in [0, kernel):
/// if there are solutions, they lie `dilation / gcd` apart in o.
TapTable::Straight TapTable::straight_transposed(Index input) const {
  const AxisGeometry& g = geometry_;
  const Index sum = input + g.lower;
  if (floor_mod(sum, common_) != 0) return {0, 0, 0};
  const Index lowest = std::max<Index>(0, ceil_div(sum - (g.span() - 1), g.stride));
  const Index highest = std::min(g.output - 1, floor_div(sum, g.stride));
  Index first = lowest;
  if (input_step_ > 1) {
    const Index reduced = floor_mod(floor_div(sum, common_), input_step_);
    const Index residue = product_modulo(reduced, stride_inverse_, input_step_);
    first += floor_mod(residue - lowest, input_step_);
  }
  if (first > highest) return {0, 0, 0};
  return {(highest - first) / input_step_ + 1, first, (sum - first * g.stride) / g.dilation};
}

std::vector<TapTable::SingleTap> TapTable::folded_row(Index row) const {
  std::vector<SingleTap> taps =
      orientation_ == Orientation::forward ? folded_forward(row) : folded_transposed(row);
  std::ranges::sort(taps);
  return taps;
}

std::vector<TapTable::SingleTap> TapTable::folded_forward(Index output) const {
  const AxisGeometry& g = geometry_;
  if (straight_forward(output).count == g.kernel) return {};
  std::vector<SingleTap> taps;
  taps.reserve(static_cast<std::size_t>(g.kernel));
  for (Index window = 0; window < g.kernel; ++window) {
    taps.emplace_back(fold_coordinate(g.coordinate(output, window), g.input, g.boundary),
                      g.kernel_position(window));
  }
  return taps;
}

std::vector<TapTable::SingleTap> TapTable::folded_transposed(Index input) const {
  std::vector<SingleTap> taps;
  bool folds = false;
  for (const Progression& pixels : detail::pixels_folded_onto(input, geometry_)) {
    for (Index i = 0; i < pixels.count; ++i) {
      const Index pixel = pixels.first + i * pixels.step;
      const Straight read = straight_transposed(pixel);
      folds = folds || (read.count > 0 && pixel != input);
      append(read, taps);
    }
  }
  if (!folds) return {};
  return taps;
}

void TapTable::append(const Straight& read, std::vector<SingleTap>& taps) const {
  for (Index i = 0; i < read.count; ++i) {
    taps.emplace_back(read.first_input + i * input_step_,
                      geometry_.kernel_position(read.first_window + i * window_step_));
  }
}

Index TapTable::count_row(Index row) const {
  if (geometry_.boundary == Boundary::zero) return straight(row).count;
  const std::vector<SingleTap> taps = folded_row(row);
  if (taps.empty()) return straight(row).count;
  Index count = 1;
  for (std::size_t i = 1; i < taps.size(); ++i) count += taps[i].first != taps[i - 1].first ? 1 : 0;
  return count;
}

TapRow TapTable::row(Index row) const {
  if (geometry_.boundary != Boundary::zero && borders().contain(row)) {
    const std::vector<SingleTap> taps = folded_row(row);
    if (!taps.empty()) return merged(taps);
  }
  const Straight inside = straight(row);
  TapRow result;
  result.size_ = inside.count;
  result.first_input_ = inside.first_input;
  result.input_step_ = input_step_;
  result.first_kernel_ = geometry_.kernel_position(inside.first_window);
  result.kernel_step_ =
      geometry_.operation == Operation::correlation ? window_step_ : -window_step_;
  result.identity_ = identity_.data();
  return result;
}

/// One tap for each input, with all of its kernel positions. Precondition: `taps` are sorted.
TapRow TapTable::merged(const std::vector<SingleTap>& taps) {
  TapRow result;
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
  return result;
}

}  // namespace toeplix
