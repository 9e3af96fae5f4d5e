#include "onnx/ops/cubic.hpp"

#include "onnx/ops/steps.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace toeplix::onnx_detail {

namespace {

/// One axis: `length` is its extent times the scale, of which the output has the whole pixels.
struct CubicAxis {
  double input;
  double output;
  double scale;
  double length;
};

double coordinate(const CubicAxis& axis, double o, CoordinateMode mode) {
  const double half_pixel = (o + 0.5) / axis.scale - 0.5;
  switch (mode) {
    case CoordinateMode::half_pixel:
      break;
    case CoordinateMode::pytorch_half_pixel:
      return axis.output > 1 ? half_pixel : 0;
    case CoordinateMode::align_corners:
      return axis.length == 1 ? 0 : o * (axis.input - 1) / (axis.length - 1);
    case CoordinateMode::asymmetric:
      return o / axis.scale;
    case CoordinateMode::half_pixel_symmetric:
      return axis.input / 2 * (1 - axis.output / axis.length) + half_pixel;
  }
  return half_pixel;
}

/// The kernel at the four neighbours of a place that lies `fraction` behind the second of them.
std::array<double, 4> kernel_at(double fraction, double a) {
  const auto near = [&](double x) { return ((a + 2) * x - (a + 3)) * x * x + 1; };
  const auto far = [&](double x) { return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a; };
  return {far(1 + fraction), near(fraction), near(1 - fraction), far(2 - fraction)};
}

CoefficientTable cubic_table(const CubicAxis& axis, CoordinateMode mode,
                             const CubicOptions& options) {
  const auto last = static_cast<Index>(axis.input) - 1;
  CoefficientTable table(last + 1);
  const auto rows = static_cast<Index>(axis.output);
  table.reserve(rows, 4 * rows);
  for (Index o = 0; o < rows; ++o) {
    const double place = coordinate(axis, static_cast<double>(o), mode);
    const double whole = std::floor(place);
    const std::array<double, 4> kernel = kernel_at(place - whole, options.coefficient);
    std::vector<CoefficientTap> taps;
    double sum = 0;
    for (Index i = 0; i < 4; ++i) {
      const Index neighbour = static_cast<Index>(whole) + i - 1;
      const bool is_outside = neighbour < 0 || neighbour > last;
      if (is_outside && options.exclude_outside) continue;
      taps.push_back({std::clamp<Index>(neighbour, 0, last), kernel[static_cast<std::size_t>(i)]});
      sum += taps.back().coefficient;
    }
    if (options.exclude_outside) {
      for (CoefficientTap& tap : taps) tap.coefficient /= sum;
    }
    table.append_row(taps);
  }
  return table;
}

}  // namespace

Separable cubic_resize(const Resize& resize, const CubicOptions& options, const NodeContext& node) {
  const Extents output = Separable(resize, node.resources).output();
  std::vector<CoefficientTable> tables;
  for (std::size_t i = 0; i < output.size(); ++i) {
    CubicAxis axis{static_cast<double>(resize.input[i]), static_cast<double>(output[i]), 0, 0};
    axis.length = axis.output;
    axis.scale = axis.output / axis.input;
    if (!resize.float_scales.empty()) {
      const float scale = resize.float_scales[i];
      axis.scale = static_cast<double>(scale);
      axis.length = static_cast<double>(static_cast<float>(resize.input[i]) * scale);
    }
    ask_for_table(node, 4 * output[i]);
    tables.push_back(cubic_table(axis, resize.coordinates, options));
  }
  return Separable(std::move(tables));
}

}  // namespace toeplix::onnx_detail
