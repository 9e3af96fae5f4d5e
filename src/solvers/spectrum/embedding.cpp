#include "solvers/spectrum/embedding.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

/// The first and last coordinate of the spread image that windows may read.
struct Ground {
  Index first;
  Index last;
};

Ground ground_of(const AxisGeometry& g) {
  return {std::max<Index>(0, -g.lower), g.spread_input() - g.cropped_upper - 1};
}

/// Whether no window leaves the image, so that the boundary does not matter.
bool stays_inside(const AxisGeometry& g, const Ground& ground) {
  return g.coordinate(0, 0) >= ground.first &&
         g.coordinate(g.output - 1, g.kernel - 1) <= ground.last;
}

/// Two steps cannot be taken apart at once: the smaller one is not taken, as if the rows or columns
/// that it passes over were there.
void keep_the_larger_step(FrequencyAxis& axis) {
  Index& smaller = axis.row_step < axis.column_step ? axis.row_step : axis.column_step;
  smaller = 1;
}

/// Windows o * stride, pixels i * input_dilation: no pixel is read once more from the other side.
Index least_extent(const AxisGeometry& g, const Ground& ground, Index lowest, Index highest) {
  const Index windows = (g.output - 1) * g.stride;
  const Index from_above = windows + highest - ground.first + 1;
  const Index from_below = ground.last - lowest + 1;
  return std::max({from_above, from_below, windows + 1, g.spread_input()});
}

EmbeddedAxis free_axis(const Pattern::Axis& axis, const Ground& ground) {
  const AxisGeometry& g = axis.table.geometry();
  EmbeddedAxis result{positions_of(axis, Positions::landing), Enclosure::free};
  keep_the_larger_step(result.axis);
  Index least = std::max((g.output - 1) * g.stride + 1, g.spread_input());
  if (!result.axis.offsets.empty()) {
    auto [lowest, highest] = std::ranges::minmax(result.axis.offsets);
    if (axis.table.is_transposed()) {
      lowest = -std::exchange(highest, -lowest);
    }
    least = least_extent(g, ground, lowest, highest);
  }
  result.axis.extent = ceil_div(least, result.step()) * result.step();
  return result;
}

/// A circle that is cropped, or whose stride does not divide it. Every window is another row of the
/// circulant unless there are so many that they go round.
EmbeddedAxis part_of_a_circle(const Pattern::Axis& axis, const Ground& ground) {
  const AxisGeometry& g = axis.table.geometry();
  const Index extent = ground.last - ground.first + 1;
  EmbeddedAxis result{positions_of(axis, Positions::all), Enclosure::none};
  keep_the_larger_step(result.axis);
  if (extent >= 1 && (g.output - 1) * g.stride < extent) result.enclosure = Enclosure::part;
  if (extent % result.step() != 0) result.axis.row_step = result.axis.column_step = 1;
  result.axis.extent = std::max<Index>(extent, 1);
  return result;
}

EmbeddedAxis folded_axis(const Pattern::Axis& axis) {
  EmbeddedAxis result{positions_of(axis, Positions::landing), Enclosure::none};
  keep_the_larger_step(result.axis);
  result.axis.extent =
      ceil_div(axis.table.geometry().spread_input(), result.step()) * result.step();
  return result;
}

}  // namespace

std::vector<EmbeddedAxis> embed(const Pattern& pattern, std::span<const double> weights) {
  std::vector<EmbeddedAxis> axes;
  for (std::size_t i = 0; i < pattern.axes().size(); ++i) {
    const Pattern::Axis& axis = pattern.axes()[i];
    const AxisGeometry& g = axis.table.geometry();
    const Ground ground = ground_of(g);
    if (auto exact = exact_axis(pattern, i, weights)) {
      axes.push_back({std::move(*exact), Enclosure::exact});
    } else if (g.boundary == Boundary::zero || stays_inside(g, ground)) {
      axes.push_back(free_axis(axis, ground));
    } else if (g.boundary == Boundary::circular) {
      axes.push_back(part_of_a_circle(axis, ground));
    } else {
      axes.push_back(folded_axis(axis));
    }
  }
  return axes;
}

}  // namespace toeplix::detail
