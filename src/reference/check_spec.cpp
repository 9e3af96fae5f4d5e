#include "reference/check_spec.hpp"

#include "reference/number_text.hpp"
#include "reference/sliding.hpp"

#include <toeplix/error.hpp>

#include <algorithm>
#include <cmath>

namespace toeplix::reference::detail {

namespace {

/// Largest number a spec may hold here. The oracle steps over pixels one by one, so that it would
/// not live to see the end of a longer axis; and sums and products of two such numbers fit.
constexpr Index largest_number = Index{1} << 30;

}  // namespace

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

namespace {

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

}  // namespace

void check(const ConvolutionSpec& spec) {
  check_spec(spec);
  check_input_dilation(spec);
  check_depthwise(spec.weights_order, spec.groups, spec.in_channels);
  check_padding_value(spec);
}

void check(const TransposedConvolutionSpec& spec) {
  check_spec(spec);
  check_depthwise(spec.weights_order, spec.groups, spec.out_channels);
  check_list("output_padding", spec.output_padding.values().size(), spec.input.size());
  check_wanted_output(spec);
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) check_output_padding(spec, axis);
}

}  // namespace toeplix::reference::detail
