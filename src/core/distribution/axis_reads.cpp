#include "core/distribution/axis_reads.hpp"

#include "core/base/integer_math.hpp"
#include "core/geometry/straight_run.hpp"

#include <algorithm>
#include <tuple>

namespace toeplix::detail {

namespace {

/// Which of the numbers first, first + step, ... lie in a range: those from the `begin`-th on, to
/// before the `end`-th.
LineRange numbers_in(LineRange range, Index first, Index step, Index count) {
  const Index begin = std::clamp<Index>(ceil_div(range.begin - first, step), 0, count);
  return {begin, std::clamp<Index>(ceil_div(range.end - first, step), begin, count)};
}

/// Whether an output reads an input without folding.
bool reads_straight(const AxisGeometry& g, Index output, Index input) {
  const Index distance = input * g.input_dilation - g.coordinate(output, 0);
  return distance >= 0 && distance % g.dilation == 0 && distance / g.dilation < g.kernel;
}

}  // namespace

LineSet::LineSet(std::vector<LineStretch> stretches, Index step) : step_(step) {
  // Stretches can share lines only if they are alike modulo the step.
  std::ranges::sort(stretches, {}, [step](const LineStretch& stretch) {
    return std::tuple(step == 1 ? 0 : stretch.first % step, stretch.first);
  });
  for (const LineStretch& stretch : stretches) {
    const bool goes_on = !stretches_.empty() &&
                         stretches_.back().first % step == stretch.first % step &&
                         stretch.first - step <= stretches_.back().last;
    if (goes_on) {
      stretches_.back().last = std::max(stretches_.back().last, stretch.last);
    } else {
      stretches_.push_back(stretch);
    }
  }
}

Index LineSet::count() const {
  Index count = 0;
  for (const auto& [first, last] : stretches_) count += (last - first) / step_ + 1;
  return count;
}

Index LineSet::count_in(LineRange range) const {
  Index count = 0;
  for (const auto& [first, last] : stretches_) {
    const auto [begin, end] = numbers_in(range, first, step_, (last - first) / step_ + 1);
    count += end - begin;
  }
  return count;
}

std::vector<Index> LineSet::owners(const Bands& bands, Index except) const {
  std::vector<Index> owners;
  for (const auto& [first, last] : stretches_) {
    for (Index line = first; line <= last;) {
      const Index owner = bands.owner(line);
      if (owner != except) owners.push_back(owner);
      line += ceil_div(bands.end(owner) - line, step_) * step_;
    }
  }
  std::ranges::sort(owners);
  owners.erase(std::unique(owners.begin(), owners.end()), owners.end());
  return owners;
}

AxisReads::AxisReads(const TapTable& table) {
  const AxisGeometry& g = table.geometry();
  for (Index window = 0; window < g.kernel; ++window) {
    const OutputRange inside = outputs_inside(g, window);
    if (const auto run = straight_run(g, window, inside)) straight_.push_back(*run);
    if (g.boundary == Boundary::zero) continue;
    append_folded(g, window, {0, inside.begin});
    append_folded(g, window, {inside.end, g.output});
  }
  if (!straight_.empty()) step_ = straight_.front().input_step;
  sort_folded();
  if (table.is_transposed()) swap_sides();
}

void AxisReads::append_folded(const AxisGeometry& geometry, Index window, LineRange outputs) {
  for (Index output = outputs.begin; output < outputs.end; ++output) {
    const Index input = geometry.source(geometry.coordinate(output, window));
    if (input < 0 || reads_straight(geometry, output, input)) continue;
    folded_.push_back({output, input});
  }
}

void AxisReads::sort_folded() {
  std::ranges::sort(folded_);
  folded_.erase(std::unique(folded_.begin(), folded_.end()), folded_.end());
}

void AxisReads::swap_sides() {
  for (TapRun& run : straight_) {
    std::swap(run.first_row, run.first_input);
    std::swap(run.row_step, run.input_step);
  }
  for (FoldedTap& tap : folded_) std::swap(tap.row, tap.input);
  if (!straight_.empty()) step_ = straight_.front().input_step;
  sort_folded();
}

AxisReads AxisReads::transposed() const {
  AxisReads result(*this);
  result.swap_sides();
  return result;
}

std::pair<std::vector<AxisReads::FoldedTap>::const_iterator,
          std::vector<AxisReads::FoldedTap>::const_iterator>
AxisReads::folded_of(LineRange rows) const {
  return {std::ranges::lower_bound(folded_, rows.begin, {}, &FoldedTap::row),
          std::ranges::lower_bound(folded_, rows.end, {}, &FoldedTap::row)};
}

Index AxisReads::taps(LineRange rows, LineRange inputs) const {
  Index count = 0;
  for (const TapRun& run : straight_) {
    const auto by_row = numbers_in(rows, run.first_row, run.row_step, run.count);
    const auto by_input = numbers_in(inputs, run.first_input, run.input_step, run.count);
    count += std::max<Index>(
        0, std::min(by_row.end, by_input.end) - std::max(by_row.begin, by_input.begin));
  }
  const auto [begin, end] = folded_of(rows);
  return count + std::count_if(begin, end,
                               [&](const FoldedTap& tap) { return inputs.contains(tap.input); });
}

LineSet AxisReads::inputs_of(LineRange rows) const {
  std::vector<LineStretch> stretches;
  for (const TapRun& run : straight_) {
    const auto [begin, end] = numbers_in(rows, run.first_row, run.row_step, run.count);
    if (begin == end) continue;
    stretches.push_back(
        {run.first_input + begin * run.input_step, run.first_input + (end - 1) * run.input_step});
  }
  const auto [begin, end] = folded_of(rows);
  for (auto tap = begin; tap != end; ++tap) stretches.push_back({tap->input, tap->input});
  return {std::move(stretches), step_};
}

}  // namespace toeplix::detail
