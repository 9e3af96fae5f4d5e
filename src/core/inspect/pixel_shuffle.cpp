#include <toeplix/pixel_shuffle.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/text.hpp"
#include "core/inspect/packed_tensor.hpp"
#include "core/inspect/pattern_tensors.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace toeplix {

namespace {

/// Points of the grid from one row, or column, of an axis to the next, but for a common factor.
struct Steps {
  Index rows;
  Index columns;
};

Steps steps_of(const TapTable& table) {
  const AxisGeometry& g = table.geometry();
  const Index common = std::gcd(g.stride, g.input_dilation);
  const Steps steps{g.stride / common, g.input_dilation / common};
  return table.is_transposed() ? Steps{steps.columns, steps.rows} : steps;
}

Index checked(std::optional<Index> number, std::size_t axis) {
  if (number) return *number;
  throw CapacityError(detail::axis_name(axis) + "the grid of the packed tensor exceeds 64 bits");
}

/// How many times the steps the gaps are.
Index factor_of(const Steps& steps, const PackedGrid& wanted, std::size_t axis) {
  if (wanted.gap.empty()) return 1;
  const Index gap = wanted.gap[axis];
  if (gap >= 1 && gap % steps.columns == 0) return gap / steps.columns;
  throw GeometryError(detail::axis_name(axis) + "gap " + std::to_string(gap) +
                      " of the input; expected a multiple of " + std::to_string(steps.columns) +
                      ", so that the output's gap is a whole number");
}

void check_axes(const char* field, const Extents& numbers, std::size_t axes) {
  if (numbers.empty() || numbers.size() == axes) return;
  throw GeometryError(std::string(field) + " has " + std::to_string(numbers.size()) +
                      " numbers; expected one for each axis (" + std::to_string(axes) + ")");
}

/// Sets the gaps of both, and the points, which they share.
void set_axis(const TapTable& table, std::size_t axis, const PackedGrid& wanted, PackedGrid& input,
              PackedGrid& output) {
  const Steps steps = steps_of(table);
  const Index factor = factor_of(steps, wanted, axis);
  input.gap[axis] = checked(detail::checked_product(factor, steps.columns), axis);
  output.gap[axis] = checked(detail::checked_product(factor, steps.rows), axis);
  const Index least =
      std::max(checked(detail::checked_product(input.gap[axis], table.columns()), axis),
               checked(detail::checked_product(output.gap[axis], table.rows()), axis));
  const Index points = wanted.points.empty() ? least : wanted.points[axis];
  if (points < least) {
    throw GeometryError(detail::axis_name(axis) + "a grid of " + std::to_string(points) +
                        " points does not hold the input and the output; expected at least " +
                        std::to_string(least));
  }
  input.points[axis] = output.points[axis] = points;
}

/// Where channels lie innermost, the grids are the same only with as many channels.
void set_channels(const Pattern& pattern, const PackedGrid& wanted, PackedGrid& input,
                  PackedGrid& output) {
  input.channels = output.channels = wanted.channels;
  if (wanted.channels != 0 || !pattern.channels().innermost()) return;
  const auto images = [](Index channels, const Extents& gap) {
    return PackedTensor(channels, Extents(gap.size(), 1), TensorOrder::channels_last, {.gap = gap})
        .images();
  };
  input.channels = output.channels = std::max(images(pattern.channels().columns(), input.gap),
                                              images(pattern.channels().rows(), output.gap));
}

}  // namespace

PixelShuffle pixel_shuffle(const Pattern& pattern, const PackedGrid& wanted) {
  const std::size_t count = pattern.axes().size();
  check_axes("gap", wanted.gap, count);
  check_axes("points", wanted.points, count);
  const Extents ones(count, 1);
  PackedGrid input{.gap = ones, .points = ones};
  PackedGrid output = input;
  const std::vector<std::size_t> axes = detail::axes_in_memory(pattern.order(), count);
  for (std::size_t i = 0; i < count; ++i) {
    set_axis(pattern.axes()[i].table, axes[i], wanted, input, output);
  }
  set_channels(pattern, wanted, input, output);
  const PixelShuffle plain = detail::plain_tensors(pattern);
  return {{plain.input.channels(), plain.input.extents(), pattern.order(), std::move(input)},
          {plain.output.channels(), plain.output.extents(), pattern.order(), std::move(output)}};
}

PixelShuffle pixel_shuffle(const Pattern& pattern, const PackedTensor& input) {
  detail::check_is_packing_of("input", detail::plain_tensors(pattern).input, input);
  PackedGrid grid = input.grid();
  if (!pattern.channels().innermost()) grid.channels = 0;
  PixelShuffle result = pixel_shuffle(pattern, grid);
  result.input = input;
  return result;
}

}  // namespace toeplix
