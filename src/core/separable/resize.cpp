#include <toeplix/separable.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/text.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

namespace toeplix {

using detail::axis_name;

namespace {

/// A position between the pixels `whole` and `whole + 1`. 0 <= fraction < 1.
struct PixelPosition {
  Index whole;
  double fraction;
};

/// numerator / denominator. Exact but for the rounding of the fraction, which is 1/2 only if it
/// is exactly that. Precondition: denominator > 0.
PixelPosition position_of(Index numerator, Index denominator) {
  const Index rest = detail::floor_mod(numerator, denominator);
  return {detail::floor_div(numerator, denominator),
          static_cast<double>(rest) / static_cast<double>(denominator)};
}

PixelPosition position_of(double coordinate) {
  const double whole = std::floor(coordinate);
  return {static_cast<Index>(whole), coordinate - whole};
}

/// One axis that is resized to a number of pixels.
struct SizedAxis {
  Index input;
  Index output;

  PixelPosition position(Index o, CoordinateMode mode) const {
    switch (mode) {
      case CoordinateMode::pytorch_half_pixel:
        if (output == 1) return {0, 0};
        break;
      case CoordinateMode::align_corners:
        if (output == 1) return {0, 0};
        return position_of(o * (input - 1), output - 1);
      case CoordinateMode::asymmetric:
        return position_of(o * input, output);
      case CoordinateMode::half_pixel:
      case CoordinateMode::half_pixel_symmetric:  // the size is exact, so nothing is to be moved
        break;
    }
    return position_of((2 * o + 1) * input - output, 2 * output);
  }
};

/// One axis that is resized by a factor.
struct ScaledAxis {
  Index input;
  Index output;
  double scale;

  PixelPosition position(Index o, CoordinateMode mode) const {
    return position_of(coordinate(o, mode));
  }

 private:
  double coordinate(Index o, CoordinateMode mode) const {
    const auto at = static_cast<double>(o);
    const double length = scale * static_cast<double>(input);
    const double half_pixel = (at + 0.5) / scale - 0.5;
    switch (mode) {
      case CoordinateMode::half_pixel:
        break;
      case CoordinateMode::pytorch_half_pixel:
        return output > 1 ? half_pixel : 0;
      case CoordinateMode::align_corners:
        return length == 1 ? 0 : at * static_cast<double>(input - 1) / (length - 1);
      case CoordinateMode::asymmetric:
        return at / scale;
      case CoordinateMode::half_pixel_symmetric: {
        const double centre = static_cast<double>(input) / 2;
        return centre * (1 - static_cast<double>(output) / length) + half_pixel;
      }
    }
    return half_pixel;
  }
};

Index nearest_of(const PixelPosition& position, NearestPixel rule) {
  const bool upper = [&] {
    switch (rule) {
      case NearestPixel::round_prefer_floor:
        return position.fraction > 0.5;
      case NearestPixel::round_prefer_ceil:
        return position.fraction >= 0.5;
      case NearestPixel::floor:
        return false;
      case NearestPixel::ceil:
        return position.fraction > 0;
    }
    return false;
  }();
  return upper ? position.whole + 1 : position.whole;
}

template <class Axis>
CoefficientTable axis_table(const Resize& resize, const Axis& axis) {
  CoefficientTable table(axis.input);
  const bool linear = resize.interpolation == Interpolation::linear;
  table.reserve(axis.output, axis.output * (linear ? 2 : 1));
  const auto clamped = [&](Index coordinate) {
    return std::clamp<Index>(coordinate, 0, axis.input - 1);
  };
  for (Index o = 0; o < axis.output; ++o) {
    const PixelPosition position = axis.position(o, resize.coordinates);
    if (linear) {
      table.append_row({{clamped(position.whole), 1 - position.fraction},
                        {clamped(position.whole + 1), position.fraction}});
    } else {
      table.append_row({{clamped(nearest_of(position, resize.nearest)), 1}});
    }
  }
  return table;
}

/// Far beyond what a table holds, so that all arithmetic on extents fits 64 bits.
constexpr Index max_extent = Index{1} << 40;

void check_extent(Index extent, const std::string& name) {
  if (extent >= 1 && extent <= max_extent) return;
  throw GeometryError(name + " " + std::to_string(extent) +
                      (extent < 1 ? " must be at least 1" : " must be at most 2^40"));
}

void check(const Resize& resize) {
  const std::size_t axes = resize.input.size();
  if (axes == 0) throw GeometryError("input has no axes; expected at least one extent");
  if (resize.scales.empty() == resize.sizes.empty()) {
    throw GeometryError(resize.sizes.empty() ? "scales and sizes are missing; expected one of them"
                                             : "scales and sizes are both given; expected one");
  }
  const std::size_t given = resize.sizes.empty() ? resize.scales.size() : resize.sizes.size();
  if (given != axes) {
    throw GeometryError(std::string(resize.sizes.empty() ? "scales" : "sizes") + " has " +
                        std::to_string(given) + " values; expected one per axis (" +
                        std::to_string(axes) + ")");
  }
  for (std::size_t axis = 0; axis < axes; ++axis) {
    check_extent(resize.input[axis], axis_name(axis) + "input extent");
    if (!resize.sizes.empty()) check_extent(resize.sizes[axis], axis_name(axis) + "size");
  }
}

CoefficientTable sized_table(const Resize& resize, std::size_t axis) {
  return axis_table(resize, SizedAxis{resize.input[axis], resize.sizes[axis]});
}

CoefficientTable scaled_table(const Resize& resize, std::size_t axis) {
  const double scale = resize.scales[axis];
  const Index input = resize.input[axis];
  std::ostringstream number;
  number << scale;
  const std::string factor = axis_name(axis) + "scale " + number.str();
  if (!(scale > 0) || !std::isfinite(scale)) {
    throw GeometryError(factor + " must be positive and finite");
  }
  const double length = std::floor(static_cast<double>(input) * scale);
  if (length < 1) {
    throw GeometryError(factor + " leaves no pixel of input extent " + std::to_string(input));
  }
  if (length > static_cast<double>(max_extent)) {
    throw GeometryError(factor + " makes the output extent exceed 2^40");
  }
  return axis_table(resize, ScaledAxis{input, static_cast<Index>(length), scale});
}

std::vector<CoefficientTable> tables_of(const Resize& resize) {
  check(resize);
  std::vector<CoefficientTable> tables;
  for (std::size_t axis = 0; axis < resize.input.size(); ++axis) {
    tables.push_back(resize.sizes.empty() ? scaled_table(resize, axis) : sized_table(resize, axis));
  }
  return tables;
}

}  // namespace

Separable::Separable(const Resize& resize) : Separable(tables_of(resize)) {}

}  // namespace toeplix
