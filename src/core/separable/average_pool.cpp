#include <toeplix/convolution.hpp>
#include <toeplix/separable.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/check_spec.hpp"
#include "core/geometry/text.hpp"
#include "core/separable/table_room.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

using detail::axis_name;
using detail::checked_product;
using detail::checked_sum;
using detail::kernel_extent;

namespace {

void check_padding(const Padding& padding) {
  for (std::size_t axis = 0; axis < padding.sides().size(); ++axis) {
    const AxisPadding sides = padding.sides()[axis];
    if (sides.lower >= 0 && sides.upper >= 0) continue;
    throw GeometryError(axis_name(axis) + "padding " +
                        std::to_string(std::min(sides.lower, sides.upper)) +
                        " must not be negative in an average pool");
  }
}

/// Whether windows may stand out at the upper end.
bool rounds_up(const AveragePool& pool) {
  return pool.ceil_mode && pool.padding.rule() == Padding::Rule::explicit_sides;
}

/// In ceil mode the upper padding is as good as `stride - 1` wider: the floor of that number of
/// windows is the ceiling of the one that was asked for.
AxisPadding widened(AxisPadding sides, Index stride) {
  const auto upper = checked_sum(checked_sum(sides.upper, stride), -1);
  return {sides.lower, upper.value_or(sides.upper)};
}

/// Refuses a window that not even ceil mode makes room for, in the caller's own numbers.
void check_span(const AveragePool& pool, std::size_t axis, AxisPadding sides) {
  // What is out of range is for Convolution to refuse.
  const Index kernel = kernel_extent(pool, axis);
  if (kernel < 1 || pool.stride[axis] < 1) return;
  const auto span = checked_sum(checked_product(kernel - 1, pool.dilation[axis]), 1);
  const auto padded = checked_sum(checked_sum(pool.input[axis], sides.lower), sides.upper);
  const auto room = checked_sum(padded, pool.stride[axis]);
  if (!span || !room || *span < *room) return;
  throw GeometryError(axis_name(axis) + "kernel span " + std::to_string(*span) +
                      " exceeds padded input " + std::to_string(*padded) + " by stride " +
                      std::to_string(pool.stride[axis]) + " or more");
}

/// The padding, with room for the windows that ceil mode adds.
Padding room_for_windows(const AveragePool& pool) {
  const std::size_t axes = pool.input.size();
  const std::vector<AxisPadding>& given = pool.padding.sides();
  const bool sound = (given.size() == 1 || given.size() == axes) &&
                     (pool.kernel.size() == 1 || pool.kernel.size() == axes) &&
                     pool.stride.fits(axes) && pool.dilation.fits(axes);
  // What does not fit is for Convolution to refuse.
  if (!rounds_up(pool) || !sound) return pool.padding;
  std::vector<AxisPadding> sides;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const AxisPadding side = given[given.size() == 1 ? 0 : axis];
    check_span(pool, axis, side);
    sides.push_back(widened(side, pool.stride[axis]));
  }
  return sides;
}

/// The windows of one channel, as the convolution that has them. Checks the whole spec.
Convolution windows_of(const AveragePool& pool) {
  check_padding(pool.padding);
  if (pool.channels < 1) {
    throw GeometryError("channels " + std::to_string(pool.channels) + " must be at least 1");
  }
  return Convolution({.input = pool.input,
                      .kernel = pool.kernel,
                      .stride = pool.stride,
                      .dilation = pool.dilation,
                      .padding = room_for_windows(pool),
                      .order = pool.order});
}

/// Windows along one axis. In ceil mode one that would begin beyond the image is dropped.
Index window_count(const AveragePool& pool, const Convolution& windows, std::size_t axis) {
  const Index count = windows.output()[axis];
  const Index last = (count - 1) * pool.stride[axis];
  const bool begins_beyond = last >= pool.input[axis] + windows.padding(axis).lower;
  return rounds_up(pool) && begins_beyond ? count - 1 : count;
}

/// Positions of a window that begins at `start` which lie below `end`.
Index positions_below(Index end, Index start, const AveragePool& pool, std::size_t axis) {
  return std::min(kernel_extent(pool, axis), detail::ceil_div(end - start, pool.dilation[axis]));
}

CoefficientTable axis_table(const AveragePool& pool, const Convolution& windows, std::size_t axis,
                            detail::TableRoom& room) {
  const AxisPadding sides = windows.padding(axis);
  const Index added = rounds_up(pool) ? pool.stride[axis] - 1 : 0;
  const Index padded_end = pool.input[axis] + sides.upper - added;
  const TapTable& taps = windows.tap_tables()[axis];
  const Index outputs = window_count(pool, windows, axis);
  CoefficientTable table(pool.input[axis]);
  room.ask(outputs, taps.entries_before(outputs));
  table.reserve(outputs, taps.entries_before(outputs));
  std::vector<CoefficientTap> row;
  for (Index output = 0; output < outputs; ++output) {
    const TapRow inside = taps.row(output);
    const Index start = taps.geometry().coordinate(output, 0);
    const Index divisor =
        pool.count_include_pad ? positions_below(padded_end, start, pool, axis) : inside.size();
    if (divisor == 0) {
      throw GeometryError(axis_name(axis) + "the window of output " + std::to_string(output) +
                          " has no pixel of the image to take the mean of; use less padding or "
                          "count_include_pad");
    }
    row.clear();
    for (Index t = 0; t < inside.size(); ++t) {
      row.push_back({inside[t].input, 1 / static_cast<double>(divisor)});
    }
    table.append_row(row);
  }
  return table;
}

std::vector<CoefficientTable> tables_of(const AveragePool& pool, const Resources& resources) {
  const Convolution windows = windows_of(pool);
  detail::TableRoom room(resources);
  std::vector<CoefficientTable> tables;
  for (std::size_t axis = 0; axis < pool.input.size(); ++axis) {
    tables.push_back(axis_table(pool, windows, axis, room));
  }
  if (pool.order == TensorOrder::column_major) std::ranges::reverse(tables);
  const bool innermost = pool.order == TensorOrder::channels_last;
  room.ask(pool.channels, pool.channels);
  tables.insert(innermost ? tables.end() : tables.begin(),
                CoefficientTable::identity(pool.channels));
  return tables;
}

}  // namespace

Separable::Separable(const AveragePool& pool, const Resources& resources)
    : Separable(tables_of(pool, resources)) {}

}  // namespace toeplix
