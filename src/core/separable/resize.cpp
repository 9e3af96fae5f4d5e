#include <toeplix/separable.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/text.hpp"
#include "core/separable/table_room.hpp"
#include "reference/number_text.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

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

/// One axis that is resized by a factor; `length` is input * scale.
struct ScaledAxis {
  Index input;
  Index output;
  double scale;
  double length;

  PixelPosition position(Index o, CoordinateMode mode) const {
    return position_of(coordinate(o, mode));
  }

 private:
  double coordinate(Index o, CoordinateMode mode) const {
    const auto at = static_cast<double>(o);
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
CoefficientTable axis_table(const Resize& resize, const Axis& axis, detail::TableRoom& room) {
  CoefficientTable table(axis.input);
  const bool linear = resize.interpolation == Interpolation::linear;
  const Index taps = axis.output * (linear ? 2 : 1);
  room.ask(axis.output, taps);
  table.reserve(axis.output, taps);
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

/// One of the three lists is given, with a number for every axis.
void check_factors(const Resize& resize) {
  using Factors = std::pair<std::string, std::size_t>;
  std::vector<Factors> given = {Factors("scales", resize.scales.size()),
                                Factors("float_scales", resize.float_scales.size()),
                                Factors("sizes", resize.sizes.size())};
  std::erase_if(given, [](const Factors& factors) { return factors.second == 0; });
  if (given.empty())
    throw GeometryError("sizes, scales and float_scales are missing; expected one of them");
  if (given.size() > 1) {
    throw GeometryError(given[0].first + " and " + given[1].first +
                        " are both given; expected one");
  }
  const std::size_t axes = resize.input.size();
  if (given[0].second == axes) return;
  throw GeometryError(given[0].first + " has " + std::to_string(given[0].second) +
                      " values; expected one per axis (" + std::to_string(axes) + ")");
}

void check(const Resize& resize) {
  const std::size_t axes = resize.input.size();
  if (axes == 0) throw GeometryError("input has no axes; expected at least one extent");
  check_factors(resize);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    check_extent(resize.input[axis], axis_name(axis) + "input extent");
    if (!resize.sizes.empty()) check_extent(resize.sizes[axis], axis_name(axis) + "size");
  }
}

CoefficientTable sized_table(const Resize& resize, std::size_t axis, detail::TableRoom& room) {
  return axis_table(resize, SizedAxis{resize.input[axis], resize.sizes[axis]}, room);
}

/// `Scalar` is what the scale is given in, and what its product with the extent is rounded to.
template <class Scalar>
CoefficientTable scaled_table(const Resize& resize, std::size_t axis, Scalar scale,
                              detail::TableRoom& room) {
  const Index input = resize.input[axis];
  const std::string factor = axis_name(axis) + "scale " + detail::shortest_text(scale);
  if (!(scale > 0) || !std::isfinite(scale)) {
    throw GeometryError(factor + " must be positive and finite");
  }
  const Scalar length = static_cast<Scalar>(input) * scale;
  if (length < 1) {
    throw GeometryError(factor + " leaves no pixel of input extent " + std::to_string(input));
  }
  if (length >= static_cast<Scalar>(max_extent) + 1) {
    throw GeometryError(factor + " makes the output extent exceed 2^40");
  }
  return axis_table(resize,
                    ScaledAxis{input, static_cast<Index>(length), static_cast<double>(scale),
                               static_cast<double>(length)},
                    room);
}

CoefficientTable table_of(const Resize& resize, std::size_t axis, detail::TableRoom& room) {
  if (!resize.sizes.empty()) return sized_table(resize, axis, room);
  if (!resize.scales.empty()) return scaled_table(resize, axis, resize.scales[axis], room);
  return scaled_table(resize, axis, resize.float_scales[axis], room);
}

std::vector<CoefficientTable> tables_of(const Resize& resize, const Resources& resources) {
  check(resize);
  detail::TableRoom room(resources);
  std::vector<CoefficientTable> tables;
  for (std::size_t axis = 0; axis < resize.input.size(); ++axis) {
    tables.push_back(table_of(resize, axis, room));
  }
  return tables;
}

}  // namespace

Separable::Separable(const Resize& resize, const Resources& resources)
    : Separable(tables_of(resize, resources)) {}

}  // namespace toeplix
