#include <toeplix/tap_table.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/fold.hpp"

#include <algorithm>

namespace toeplix {

using detail::ceil_div;
using detail::floor_div;
using detail::PixelRange;
using detail::Progression;

TapTable::Straight TapTable::straight(Index row) const {
  return orientation_ == Orientation::forward ? straight_forward(row)
                                              : straight_at(row * geometry_.input_dilation);
}

TapTable::Straight TapTable::straight_forward(Index output) const {
  const AxisGeometry& g = geometry_;
  const PixelRange inside = detail::positions_inside(g, output);
  const auto first = congruence_.first_solution(g.coordinate(output, 0), inside.first);
  if (!first || *first > inside.last) return {0, 0, 0};
  return {(inside.last - *first) / congruence_.step + 1,
          g.coordinate(output, *first) / g.input_dilation, *first};
}

/// Solves `o * stride + t * dilation = coordinate + lower` for o in [0, output) and t in
/// [0, kernel).
TapTable::Straight TapTable::straight_at(Index coordinate) const {
  const AxisGeometry& g = geometry_;
  const Index sum = coordinate + g.lower;
  const Index lowest = std::max<Index>(0, ceil_div(sum - (g.span() - 1), g.stride));
  const Index highest = std::min(g.output - 1, floor_div(sum, g.stride));
  const auto first = congruence_.first_solution(-sum, lowest);
  if (!first || *first > highest) return {0, 0, 0};
  return {(highest - *first) / congruence_.step + 1, *first,
          (sum - *first * g.stride) / g.dilation};
}

std::vector<TapTable::SingleTap> TapTable::folded_row(Index row) const {
  std::vector<SingleTap> taps =
      orientation_ == Orientation::forward ? folded_forward(row) : folded_transposed(row);
  std::ranges::sort(taps);
  return taps;
}

std::vector<TapTable::SingleTap> TapTable::folded_forward(Index output) const {
  const AxisGeometry& g = geometry_;
  if (detail::positions_inside(g, output).count() == g.kernel) return {};
  std::vector<SingleTap> taps;
  taps.reserve(static_cast<std::size_t>(g.kernel));
  for (Index window = 0; window < g.kernel; ++window) {
    const Index input = g.source(g.coordinate(output, window));
    if (input >= 0) taps.emplace_back(input, g.kernel_position(window));
  }
  return taps;
}

std::vector<TapTable::SingleTap> TapTable::folded_transposed(Index input) const {
  std::vector<SingleTap> taps;
  bool folds = false;
  const Index home = input * geometry_.input_dilation;
  for (const Progression& coordinates : detail::coordinates_folded_onto(home, geometry_)) {
    for (Index i = 0; i < coordinates.count; ++i) {
      const Index coordinate = coordinates.first + i * coordinates.step;
      const Straight read = straight_at(coordinate);
      folds = folds || (read.count > 0 && coordinate != home);
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
  if (part_) return part_row(row).size();
  if (geometry_.boundary == Boundary::zero) return straight(row).count;
  const std::vector<SingleTap> taps = folded_row(row);
  if (taps.empty()) return straight(row).count;
  Index count = 1;
  for (std::size_t i = 1; i < taps.size(); ++i) count += taps[i].first != taps[i - 1].first ? 1 : 0;
  return count;
}

TapRow TapTable::row(Index row) const {
  if (part_) return part_row(row);
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
