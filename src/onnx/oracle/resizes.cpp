#include "onnx/oracle/operators.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::onnx_oracle {

namespace {

/// One axis of a Resize. `length` is input * scale before it is rounded to whole pixels.
struct Axis {
  Index input;
  Index output;
  bool is_sized;  ///< by its size, so that coordinates are fractions of whole numbers
  double scale;
  double length;
};

Axis scaled_axis(Index input, double scale) {
  // The product of two floats.
  const double length = static_cast<float>(static_cast<double>(input) * scale);
  if (!(length >= 1 && length < 0x1p40)) throw FormatError("an axis has no pixels, or too many");
  return {input, static_cast<Index>(length), false, scale, length};
}

/// The axes that are named, or all.
std::vector<std::size_t> named_axes(const Call& call, std::size_t count) {
  std::vector<std::size_t> named;
  const auto given = call.list("axes");
  for (const Index axis : given.value_or(Extents())) named.push_back(axis_of(axis, count));
  for (std::size_t axis = 0; axis < count && !given; ++axis) named.push_back(axis);
  return named;
}

/// Until operator set 8 of Upsample an attribute, then an input.
std::vector<double> scales_of(const Call& call) {
  if (const auto* old = call.attribute("scales")) {
    return {old->floats().begin(), old->floats().end()};
  }
  const std::size_t input = call.opset < 11 ? 1 : 2;
  return call.has(input) ? call.input(input).reals : std::vector<double>();
}

/// Axes that are given by sizes, an input from operator set 11 on, or by scales.
std::vector<Axis> resized_axes(const Call& call) {
  std::vector<Axis> axes;
  for (const Index extent : call.input(0).shape) axes.push_back(scaled_axis(extent, 1));
  const std::vector<std::size_t> named = named_axes(call, axes.size());
  const std::vector<double> scales = scales_of(call);
  const Extents sizes = call.opset < 11 ? Extents() : call.wholes(3).value_or(Extents());
  if (named.size() != scales.size() + sizes.size()) {
    throw FormatError("there are too many or too few scales or sizes");
  }
  for (std::size_t i = 0; i < named.size(); ++i) {
    Axis& axis = axes[named[i]];
    axis =
        sizes.empty() ? scaled_axis(axis.input, scales[i]) : Axis{axis.input, sizes[i], true, 0, 0};
  }
  return axes;
}

/// A place between the pixels `whole` and `whole + 1`, with 0 <= part < 1.
struct Position {
  Index whole;
  double part;
};

Position position_of(double coordinate) {
  const double whole = std::floor(coordinate);
  return {static_cast<Index>(whole), coordinate - whole};
}

Position position_of(Index numerator, Index denominator) {
  Index whole = numerator / denominator;
  Index rest = numerator % denominator;
  if (rest < 0) {
    whole -= 1;
    rest += denominator;
  }
  return {whole, static_cast<double>(rest) / static_cast<double>(denominator)};
}

/// Where a pixel of the output lies in the input.
Position sized_position(const Axis& axis, Index pixel, const std::string& mode) {
  const bool is_one = axis.output == 1;
  if (is_one && (mode == "align_corners" || mode == "pytorch_half_pixel")) return {0, 0};
  if (mode == "align_corners") return position_of(pixel * (axis.input - 1), axis.output - 1);
  if (mode == "asymmetric") return position_of(pixel * axis.input, axis.output);
  return position_of((2 * pixel + 1) * axis.input - axis.output, 2 * axis.output);
}

Position scaled_position(const Axis& axis, Index pixel, const std::string& mode) {
  const auto at = static_cast<double>(pixel);
  const auto input = static_cast<double>(axis.input);
  const double half_pixel = (at + 0.5) / axis.scale - 0.5;
  if (mode == "align_corners") {
    return position_of(axis.length == 1 ? 0 : at * (input - 1) / (axis.length - 1));
  }
  if (mode == "asymmetric") return position_of(at / axis.scale);
  if (mode == "pytorch_half_pixel" && axis.output == 1) return {0, 0};
  if (mode != "half_pixel_symmetric") return position_of(half_pixel);
  const double ratio = static_cast<double>(axis.output) / axis.length;
  return position_of(input / 2 * (1 - ratio) + half_pixel);
}

const std::set<std::string> coordinate_modes = {"half_pixel", "pytorch_half_pixel", "asymmetric",
                                                "align_corners", "half_pixel_symmetric"};

/// A pixel of an axis with its share.
struct Share {
  Index pixel;
  double weight;
};

/// Keys' cubic kernel, for a pixel at this distance.
double cubic(double distance, double a) {
  const double d = std::abs(distance);
  if (d <= 1) return (a + 2) * d * d * d - (a + 3) * d * d + 1;
  return d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0;
}

std::vector<Share> cubic_shares(const Call& call, const Position& position, Index extent) {
  const double coefficient = call.number("cubic_coeff_a", -0.75);
  const bool excludes = call.whole("exclude_outside", 0) != 0;
  std::vector<Share> found;
  double sum = 0;
  for (Index step = -1; step <= 2; ++step) {
    const Index pixel = position.whole + step;
    if (excludes && (pixel < 0 || pixel >= extent)) continue;
    found.push_back({pixel, cubic(static_cast<double>(step) - position.part, coefficient)});
    sum += found.back().weight;
  }
  for (Share& share : found) share.weight /= excludes ? sum : 1;
  return found;
}

std::vector<Share> shares(const Call& call, const Position& position, Index extent) {
  const auto [pixel, part] = position;
  const std::string mode = call.word("mode", "nearest");
  if (mode == "linear") return {{pixel, 1 - part}, {pixel + 1, part}};
  if (mode == "cubic" && call.opset >= 11) return cubic_shares(call, position, extent);
  if (mode != "nearest") call.refuse("the mode " + mode);
  const std::string rule =
      call.opset < 11 ? "floor" : call.word("nearest_mode", "round_prefer_floor");
  if (rule == "floor") return {{pixel, 1}};
  if (rule == "ceil") return {{part > 0 ? pixel + 1 : pixel, 1}};
  if (rule == "round_prefer_floor") return {{part > 0.5 ? pixel + 1 : pixel, 1}};
  if (rule == "round_prefer_ceil") return {{part >= 0.5 ? pixel + 1 : pixel, 1}};
  call.refuse("nearest_mode " + rule);
}

/// For every axis and pixel of the output the pixels of the input that it is made of.
using Table = std::vector<std::vector<Share>>;

Table table_of(const Call& call, const Axis& axis) {
  const std::string coordinates =
      call.opset < 11 ? "asymmetric" : call.word("coordinate_transformation_mode", "half_pixel");
  if (!coordinate_modes.contains(coordinates)) call.refuse("the coordinates " + coordinates);
  Table table;
  for (Index pixel = 0; pixel < axis.output; ++pixel) {
    const Position position = axis.is_sized ? sized_position(axis, pixel, coordinates)
                                            : scaled_position(axis, pixel, coordinates);
    table.push_back(shares(call, position, axis.input));
    for (Share& share : table.back()) {
      share.pixel = std::clamp<Index>(share.pixel, 0, axis.input - 1);
    }
  }
  return table;
}

/// Adds the shares of all axes from this one on to a pixel of the output.
void mix(const Array& x, const std::vector<Table>& tables, const Extents& at, Extents& there,
         std::size_t axis, double weight, Array& y) {
  if (axis == at.size()) {
    const auto place = static_cast<std::size_t>(place_of(y.shape, at));
    const double summand = weight * x.number(place_of(x.shape, there));
    y.reals[place] += summand;
    y.magnitudes[place] += std::abs(summand);
    return;
  }
  for (const Share& share : tables[axis][static_cast<std::size_t>(at[axis])]) {
    if (share.weight == 0) continue;
    there[axis] = share.pixel;
    mix(x, tables, at, there, axis + 1, weight * share.weight, y);
  }
}

}  // namespace

Outputs resize(const Call& call) {
  if (call.whole("antialias", 0) != 0) call.refuse("antialias");
  if (call.word("keep_aspect_ratio_policy", "stretch") != "stretch") {
    call.refuse("keep_aspect_ratio_policy");
  }
  const Array& x = call.real(0);
  if (x.size() == 0) throw FormatError("there is no pixel");
  Extents shape;
  std::vector<Table> tables;
  for (const Axis& axis : resized_axes(call)) {
    shape.push_back(axis.output);
    call.budget.ask(shape);
    tables.push_back(table_of(call, axis));
  }
  Array y = make_array(x.type, shape, call.budget);
  y.magnitudes.resize(y.reals.size());
  Extents there(shape.size());
  std::size_t place = 0;
  for_each(shape, [&](const Extents& at) {
    mix(x, tables, at, there, 0, 1, y);
    // Coordinates are rounded, too, and with them what is left of whole pixels.
    const Index farthest = at.empty() ? 0 : *std::ranges::max_element(x.shape);
    y.magnitudes[place++] *= static_cast<double>(1 + farthest);
  });
  return {y};
}

}  // namespace toeplix::onnx_oracle
