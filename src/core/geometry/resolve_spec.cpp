#include "core/geometry/resolve_spec.hpp"

#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/check_spec.hpp"
#include "core/geometry/text.hpp"

#include <algorithm>
#include <string>

namespace toeplix::detail {

namespace {

/// Pixels from a window's first to its last position, both counted.
template <class Spec>
Index kernel_span(const Spec& spec, std::size_t axis) {
  const Index kernel = kernel_extent(spec, axis);
  const auto reach = checked_product(kernel - 1, spec.dilation[axis]);
  if (!reach || *reach > max_length) {
    throw GeometryError(axis_name(axis) + "kernel span (" + std::to_string(kernel) + " - 1) * " +
                        std::to_string(spec.dilation[axis]) + " + 1 must be at most 2^40");
  }
  return *reach + 1;
}

/// The image with the holes between its pixels.
Index spread_input(const ConvolutionSpec& spec, std::size_t axis) {
  const auto reach = checked_product(spec.input[axis] - 1, spec.input_dilation[axis]);
  if (!reach || *reach >= max_length) {
    throw GeometryError(axis_name(axis) + "spread input (" + std::to_string(spec.input[axis]) +
                        " - 1) * " + std::to_string(spec.input_dilation[axis]) +
                        " + 1 must be at most 2^40");
  }
  return *reach + 1;
}

AxisPadding explicit_padding(const Padding& padding, std::size_t axis) {
  return padding.sides()[padding.sides().size() == 1 ? 0 : axis];
}

/// Splits `total` pixels over both sides; of an odd total, the named side gets the larger half.
AxisPadding split_same(Index total, bool larger_upper) {
  const Index half = floor_div(total, 2);
  return larger_upper ? AxisPadding{half, total - half} : AxisPadding{total - half, half};
}

/// (input - 1) * stride + span + output_padding: the output extent before padding takes from it.
Index unpadded_output(const TransposedConvolutionSpec& spec, std::size_t axis) {
  const auto reach = checked_product(spec.input[axis] - 1, spec.stride[axis]);
  const auto extent = checked_sum(reach, kernel_span(spec, axis) + spec.output_padding[axis]);
  if (!extent || *extent > max_length) {
    throw GeometryError(axis_name(axis) + "output extent of input " +
                        std::to_string(spec.input[axis]) + " at stride " +
                        std::to_string(spec.stride[axis]) + " must be at most 2^40");
  }
  return *extent;
}

/// The padding that leaves `output` pixels. What is given by `output` alone follows `same_lower`.
AxisPadding padding_for(const TransposedConvolutionSpec& spec, std::size_t axis, Index output) {
  const Index total = unpadded_output(spec, axis) - output;
  if (spec.padding.rule() == Padding::Rule::same_tf) {
    const Index lower = std::max<Index>(0, total) / 2;
    return {lower, total - lower};
  }
  return split_same(total, spec.padding.rule() == Padding::Rule::same_upper);
}

/// The extent given by `output`. TensorFlow's is that of an image with `input` windows.
Index wanted_output(const TransposedConvolutionSpec& spec, std::size_t axis) {
  const Index output = spec.output[spec.output.size() == 1 ? 0 : axis];
  const Index windows = ceil_div(output, spec.stride[axis]);
  if (spec.padding.rule() != Padding::Rule::same_tf || windows == spec.input[axis]) return output;
  throw GeometryError(axis_name(axis) + "output extent " + std::to_string(output) + " at stride " +
                      std::to_string(spec.stride[axis]) + " needs input " +
                      std::to_string(windows) + " with padding same_tf, not " +
                      std::to_string(spec.input[axis]));
}

Index output_extent(const TransposedConvolutionSpec& spec, std::size_t axis, AxisPadding padding) {
  const Index output = unpadded_output(spec, axis) - padding.lower - padding.upper;
  if (output >= 1) return output;
  throw GeometryError(axis_name(axis) + "padding " + std::to_string(padding.lower) + ":" +
                      std::to_string(padding.upper) + " leaves output extent " +
                      std::to_string(output) + "; it must be at least 1");
}

}  // namespace

void check_cropped(std::size_t axis, Index extent, AxisPadding padding, Boundary boundary) {
  const Index cropped = std::max<Index>(0, -padding.lower) + std::max<Index>(0, -padding.upper);
  if (boundary == Boundary::zero || cropped < extent) return;
  throw GeometryError(axis_name(axis) + "padding " + std::to_string(padding.lower) + ":" +
                      std::to_string(padding.upper) + " crops all of the extent " +
                      std::to_string(extent) + " and leaves nothing for boundary " +
                      std::string(to_string(boundary)) + " to extend");
}

AxisPadding resolve_padding(const ConvolutionSpec& spec, std::size_t axis) {
  const Index span = kernel_span(spec, axis);
  switch (spec.padding.rule()) {
    case Padding::Rule::explicit_sides:
      return explicit_padding(spec.padding, axis);
    case Padding::Rule::valid:
      return {0, 0};
    case Padding::Rule::full:
      return {span - 1, span - 1};
    case Padding::Rule::causal:
      return {span - 1, 0};
    case Padding::Rule::same_upper:
    case Padding::Rule::same_lower:
    case Padding::Rule::same_tf:
      break;
  }
  const Index stride = spec.stride[axis];
  const Index input = spread_input(spec, axis);
  const Index output = ceil_div(input, stride);
  const Index total = std::max<Index>(0, (output - 1) * stride + span - input);
  return split_same(total, spec.padding.rule() != Padding::Rule::same_lower);
}

AxisPadding resolve_padding(const TransposedConvolutionSpec& spec, std::size_t axis) {
  if (!spec.output.empty()) return padding_for(spec, axis, wanted_output(spec, axis));
  const Index span = kernel_span(spec, axis);
  switch (spec.padding.rule()) {
    case Padding::Rule::explicit_sides:
      return explicit_padding(spec.padding, axis);
    case Padding::Rule::valid:
      return {0, 0};
    case Padding::Rule::full:
      return {span - 1, span - 1};
    case Padding::Rule::causal:
      return {span - 1, 0};
    case Padding::Rule::same_upper:
    case Padding::Rule::same_lower:
    case Padding::Rule::same_tf:
      break;
  }
  static_cast<void>(unpadded_output(spec, axis));  // so that the product is not too large
  return padding_for(spec, axis, spec.input[axis] * spec.stride[axis]);
}

Index output_extent(const ConvolutionSpec& spec, std::size_t axis, AxisPadding padding) {
  const Index padded = padding.lower + spread_input(spec, axis) + padding.upper;
  const Index span = kernel_span(spec, axis);
  if (span > padded) {
    throw GeometryError(axis_name(axis) + "kernel span " + std::to_string(span) + " exceeds " +
                        "padded input " + std::to_string(padded));
  }
  check_cropped(axis, spread_input(spec, axis), padding, spec.boundary[axis]);
  return (padded - span) / spec.stride[axis] + 1;
}

ConvolutionSpec adjoint_spec(const TransposedConvolutionSpec& spec,
                             const std::vector<AxisPadding>& padding) {
  ConvolutionSpec adjoint{.input = {},
                          .kernel = spec.kernel,
                          .in_channels = spec.out_channels,
                          .out_channels = spec.in_channels,
                          .groups = spec.groups,
                          .stride = spec.stride,
                          .dilation = spec.dilation,
                          .padding = 0,
                          .boundary = spec.boundary,
                          .operation = spec.operation,
                          .order = spec.order,
                          .weights_order = spec.weights_order};
  std::vector<AxisPadding> sides = padding;
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    adjoint.input.push_back(output_extent(spec, axis, padding[axis]));
    const Index whole_strides = spec.output_padding[axis] / spec.stride[axis];
    sides[axis].upper -= whole_strides * spec.stride[axis];
  }
  adjoint.padding = std::move(sides);
  return adjoint;
}

}  // namespace toeplix::detail
