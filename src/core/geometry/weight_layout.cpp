#include "core/geometry/weight_layout.hpp"

#include <toeplix/weights_order.hpp>

namespace toeplix::detail {

namespace {

/// Puts what belongs to output channels, input channels of a group and kernel axes in the order of
/// the weights, the slowest first. (A depthwise kernel numbers output channels by two numbers, the
/// second being the faster: they lie as in hwio.)
Extents in_weights_order(WeightsOrder order, Index out, Index in, Extents kernel) {
  switch (order) {
    case WeightsOrder::oihw:
      kernel.insert(kernel.begin(), {out, in});
      break;
    case WeightsOrder::ohwi:
      kernel.insert(kernel.begin(), out);
      kernel.push_back(in);
      break;
    case WeightsOrder::hwio:
    case WeightsOrder::hwim:
      kernel.insert(kernel.end(), {in, out});
      break;
  }
  return kernel;
}

template <class Conv>
Conv in_plain_order(const Conv& convolution) {
  if (convolution.spec().weights_order == WeightsOrder::oihw) return convolution;
  auto spec = convolution.spec();
  spec.weights_order = WeightsOrder::oihw;
  return Conv(std::move(spec));
}

}  // namespace

WeightLayout::WeightLayout(const Convolution& convolution)
    : extents_{convolution.out_channels(), convolution.in_channels() / convolution.groups()} {
  const Extents& kernel = convolution.kernel();
  extents_.insert(extents_.end(), kernel.begin(), kernel.end());
  Extents axes;  // of `extents_`
  for (std::size_t axis = 0; axis < kernel.size(); ++axis) {
    axes.push_back(static_cast<Index>(axis) + 2);
  }
  axes = in_weights_order(convolution.spec().weights_order, 0, 1, std::move(axes));
  strides_.resize(extents_.size());
  Index stride = 1;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    strides_[static_cast<std::size_t>(*axis)] = stride;
    stride *= extents_[static_cast<std::size_t>(*axis)];
  }
}

Index WeightLayout::index_of(const WeightPlace& place) const {
  Index index = place.out * out_stride() + place.in * in_stride();
  for (std::size_t axis = 0; axis < place.kernel.size(); ++axis) {
    index += place.kernel[axis] * kernel_stride(axis);
  }
  return index;
}

WeightPlace WeightLayout::place_of(Index index) const {
  const auto along = [&](std::size_t i) { return index / strides_[i] % extents_[i]; };
  WeightPlace place{along(0), along(1), {}};
  for (std::size_t i = 2; i < extents_.size(); ++i) place.kernel.push_back(along(i));
  return place;
}

Extents weights_shape(const ConvolutionSpec& spec, const Extents& kernel) {
  if (spec.weights_order != WeightsOrder::hwim) {
    return in_weights_order(spec.weights_order, spec.out_channels, spec.in_channels / spec.groups,
                            kernel);
  }
  Extents shape = kernel;
  shape.insert(shape.end(), {spec.in_channels, spec.out_channels / spec.in_channels});
  return shape;
}

std::vector<Index> places_of_oihw(const Convolution& convolution) {
  const WeightLayout from(with_oihw(convolution));
  const WeightLayout to(convolution);
  std::vector<Index> places(static_cast<std::size_t>(convolution.weight_count()));
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = to.index_of(from.place_of(static_cast<Index>(i)));
  }
  return places;
}

}  // namespace toeplix::detail

namespace toeplix {

Convolution with_oihw(const Convolution& convolution) {
  return detail::in_plain_order(convolution);
}

TransposedConvolution with_oihw(const TransposedConvolution& convolution) {
  return detail::in_plain_order(convolution);
}

}  // namespace toeplix
