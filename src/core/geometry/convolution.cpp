#include <toeplix/convolution.hpp>
#include <toeplix/error.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/check_spec.hpp"
#include "core/geometry/resolve_spec.hpp"
#include "core/geometry/text.hpp"
#include "core/geometry/weight_layout.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace toeplix {

using detail::checked_product;
using detail::checked_sum;

namespace {

Index product_of(const Extents& extents, const char* what) {
  std::optional<Index> product = 1;
  for (const Index extent : extents) product = checked_product(product, extent);
  if (product) return *product;
  throw CapacityError(std::string("the number of ") + what + ", " + detail::join(extents, " * ") +
                      ", exceeds 64 bits");
}

/// What `make` returns; a refusal names the axis.
template <class Make>
TapTable table_of(std::size_t axis, const Make& make) {
  try {
    return make();
  } catch (const CapacityError& error) {
    throw CapacityError(detail::axis_name(axis) + std::string(error.problem()), error.cause(),
                        error.entries(), error.bytes(), std::string(error.advice()));
  }
}

Extents with_channels(std::initializer_list<Index> channels, const Extents& extents) {
  Extents shape(channels);
  shape.insert(shape.end(), extents.begin(), extents.end());
  return shape;
}

Index bytes_of(Index rows, Index nnz, std::size_t scalar_bytes, std::size_t index_bytes) {
  const auto bytes =
      detail::matrix_bytes(nnz, detail::checked_sum(rows, 1), scalar_bytes, index_bytes);
  if (bytes) return *bytes;
  throw CapacityError("the bytes of a matrix of " + std::to_string(nnz) + " entries exceed 64 bits",
                      CapacityCause::limit, nnz);
}

AxisGeometry geometry_of(const ConvolutionSpec& spec, std::size_t axis, Index output,
                         AxisPadding padding) {
  return {.input = spec.input[axis],
          .output = output,
          .kernel = detail::kernel_extent(spec, axis),
          .stride = spec.stride[axis],
          .dilation = spec.dilation[axis],
          .input_dilation = spec.input_dilation[axis],
          .lower = padding.lower,
          .cropped_upper = std::max<Index>(0, -padding.upper),
          .boundary = spec.boundary[axis],
          .operation = spec.operation};
}

std::vector<AxisPadding> checked_padding(const TransposedConvolutionSpec& spec) {
  detail::check_spec(spec);
  std::vector<AxisPadding> padding;
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    padding.push_back(detail::resolve_padding(spec, axis));
  }
  return padding;
}

}  // namespace

Convolution::Convolution(ConvolutionSpec spec) {
  detail::check_spec(spec);
  State state;
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    const AxisPadding padding = detail::resolve_padding(spec, axis);
    state.kernel.push_back(detail::kernel_extent(spec, axis));
    state.padding.push_back(padding);
    state.output.push_back(detail::output_extent(spec, axis, padding));
  }
  state.weights_shape = detail::weights_shape(spec, state.kernel);
  state.weight_count = product_of(state.weights_shape, "weights");
  state.rows = product_of(with_channels({spec.out_channels}, state.output), "rows");
  state.cols = product_of(with_channels({spec.in_channels}, spec.input), "columns");
  for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
    const AxisGeometry geometry = geometry_of(spec, axis, state.output[axis], state.padding[axis]);
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
  return bytes_of(rows(), nnz(), scalar_bytes, index_bytes);
}

TransposedConvolution::TransposedConvolution(TransposedConvolutionSpec spec)
    : spec_(std::make_shared<const TransposedConvolutionSpec>(std::move(spec))),
      padding_(checked_padding(*spec_)),
      adjoint_(detail::adjoint_spec(*spec_, padding_)) {
  // Whoever holds one may ask for its rows, so what the transposed tables refuse is refused here.
  for (std::size_t axis = 0; axis < axes(); ++axis) {
    table_of(axis, [&] { return adjoint_.tap_tables()[axis].transposed(); });
  }
}

Index TransposedConvolution::storage_bytes(std::size_t scalar_bytes,
                                           std::size_t index_bytes) const {
  return bytes_of(rows(), nnz(), scalar_bytes, index_bytes);
}

}  // namespace toeplix
