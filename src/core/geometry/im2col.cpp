#include <toeplix/error.hpp>
#include <toeplix/im2col.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/weight_layout.hpp"

#include <functional>
#include <numeric>
#include <string>

namespace toeplix {

namespace {

/// The kernel as if it had a single output channel, so that whatever is wrong with it is found
/// before its positions are multiplied.
Convolution one_channel(ConvolutionSpec windows) {
  if (windows.out_channels != 1 || windows.groups != 1) {
    throw GeometryError("out_channels " + std::to_string(windows.out_channels) + " and groups " +
                        std::to_string(windows.groups) + " of im2col must be left at 1");
  }
  windows.weights_order = WeightsOrder::oihw;  // of which there are none yet
  return Convolution(std::move(windows));
}

}  // namespace

Convolution im2col(ConvolutionSpec windows) {
  const Convolution checked = one_channel(windows);
  std::optional<Index> channels = windows.in_channels;
  for (const Index extent : checked.kernel()) channels = detail::checked_product(channels, extent);
  if (!channels) throw CapacityError("the channels of im2col exceed 64 bits");
  windows.out_channels = *channels;
  windows.groups = windows.in_channels;
  return Convolution(std::move(windows));
}

TransposedConvolution col2im(const ConvolutionSpec& windows) {
  const Convolution unfold = im2col(windows);
  for (const Index pixels : windows.input_dilation.values()) {
    if (pixels == 1) continue;
    throw GeometryError("input_dilation " + std::to_string(pixels) +
                        " must be 1 for col2im; transpose the matrix of im2col instead");
  }
  TransposedConvolutionSpec spec{.input = unfold.output(),
                                 .kernel = windows.kernel,
                                 .in_channels = unfold.out_channels(),
                                 .out_channels = unfold.in_channels(),
                                 .groups = unfold.groups(),
                                 .stride = windows.stride,
                                 .dilation = windows.dilation,
                                 .padding = 0,
                                 .output_padding = 0,
                                 .boundary = windows.boundary,
                                 .operation = windows.operation,
                                 .order = windows.order,
                                 .weights_order = windows.weights_order};
  std::vector<AxisPadding> sides;
  std::vector<Index> unread;
  for (std::size_t axis = 0; axis < unfold.axes(); ++axis) {
    const AxisGeometry& geometry = unfold.tap_tables()[axis].geometry();
    const AxisPadding side = unfold.padding(axis);
    const Index padded = side.lower + geometry.input + side.upper;
    sides.push_back(side);
    // Pixels at the upper end that no window reaches: less than a stride.
    unread.push_back((padded - geometry.span()) % geometry.stride);
  }
  spec.padding = std::move(sides);
  spec.output_padding = std::move(unread);
  return TransposedConvolution(std::move(spec));
}

template <class Scalar>
std::vector<Scalar> im2col_weights(const Convolution& convolution) {
  const Extents& kernel = convolution.kernel();
  const Index taps =
      std::accumulate(kernel.begin(), kernel.end(), Index{1}, std::multiplies<Index>());
  if (convolution.in_channels() != convolution.groups() ||
      convolution.out_channels() != convolution.groups() * taps) {
    throw GeometryError(to_string(convolution.spec()) + " is not of im2col");
  }
  // Whatever the order of the weights, those of a kernel are in C order: the position of tap `t` is
  // the `t`-th that a window has.
  const detail::WeightLayout layout(convolution);
  const Index step = layout.kernel_stride(convolution.axes() - 1);
  std::vector<Scalar> weights(static_cast<std::size_t>(convolution.weight_count()));
  for (Index channel = 0; channel < convolution.out_channels(); ++channel) {
    const Index weight = channel * layout.out_stride() + channel % taps * step;
    weights[static_cast<std::size_t>(weight)] = Scalar(1);
  }
  return weights;
}

template std::vector<float> im2col_weights(const Convolution&);
template std::vector<double> im2col_weights(const Convolution&);

}  // namespace toeplix
