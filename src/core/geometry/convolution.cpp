#include <toeplix/convolution.hpp>
#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"
#include "core/base/text.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

using detail::axis_name;
using detail::ceil_div;
using detail::checked_product;
using detail::checked_sum;
using detail::floor_div;

namespace {

/// No extent, stride, dilation or padding beyond this; their sums and differences then fit 64 bits.
constexpr Index max_length = Index{1} << 40;

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

/// The rules that convolutions and transposed convolutions share.
template <class Spec>
void check_fields(const Spec& spec) {
  const std::size_t axes = spec.input.size();
  if (axes == 0) throw GeometryError("input has no axes; expected at least one extent");
  if (spec.kernel.size() != axes) {
    throw GeometryError("kernel has " + std::to_string(spec.kernel.size()) + " axes, input has " +
                        std::to_string(axes) + "; they must agree");
  }
  check_count(spec.stride.values().size(), axes, "stride");
  check_count(spec.dilation.values().size(), axes, "dilation");
  check_count(spec.boundary.values().size(), axes, "boundary");
  check_padding(spec.padding, axes);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    check_positive(spec.input[axis], axis_name(axis) + "input extent");
    check_positive(spec.kernel[axis], axis_name(axis) + "kernel extent");
    check_positive(spec.stride[axis], axis_name(axis) + "stride");
    check_positive(spec.dilation[axis], axis_name(axis) + "dilation");
    check_known(spec.boundary[axis] <= Boundary::replicate && spec.boundary[axis] >= Boundary::zero,
                "boundary", spec.boundary[axis]);
  }
  check_known(to_string(spec.operation) != "unknown", "operation", spec.operation);
  check_known(to_string(spec.order) != "unknown", "order", spec.order);
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

/// Pixels from a window's first to its last position, both counted.
template <class Spec>
Index kernel_span(const Spec& spec, std::size_t axis) {
  const auto reach = checked_product(spec.kernel[axis] - 1, spec.dilation[axis]);
  if (!reach || *reach > max_length) {
    throw GeometryError(axis_name(axis) + "kernel span (" + std::to_string(spec.kernel[axis]) +
                        " - 1) * " + std::to_string(spec.dilation[axis]) +
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

AxisPadding resolve_padding(const ConvolutionSpec& spec, std::size_t axis) {
  const Index span = kernel_span(spec, axis);
  switch (spec.padding.rule()) {
    case Padding::Rule::explicit_sides:
      return explicit_padding(spec.padding, axis);
    case Padding::Rule::valid:
      return {0, 0};
    case Padding::Rule::full:
      return {span - 1, span - 1};
    case Padding::Rule::same_upper:
    case Padding::Rule::same_lower:
      break;
  }
  const Index stride = spec.stride[axis];
  const Index output = ceil_div(spec.input[axis], stride);
  const Index total = std::max<Index>(0, (output - 1) * stride + span - spec.input[axis]);
  return split_same(total, spec.padding.rule() == Padding::Rule::same_upper);
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

/// As ONNX's ConvTranspose resolves auto_pad: the target is input * stride, and the total, which
/// may be negative, is halved toward minus infinity.
AxisPadding resolve_padding(const TransposedConvolutionSpec& spec, std::size_t axis) {
  switch (spec.padding.rule()) {
    case Padding::Rule::explicit_sides:
      return explicit_padding(spec.padding, axis);
    case Padding::Rule::valid:
      return {0, 0};
    case Padding::Rule::full: {
      const Index span = kernel_span(spec, axis);
      return {span - 1, span - 1};
    }
    case Padding::Rule::same_upper:
    case Padding::Rule::same_lower:
      break;
  }
  const Index total = unpadded_output(spec, axis) - spec.input[axis] * spec.stride[axis];
  return split_same(total, spec.padding.rule() == Padding::Rule::same_upper);
}

Index output_extent(const ConvolutionSpec& spec, std::size_t axis, AxisPadding padding) {
  const Index padded = padding.lower + spec.input[axis] + padding.upper;
  const Index span = kernel_span(spec, axis);
  if (span > padded) {
    throw GeometryError(axis_name(axis) + quantity("kernel span", span) + " exceeds " +
                        quantity("padded input", padded));
  }
  return (padded - span) / spec.stride[axis] + 1;
}

Index product_of(const Extents& extents, const char* what) {
  std::optional<Index> product = 1;
  for (const Index extent : extents) product = checked_product(product, extent);
  if (product) return *product;
  std::string factors;
  for (const Index extent : extents) {
    factors += (factors.empty() ? "" : " * ") + std::to_string(extent);
  }
  throw CapacityError(std::string("the number of ") + what + ", " + factors + ", exceeds 64 bits");
}

/// What `make` returns; a refusal names the axis.
template <class Make>
TapTable table_of(std::size_t axis, const Make& make) {
  try {
    return make();
  } catch (const CapacityError& error) {
    throw CapacityError(axis_name(axis) + error.what(), error.cause(), error.entries(),
                        error.bytes());
  }
}

Extents with_channels(std::initializer_list<Index> channels, const Extents& extents) {
  Extents shape(channels);
  shape.insert(shape.end(), extents.begin(), extents.end());
  return shape;
}

Index matrix_bytes(Index rows, Index nnz, std::size_t scalar_bytes, std::size_t index_bytes) {
  const auto entries = checked_product(nnz, static_cast<Index>(scalar_bytes + index_bytes));
  const auto pointers = checked_product(rows + 1, static_cast<Index>(index_bytes));
  if (const auto bytes = checked_sum(entries, pointers)) return *bytes;
  throw CapacityError("the bytes of a matrix of " + std::to_string(nnz) + " entries exceed 64 bits",
                      CapacityCause::limit, nnz);
}

/// The convolution that maps the output of `spec` back to its input.
///
/// It must have exactly as many windows as `spec` has inputs. A remainder below the stride is lost
/// in the window count anyway; whole strides of output padding (possible where dilation > stride)
/// are taken off the upper side.
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
                          .order = spec.order};
  std::vector<AxisPadding> sides = padding;
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    const Index output = unpadded_output(spec, axis) - padding[axis].lower - padding[axis].upper;
    if (output < 1) {
      throw GeometryError(axis_name(axis) + quantity("padding", padding[axis].lower) + ":" +
                          std::to_string(padding[axis].upper) + " leaves " +
                          quantity("output extent", output) + "; it must be at least 1");
    }
    adjoint.input.push_back(output);
    const Index whole_strides = spec.output_padding[axis] / spec.stride[axis];
    sides[axis].upper -= whole_strides * spec.stride[axis];
  }
  adjoint.padding = std::move(sides);
  return adjoint;
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

std::vector<AxisPadding> checked_padding(const TransposedConvolutionSpec& spec) {
  check_fields(spec);
  check_output_padding(spec);
  std::vector<AxisPadding> padding;
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    padding.push_back(resolve_padding(spec, axis));
  }
  return padding;
}

}  // namespace

Convolution::Convolution(ConvolutionSpec spec) {
  check_fields(spec);
  State state;
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    const AxisPadding padding = resolve_padding(spec, axis);
    state.padding.push_back(padding);
    state.output.push_back(output_extent(spec, axis, padding));
  }
  state.weights_shape =
      with_channels({spec.out_channels, spec.in_channels / spec.groups}, spec.kernel);
  state.weight_count = product_of(state.weights_shape, "weights");
  state.rows = product_of(with_channels({spec.out_channels}, state.output), "rows");
  state.cols = product_of(with_channels({spec.in_channels}, spec.input), "columns");
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    const AxisGeometry geometry{.input = spec.input[axis],
                                .output = state.output[axis],
                                .kernel = spec.kernel[axis],
                                .stride = spec.stride[axis],
                                .dilation = spec.dilation[axis],
                                .lower = state.padding[axis].lower,
                                .boundary = spec.boundary[axis],
                                .operation = spec.operation};
    state.tables.push_back(table_of(axis, [&] { return TapTable(geometry); }));
  }
  state.spec = std::move(spec);
  state_ = std::make_shared<const State>(std::move(state));
}

Index Convolution::nnz() const {
  std::optional<Index> product = checked_product(out_channels(), in_channels() / groups());
  for (const TapTable& table : tap_tables()) product = checked_product(product, table.entries());
  if (product) return *product;
  throw CapacityError("the entries of " + to_string(spec()) + " exceed 64 bits");
}

Index Convolution::storage_bytes(std::size_t scalar_bytes, std::size_t index_bytes) const {
  return matrix_bytes(rows(), nnz(), scalar_bytes, index_bytes);
}

TransposedConvolution::TransposedConvolution(TransposedConvolutionSpec spec)
    : spec_(std::make_shared<const TransposedConvolutionSpec>(std::move(spec))),
      padding_(checked_padding(*spec_)),
      adjoint_(adjoint_spec(*spec_, padding_)) {
  // Whoever holds one may ask for its rows, so what the transposed tables refuse is refused here.
  for (std::size_t axis = 0; axis < axes(); ++axis) {
    table_of(axis, [&] { return adjoint_.tap_tables()[axis].transposed(); });
  }
}

Index TransposedConvolution::storage_bytes(std::size_t scalar_bytes,
                                           std::size_t index_bytes) const {
  return matrix_bytes(rows(), nnz(), scalar_bytes, index_bytes);
}

}  // namespace toeplix
