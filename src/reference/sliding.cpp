#include "reference/sliding.hpp"

#include "reference/number_text.hpp"

#include <toeplix/reference.hpp>

#include <toeplix/error.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <utility>

namespace toeplix::reference {

namespace {

using detail::count_values;
using detail::on_axis;
using detail::pixels_under;
using detail::Sliding;
using detail::Tensor;

/// Largest number a spec may hold here. The oracle steps over pixels one by one, so that it would
/// not live to see the end of a longer axis; and sums and products of two such numbers fit.
constexpr Index largest_number = Index{1} << 30;

std::string with_value(std::string_view field, Index value) {
  return std::string(field) + " " + std::to_string(value);
}

void check_size(const std::string& field, Index value) {
  if (value >= -largest_number && value <= largest_number) return;
  throw CapacityError(with_value(field, value) + " is beyond 2^30, the reference's limit");
}

void check_count(const std::string& field, Index value) {
  if (value < 1) throw GeometryError(with_value(field, value) + " is not positive");
  check_size(field, value);
}

void check_list(std::string_view field, std::size_t length, std::size_t axes) {
  if (length == 1 || length == axes) return;
  throw GeometryError(std::string(field) + " has " + count_values(length) +
                      ", expected 1 or one per axis (" + std::to_string(axes) + ")");
}

void check_divides(Index groups, std::string_view field, Index channels) {
  if (channels % groups == 0) return;
  throw GeometryError(with_value("groups", groups) + " does not divide " +
                      with_value(field, channels));
}

void check_padding(const Padding& padding, std::size_t axes) {
  if (padding.rule() != Padding::Rule::explicit_sides) return;
  check_list("padding", padding.sides().size(), axes);
  for (std::size_t axis = 0; axis < padding.sides().size(); ++axis) {
    check_size(on_axis(axis) + "lower padding", padding.sides()[axis].lower);
    check_size(on_axis(axis) + "upper padding", padding.sides()[axis].upper);
  }
}

/// Kernel positions along one axis. Precondition: there is one number for all axes, or one per
/// axis.
template <class Spec>
Index taps_of(const Spec& spec, std::size_t axis) {
  return spec.kernel.size() == 1 ? spec.kernel[0] : spec.kernel[axis];
}

/// Pixels from the first to the last kernel position, both included.
template <class Spec>
Index span_of(const Spec& spec, std::size_t axis) {
  return (taps_of(spec, axis) - 1) * spec.dilation[axis] + 1;
}

/// Checks all that the two kinds have in common. After it, every list can be read at every axis.
template <class Spec>
void check_spec(const Spec& spec) {
  const std::size_t axes = spec.input.size();
  if (axes == 0) throw GeometryError("input has no axes, expected at least 1");
  check_list("kernel", spec.kernel.size(), axes);
  check_count("in_channels", spec.in_channels);
  check_count("out_channels", spec.out_channels);
  check_count("groups", spec.groups);
  check_divides(spec.groups, "in_channels", spec.in_channels);
  check_divides(spec.groups, "out_channels", spec.out_channels);
  check_list("stride", spec.stride.values().size(), axes);
  check_list("dilation", spec.dilation.values().size(), axes);
  check_list("boundary", spec.boundary.values().size(), axes);
  check_padding(spec.padding, axes);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    check_count(on_axis(axis) + "input", spec.input[axis]);
    check_count(on_axis(axis) + "kernel", taps_of(spec, axis));
    check_count(on_axis(axis) + "stride", spec.stride[axis]);
    check_count(on_axis(axis) + "dilation", spec.dilation[axis]);
    check_size(on_axis(axis) + "kernel span", span_of(spec, axis));
  }
}

void check_input_dilation(const ConvolutionSpec& spec) {
  check_list("input_dilation", spec.input_dilation.values().size(), spec.input.size());
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    const Index spread = spec.input_dilation[axis];
    check_count(on_axis(axis) + "input_dilation", spread);
    check_size(on_axis(axis) + "spread input", (spec.input[axis] - 1) * spread + 1);
  }
}

/// A depthwise kernel has no axis for channels of a group, of which there must be one. `read` are
/// the channels that a window sees.
void check_depthwise(WeightsOrder order, Index groups, Index read) {
  if (order != WeightsOrder::hwim || groups == read) return;
  throw GeometryError(with_value("groups", groups) + " is not the number of channels (" +
                      std::to_string(read) + ") that weights_order hwim expects");
}

void check_padding_value(const ConvolutionSpec& spec) {
  const double value = spec.padding_value;
  const std::string name = "padding_value " + toeplix::detail::shortest_text(value);
  if (!std::isfinite(value)) throw GeometryError(name + " is not finite");
  const auto& boundaries = spec.boundary.values();
  if (value == 0 || std::ranges::count(boundaries, Boundary::zero) > 0) return;
  throw GeometryError(name + " fills nothing: no axis has the boundary zero");
}

void check_output_padding(const TransposedConvolutionSpec& spec, std::size_t axis) {
  const Index extra = spec.output_padding[axis];
  const Index limit = std::max(spec.stride[axis], spec.dilation[axis]);
  if (extra >= 0 && extra < limit) return;
  throw GeometryError(on_axis(axis) + with_value("output_padding", extra) +
                      " is not from 0 to below max(stride, dilation) = " + std::to_string(limit));
}

/// How many windows of `span` pixels fit, `stride` pixels apart, into `pixels`.
Index count_windows(Index pixels, Index span, Index stride) {
  Index count = 0;
  for (Index first = 0; first + span <= pixels; first += stride) ++count;
  return count;
}

/// Deals `total` pixels to both sides, one by one; negative ones too. The side named by the rule
/// never has fewer than the other: it is the first to be given one, and the last to lose one.
AxisPadding deal(Index total, Padding::Rule rule) {
  Index named = 0;
  Index other = 0;
  while (named + other < total) {
    if (named == other)
      ++named;
    else
      ++other;
  }
  while (named + other > total) {
    if (named == other)
      --other;
    else
      --named;
  }
  if (rule == Padding::Rule::same_upper || rule == Padding::Rule::same_tf) return {other, named};
  return {named, other};
}

/// Checks what a transposed convolution may say of its output instead of its padding.
void check_wanted_output(const TransposedConvolutionSpec& spec) {
  const Padding::Rule rule = spec.padding.rule();
  const bool tensorflow = rule == Padding::Rule::same_tf;
  bool open = tensorflow || rule == Padding::Rule::same_upper || rule == Padding::Rule::same_lower;
  if (rule == Padding::Rule::explicit_sides) {
    open = true;
    for (const AxisPadding& side : spec.padding.sides())
      if (side.lower != 0 || side.upper != 0) open = false;
  }
  if (!spec.output.empty()) {
    check_list("output", spec.output.size(), spec.input.size());
    for (std::size_t axis = 0; axis < spec.output.size(); ++axis)
      check_count(on_axis(axis) + "output", spec.output[axis]);
    if (!open) throw GeometryError("padding and output both decide the output: " + to_string(spec));
  }
  for (std::size_t axis = 0; tensorflow && axis < spec.input.size(); ++axis)
    if (spec.output_padding[axis] != 0)
      throw GeometryError(on_axis(axis) + with_value("output_padding", spec.output_padding[axis]) +
                          " is not for padding same_tf");
}

/// Pixels of the image with the holes between them.
Index spread_input(const ConvolutionSpec& spec, std::size_t axis) {
  return pixels_under(spec.input[axis], 1, spec.input_dilation[axis]);
}

/// Padding that makes the output ceil(input / stride); never negative.
AxisPadding same_padding(const ConvolutionSpec& spec, std::size_t axis) {
  const Index stride = spec.stride[axis];
  const Index input = spread_input(spec, axis);
  const Index output = count_windows(input, 1, stride);
  const Index total = pixels_under(output, span_of(spec, axis), stride) - input;
  return deal(std::max<Index>(total, 0), spec.padding.rule());
}

/// TensorFlow's: a convolution with an input of `output` pixels is padded, where the windows need
/// it, and what it does not read are pixels at the upper end.
AxisPadding tensorflow_padding(const TransposedConvolutionSpec& spec, std::size_t axis,
                               Index output) {
  const Index stride = spec.stride[axis];
  const Index windows = count_windows(output, 1, stride);
  if (windows != spec.input[axis])
    throw GeometryError(on_axis(axis) + with_value("output", output) + " has " +
                        with_value("windows", windows) + ", not " +
                        with_value("input", spec.input[axis]));
  const Index needed = pixels_under(windows, span_of(spec, axis), stride) - output;
  if (needed < 0) return {0, needed};
  return deal(needed, Padding::Rule::same_tf);
}

/// Padding that makes the output input * stride, or what is asked for; negative if the windows do
/// not reach so far.
AxisPadding same_padding(const TransposedConvolutionSpec& spec, std::size_t axis) {
  const Index stride = spec.stride[axis];
  Index output = spec.input[axis] * stride;
  if (!spec.output.empty()) output = spec.output.size() == 1 ? spec.output[0] : spec.output[axis];
  check_size(on_axis(axis) + "output", output);
  if (spec.padding.rule() == Padding::Rule::same_tf) return tensorflow_padding(spec, axis, output);
  const Index covered = pixels_under(spec.input[axis], span_of(spec, axis), stride);
  const Index total = covered + spec.output_padding[axis] - output;
  check_size(on_axis(axis) + "total padding", total);
  return deal(total, spec.padding.rule());
}

bool decides_padding(const ConvolutionSpec&) {
  return false;
}

bool decides_padding(const TransposedConvolutionSpec& spec) {
  return !spec.output.empty();
}

template <class Spec>
AxisPadding padding_of(const Spec& spec, std::size_t axis) {
  if (decides_padding(spec)) return same_padding(spec, axis);
  const std::vector<AxisPadding>& sides = spec.padding.sides();
  const Index overlap = span_of(spec, axis) - 1;
  if (spec.padding.rule() == Padding::Rule::explicit_sides)
    return sides.size() == 1 ? sides[0] : sides[axis];
  if (spec.padding.rule() == Padding::Rule::valid) return {0, 0};
  if (spec.padding.rule() == Padding::Rule::full) return {overlap, overlap};
  if (spec.padding.rule() == Padding::Rule::causal) return {overlap, 0};
  return same_padding(spec, axis);
}

/// How far a convolution with the same windows pads its image: what of the output padding would be
/// another window is cropped instead.
AxisPadding padding_of_image(const ConvolutionSpec& spec, std::size_t axis) {
  return padding_of(spec, axis);
}
AxisPadding padding_of_image(const TransposedConvolutionSpec& spec, std::size_t axis) {
  AxisPadding padding = padding_of(spec, axis);
  for (Index extra = spec.output_padding[axis]; extra >= spec.stride[axis];
       extra -= spec.stride[axis])
    padding.upper -= spec.stride[axis];
  return padding;
}

/// A boundary other than zero has to have something that it extends.
void check_not_all_cropped(Boundary boundary, std::size_t axis, AxisPadding padding, Index pixels) {
  if (boundary == Boundary::zero) return;
  Index left = pixels;
  for (const Index side : {padding.lower, padding.upper}) left += side < 0 ? side : 0;
  if (left > 0) return;
  throw GeometryError(on_axis(axis) + with_value("padding", padding.lower) + ":" +
                      std::to_string(padding.upper) + " crops all of " +
                      with_value("extent", pixels) + ", boundary " +
                      std::string(to_string(boundary)) + " has nothing to extend");
}

Index output_extent(const ConvolutionSpec& spec, std::size_t axis) {
  const AxisPadding padding = padding_of(spec, axis);
  const Index padded = padding.lower + spread_input(spec, axis) + padding.upper;
  const Index output = count_windows(padded, span_of(spec, axis), spec.stride[axis]);
  if (output <= 0)
    throw GeometryError(on_axis(axis) + with_value("kernel span", span_of(spec, axis)) +
                        " exceeds " + with_value("padded input", padded));
  check_not_all_cropped(spec.boundary[axis], axis, padding, spread_input(spec, axis));
  return output;
}

Index output_extent(const TransposedConvolutionSpec& spec, std::size_t axis) {
  check_output_padding(spec, axis);
  const AxisPadding padding = padding_of(spec, axis);
  const Index covered = pixels_under(spec.input[axis], span_of(spec, axis), spec.stride[axis]);
  const Index output = covered - padding.lower - padding.upper + spec.output_padding[axis];
  check_count(on_axis(axis) + "output", output);
  check_not_all_cropped(spec.boundary[axis], axis, padding_of_image(spec, axis), output);
  return output;
}

template <class Spec>
Extents all_output_extents(const Spec& spec) {
  Extents output;
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis)
    output.push_back(output_extent(spec, axis));
  return output;
}

template <class Spec>
Tensor input_of(const Spec& spec) {
  return {"input", spec.in_channels, spec.input, spec.order};
}

template <class Spec>
Tensor output_of(const Spec& spec) {
  return {"output", spec.out_channels, output_extents(spec), spec.order};
}

template <class Spec>
Sliding slide(const Spec& spec, Tensor image, Tensor windows) {
  Sliding sliding{std::move(image), std::move(windows), {},
                  spec.groups,      spec.operation,     spec.weights_order};
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    sliding.kernel.push_back(taps_of(spec, axis));
    sliding.stride.push_back(spec.stride[axis]);
    sliding.dilation.push_back(spec.dilation[axis]);
    const AxisPadding padding = padding_of_image(spec, axis);
    sliding.lower.push_back(padding.lower);
    sliding.upper.push_back(padding.upper);
    if constexpr (std::same_as<Spec, ConvolutionSpec>)
      sliding.spread.push_back(spec.input_dilation[axis]);
    else
      sliding.spread.push_back(1);
    sliding.boundary.push_back(spec.boundary[axis]);
  }
  return sliding;
}

}  // namespace

Extents output_extents(const ConvolutionSpec& spec) {
  check_spec(spec);
  check_input_dilation(spec);
  check_depthwise(spec.weights_order, spec.groups, spec.in_channels);
  check_padding_value(spec);
  return all_output_extents(spec);
}

Extents output_extents(const TransposedConvolutionSpec& spec) {
  check_spec(spec);
  check_depthwise(spec.weights_order, spec.groups, spec.out_channels);
  check_list("output_padding", spec.output_padding.values().size(), spec.input.size());
  check_wanted_output(spec);
  return all_output_extents(spec);
}

namespace detail {

std::string on_axis(std::size_t axis) {
  return "axis " + std::to_string(axis) + ": ";
}

std::string count_values(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " value" : " values");
}

Index pixels_under(Index count, Index span, Index stride) {
  Index first = 0;
  for (Index window = 1; window < count; ++window) first += stride;
  return first + span;
}

Sliding sliding_of(const ConvolutionSpec& spec) {
  Sliding sliding = slide(spec, input_of(spec), output_of(spec));
  sliding.padding_value = spec.padding_value;
  return sliding;
}

Sliding sliding_of(const TransposedConvolutionSpec& spec) {
  return slide(spec, output_of(spec), input_of(spec));
}

Sliding linear(Sliding sliding) {
  sliding.padding_value = 0;
  return sliding;
}

}  // namespace detail

}  // namespace toeplix::reference
