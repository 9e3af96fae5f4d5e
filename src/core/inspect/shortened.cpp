#include "core/inspect/shortened.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

bool is_strided(const Convolution& conv, std::size_t axis) {
  const AxisGeometry& g = conv.tap_tables()[axis].geometry();
  return g.stride != 1 || g.input_dilation != 1;
}

/// Whether rows are as many as columns by more than every axis keeping its extent.
bool is_square_by_chance(const Convolution& conv) {
  if (conv.rows() != conv.cols()) return false;
  if (!keeps_shape(conv)) return true;
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    if (is_strided(conv, axis)) return true;
  }
  return false;
}

/// Periods that may go from the middle of an axis without a change of structure: they are copies of
/// one another, and so many rows stay that nothing at one border comes near the other.
Index spare_periods(const Convolution& conv, std::size_t axis) {
  const TapTable& table = conv.tap_tables()[axis];
  const AxisGeometry& g = table.geometry();
  const AxisPadding padding = conv.padding(axis);
  const Index inputs = 2 * (g.span() + std::max({Index{1}, padding.lower, padding.upper}));
  const TapTable::Middle& middle = table.middle();
  // Two rows are always Toeplitz plus Hankel, and nothing follows from that for more.
  const Index keep = std::max<Index>(4, ceil_div(inputs, g.stride) + 1);
  const Index periods = (middle.end - middle.begin) / middle.period;
  return std::max<Index>(0, periods - std::max<Index>(4, ceil_div(keep, middle.period)));
}

}  // namespace

bool keeps_shape(const Convolution& conv) {
  return conv.in_channels() == conv.out_channels() && conv.input() == conv.output();
}

Convolution shortened(const Convolution& conv) {
  if (is_square_by_chance(conv)) return conv;
  ConvolutionSpec spec = conv.spec();
  std::vector<AxisPadding> sides;
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    spec.input[axis] -= spare_periods(conv, axis) * conv.tap_tables()[axis].middle().shift;
    sides.push_back(conv.padding(axis));
  }
  spec.padding = sides;
  return Convolution(std::move(spec));
}

Convolution with_few_channels(const Convolution& conv) {
  if (is_square_by_chance(conv)) return conv;
  ConvolutionSpec spec = conv.spec();
  const Index out_per_group = std::min<Index>(4, spec.out_channels / spec.groups);
  const Index in_per_group = std::min<Index>(4, spec.in_channels / spec.groups);
  spec.groups = std::min<Index>(4, spec.groups);
  spec.out_channels = spec.groups * out_per_group;
  spec.in_channels = spec.groups * in_per_group;
  return Convolution(std::move(spec));
}

}  // namespace toeplix::detail
