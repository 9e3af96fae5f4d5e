#include "core/inspect/levels.hpp"

#include <toeplix/error.hpp>
#include <toeplix/matrix_levels.hpp>
#include <toeplix/pattern.hpp>

#include <algorithm>
#include <numeric>

namespace toeplix {

namespace {

std::vector<MatrixLevel> levels_of(const Pattern& pattern, TensorOrder order) {
  std::vector<MatrixLevel> levels;
  const std::vector<std::size_t> axes = detail::axes_by_memory(pattern.axes().size(), order);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const TapTable& table = pattern.axes()[i].table;
    levels.push_back(
        {table.rows(), table.columns(), "axis " + std::to_string(axes[i]), MatrixLevelKind::axis});
  }
  const Pattern::Channels& channels = pattern.channels();
  levels.insert(channels.innermost() ? levels.end() : levels.begin(),
                {channels.rows(), channels.columns(), "channels", MatrixLevelKind::channels});
  return levels;
}

void check_axis(std::size_t axis, std::size_t axes) {
  if (axis < axes) return;
  throw GeometryError("axis " + std::to_string(axis) + " does not exist; there are " +
                      std::to_string(axes) + ", from 0");
}

/// The fields that either kind of spec has, of one axis alone.
template <class Conv, class Spec>
Spec axis_spec(const Conv& conv, std::size_t axis) {
  check_axis(axis, conv.axes());
  Spec spec{.input = {conv.input()[axis]}, .kernel = {conv.kernel()[axis]}};
  spec.stride = conv.spec().stride[axis];
  spec.dilation = conv.spec().dilation[axis];
  spec.padding = std::vector<AxisPadding>{conv.padding(axis)};
  spec.boundary = conv.spec().boundary[axis];
  spec.operation = conv.spec().operation;
  return spec;
}

}  // namespace

std::vector<std::size_t> detail::axes_by_memory(std::size_t axes, TensorOrder order) {
  std::vector<std::size_t> result(axes);
  std::iota(result.begin(), result.end(), std::size_t{0});
  if (order == TensorOrder::column_major) std::ranges::reverse(result);
  return result;
}

std::vector<MatrixLevel> matrix_levels(const Convolution& convolution) {
  return levels_of(Pattern(convolution), convolution.spec().order);
}

std::vector<MatrixLevel> matrix_levels(const TransposedConvolution& convolution) {
  return levels_of(Pattern(convolution), convolution.spec().order);
}

Convolution axis_convolution(const Convolution& convolution, std::size_t axis) {
  auto spec = axis_spec<Convolution, ConvolutionSpec>(convolution, axis);
  spec.input_dilation = convolution.spec().input_dilation[axis];
  return Convolution(spec);
}

TransposedConvolution axis_convolution(const TransposedConvolution& convolution, std::size_t axis) {
  auto spec = axis_spec<TransposedConvolution, TransposedConvolutionSpec>(convolution, axis);
  spec.output_padding = convolution.spec().output_padding[axis];
  return TransposedConvolution(spec);
}

}  // namespace toeplix
