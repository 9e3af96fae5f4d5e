#include "solvers/transform/frequency_axis.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

/// Whether a window position reads between the first and the last pixel for any output.
bool lands(const AxisGeometry& g, Index window) {
  const Index first = g.coordinate(0, window);
  const Index last = g.coordinate(g.output - 1, window);
  return last >= 0 && first < g.spread_input();
}

bool is_cropped(const AxisGeometry& g) {
  return g.lower < 0 || g.cropped_upper > 0;
}

bool is_circulant(const AxisGeometry& g) {
  return g.boundary == Boundary::circular && !is_cropped(g) && g.input_dilation == 1 &&
         g.input % g.stride == 0 && g.input / g.stride == g.output;
}

bool is_identity(const AxisGeometry& g) {
  return g.kernel == 1 && g.lower == 0 && g.stride == 1 && g.input_dilation == 1 &&
         g.input == g.output && g.cropped_upper == 0;
}

/// The kernel with one axis mirrored is the same, for every pair of channels.
bool is_even(const Pattern& pattern, std::size_t axis, std::span<const double> weights) {
  const Index stride = pattern.axes()[axis].weight_stride;
  const Index kernel = pattern.axes()[axis].table.geometry().kernel;
  for (Index i = 0; i < static_cast<Index>(weights.size()); ++i) {
    const Index t = i / stride % kernel;
    const Index other = i + (kernel - 1 - 2 * t) * stride;
    if (weights[static_cast<std::size_t>(i)] != weights[static_cast<std::size_t>(other)]) {
      return false;
    }
  }
  return true;
}

/// Whether cosines may take an axis apart, if the kernel is even along it.
bool may_be_cosine(const AxisGeometry& g) {
  return g.boundary == Boundary::symmetric && !is_cropped(g) && g.input_dilation == 1 &&
         g.stride == 1 && g.input == g.output && g.span() - 1 == 2 * g.lower;
}

/// One pixel, one output: whatever reads the pixel is added up.
FrequencyAxis of_one_pixel(const Pattern::Axis& axis) {
  const AxisGeometry& g = axis.table.geometry();
  FrequencyAxis result;
  for (Index window = 0; window < g.kernel; ++window) {
    if (g.source(g.coordinate(0, window)) != 0) continue;
    result.offsets.push_back(0);
    result.places.push_back(g.kernel_position(window) * axis.weight_stride);
  }
  return result;
}

}  // namespace

Index FrequencyAxis::mirrored(Index frequency) const {
  return basis == Basis::cosine ? frequency : floor_mod(-frequency - half_turns, frequencies());
}

FrequencyAxis positions_of(const Pattern::Axis& axis, Positions positions) {
  const AxisGeometry& g = axis.table.geometry();
  const bool transposed = axis.table.is_transposed();
  FrequencyAxis result;
  result.row_step = transposed ? g.input_dilation : g.stride;
  result.column_step = transposed ? g.stride : g.input_dilation;
  for (Index window = 0; window < g.kernel; ++window) {
    if (positions == Positions::landing && !lands(g, window)) continue;
    const Index offset = g.coordinate(0, window);
    result.offsets.push_back(transposed ? -offset : offset);
    result.places.push_back(g.kernel_position(window) * axis.weight_stride);
  }
  return result;
}

std::optional<FrequencyAxis> exact_axis(const Pattern& pattern, std::size_t number,
                                        std::span<const double> weights) {
  const Pattern::Axis& axis = pattern.axes()[number];
  const AxisGeometry& g = axis.table.geometry();
  if (g.input == 1 && g.output == 1) return of_one_pixel(axis);
  const bool circle = is_circulant(g) || is_identity(g);
  const bool cosine = !circle && may_be_cosine(g) && is_even(pattern, number, weights);
  if (!circle && !cosine) return std::nullopt;
  FrequencyAxis result = positions_of(axis, Positions::all);
  result.basis = cosine ? Basis::cosine : Basis::fourier;
  result.extent = cosine ? 2 * g.input : g.input;
  return result;
}

std::optional<std::vector<FrequencyAxis>> exact_axes(const Pattern& pattern,
                                                     std::span<const double> weights) {
  if (pattern.is_per_pixel()) return std::nullopt;
  std::vector<FrequencyAxis> axes;
  for (std::size_t number = 0; number < pattern.axes().size(); ++number) {
    auto axis = exact_axis(pattern, number, weights);
    if (!axis) return std::nullopt;
    axes.push_back(std::move(*axis));
  }
  return axes;
}

}  // namespace toeplix::detail
