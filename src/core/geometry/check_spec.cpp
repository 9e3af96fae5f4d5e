#include "core/geometry/check_spec.hpp"

#include <toeplix/error.hpp>

#include "core/geometry/text.hpp"
#include "reference/number_text.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace toeplix::detail {

namespace {

/// Some work grows with the square of the axes, and some goes a call deeper for each. More than 189
/// cannot all have several pixels, outputs or kernel positions: 64 bits would not count these.
constexpr std::size_t max_axes = 1024;

std::string quantity(std::string_view name, Index value) {
  return std::string(name) + " " + std::to_string(value);
}

void check_positive(Index value, const std::string& name) {
  if (value < 1) throw GeometryError(name + " " + std::to_string(value) + " must be at least 1");
  if (value > max_length) {
    throw GeometryError(name + " " + std::to_string(value) + " must be at most 2^40");
  }
}

void check_count(std::size_t given, std::size_t axes, const std::string& name) {
  if (given == 1 || given == axes) return;
  throw GeometryError(name + " has " + std::to_string(given) +
                      " values; expected one, or one per axis (" + std::to_string(axes) + ")");
}

void check_padding(const Padding& padding, std::size_t axes) {
  if (padding.rule() != Padding::Rule::explicit_sides) return;
  check_count(padding.sides().size(), axes, "padding");
  for (std::size_t axis = 0; axis < padding.sides().size(); ++axis) {
    for (const Index side : {padding.sides()[axis].lower, padding.sides()[axis].upper}) {
      if (side >= -max_length && side <= max_length) continue;
      throw GeometryError(axis_name(axis) + quantity("padding", side) +
                          " must be between -2^40 and 2^40");
    }
  }
}

template <class Enum>
void check_known(bool known, const char* name, Enum value) {
  if (known) return;
  throw GeometryError(quantity(name, static_cast<Index>(value)) + " is not one of its enumerators");
}

template <class Spec>
void check_axis(const Spec& spec, std::size_t axis) {
  check_positive(spec.input[axis], axis_name(axis) + "input extent");
  check_positive(kernel_extent(spec, axis), axis_name(axis) + "kernel extent");
  check_positive(spec.stride[axis], axis_name(axis) + "stride");
  check_positive(spec.dilation[axis], axis_name(axis) + "dilation");
  check_known(to_string(spec.boundary[axis]) != "unknown", "boundary", spec.boundary[axis]);
}

template <class Spec>
void check_channels(const Spec& spec) {
  check_positive(spec.in_channels, "in_channels");
  check_positive(spec.out_channels, "out_channels");
  check_positive(spec.groups, "groups");
  for (const auto& [name, channels] :
       {std::pair{"in_channels", spec.in_channels}, std::pair{"out_channels", spec.out_channels}}) {
    if (channels % spec.groups == 0) continue;
    throw GeometryError(quantity("groups", spec.groups) + " must divide " +
                        quantity(name, channels));
  }
}

/// The rules that convolutions and transposed convolutions share.
template <class Spec>
void check_fields(const Spec& spec) {
  const std::size_t axes = spec.input.size();
  if (axes == 0) throw GeometryError("input has no axes; expected at least one extent");
  if (axes > max_axes) {
    throw CapacityError("input has " + std::to_string(axes) +
                        " axes, which exceeds the limit of 2^10");
  }
  check_count(spec.kernel.size(), axes, "kernel");
  check_count(spec.stride.values().size(), axes, "stride");
  check_count(spec.dilation.values().size(), axes, "dilation");
  check_count(spec.boundary.values().size(), axes, "boundary");
  check_padding(spec.padding, axes);
  for (std::size_t axis = 0; axis < axes; ++axis) check_axis(spec, axis);
  check_known(to_string(spec.operation) != "unknown", "operation", spec.operation);
  check_known(to_string(spec.order) != "unknown", "order", spec.order);
  check_known(to_string(spec.weights_order) != "unknown", "weights_order", spec.weights_order);
  check_channels(spec);
}

void check_input_dilation(const ConvolutionSpec& spec) {
  check_count(spec.input_dilation.values().size(), spec.input.size(), "input_dilation");
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    check_positive(spec.input_dilation[axis], axis_name(axis) + "input_dilation");
  }
}

/// A depthwise kernel has no axis for the channels of a group. `name` is that of the channels which
/// a window of the kernel reads.
void check_depthwise(WeightsOrder order, Index groups, std::string_view name, Index channels) {
  if (order != WeightsOrder::hwim || groups == channels) return;
  throw GeometryError("weights_order hwim expects groups equal to " + std::string(name) + " " +
                      std::to_string(channels) + ", got groups " + std::to_string(groups));
}

void check_output_padding(const TransposedConvolutionSpec& spec) {
  check_count(spec.output_padding.values().size(), spec.input.size(), "output_padding");
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    const Index limit = std::max(spec.stride[axis], spec.dilation[axis]);
    const Index value = spec.output_padding[axis];
    if (value >= 0 && value < limit) continue;
    throw GeometryError(
        axis_name(axis) + quantity("output_padding", value) +
        " must be at least 0 and below max(stride, dilation) = " + std::to_string(limit));
  }
}

void check_padding_value(const ConvolutionSpec& spec) {
  const std::string value = shortest_text(spec.padding_value);
  if (!std::isfinite(spec.padding_value)) {
    throw GeometryError("padding_value " + value + " must be finite");
  }
  const bool fills = std::ranges::count(spec.boundary.values(), Boundary::zero) > 0;
  if (spec.padding_value == 0 || fills) return;
  throw GeometryError("padding_value " + value +
                      " is for axes with the boundary zero; no axis has it");
}

/// Whether the padding is left to `output`.
bool is_open(const Padding& padding) {
  switch (padding.rule()) {
    case Padding::Rule::same_upper:
    case Padding::Rule::same_lower:
    case Padding::Rule::same_tf:
      return true;
    case Padding::Rule::explicit_sides:
      return std::ranges::count(padding.sides(), AxisPadding{}) == std::ssize(padding.sides());
    default:
      return false;
  }
}

void check_output(const TransposedConvolutionSpec& spec) {
  if (spec.output.empty()) return;
  check_count(spec.output.size(), spec.input.size(), "output");
  for (std::size_t axis = 0; axis < spec.output.size(); ++axis) {
    check_positive(spec.output[axis], axis_name(axis) + "output extent");
  }
  if (is_open(spec.padding)) return;
  throw GeometryError("padding and output both say how many pixels there are, in " +
                      to_string(spec) +
                      "; leave one out, or use padding same_upper, same_lower or same_tf");
}

void check_same_tf(const TransposedConvolutionSpec& spec) {
  if (spec.padding.rule() != Padding::Rule::same_tf) return;
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    if (spec.output_padding[axis] == 0) continue;
    throw GeometryError(axis_name(axis) + quantity("output_padding", spec.output_padding[axis]) +
                        " has no meaning with padding same_tf; give the extent as output");
  }
}

}  // namespace

void check_spec(const ConvolutionSpec& spec) {
  check_fields(spec);
  check_input_dilation(spec);
  check_depthwise(spec.weights_order, spec.groups, "in_channels", spec.in_channels);
  check_padding_value(spec);
}

void check_spec(const TransposedConvolutionSpec& spec) {
  check_fields(spec);
  check_depthwise(spec.weights_order, spec.groups, "out_channels", spec.out_channels);
  check_output_padding(spec);
  check_output(spec);
  check_same_tf(spec);
}

}  // namespace toeplix::detail
