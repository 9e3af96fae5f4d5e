#pragma once

#include <toeplix/convolution.hpp>

#include <vector>

namespace toeplix::detail {

/// One weight by what it joins: a channel of the convolution's output, one of the input channels of
/// its group, and a kernel position.
struct WeightPlace {
  Index out;
  Index in;
  Extents kernel;
};

/// Where the weights of a convolution lie, as its `weights_order` says.
class WeightLayout {
 public:
  explicit WeightLayout(const Convolution& convolution);

  /// From an output channel to the next, from an input channel of a group to the next, and from a
  /// kernel position to the next along an axis.
  Index out_stride() const { return strides_[0]; }
  Index in_stride() const { return strides_[1]; }
  Index kernel_stride(std::size_t axis) const { return strides_[2 + axis]; }

  Index index_of(const WeightPlace& place) const;
  /// Precondition: there is such a weight.
  WeightPlace place_of(Index index) const;

 private:
  Extents extents_;  // output channels, input channels of a group, kernel
  Extents strides_;  // likewise
};

/// The shape of weights in an order. Precondition: the spec has been checked. `kernel` has an
/// extent for every axis.
Extents weights_shape(const ConvolutionSpec& spec, const Extents& kernel);

}  // namespace toeplix::detail
