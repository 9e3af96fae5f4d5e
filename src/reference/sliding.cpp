#include "reference/sliding.hpp"

#include "reference/check_spec.hpp"

#include <toeplix/reference.hpp>

#include <toeplix/error.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <utility>

namespace toeplix::reference {

namespace {

using detail::check_count;
using detail::check_size;
using detail::on_axis;
using detail::pixels_under;
using detail::Sliding;
using detail::span_of;
using detail::taps_of;
using detail::Tensor;
using detail::with_value;

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
  detail::check(spec);
  return all_output_extents(spec);
}

Extents output_extents(const TransposedConvolutionSpec& spec) {
  detail::check(spec);
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
