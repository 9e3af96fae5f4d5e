#pragma once

#include <toeplix/spec.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What `reference` works with: a checked spec. Either kind of it is a window that slides over an
/// image. Like all of the oracle, it is shared with nothing else.
namespace toeplix::reference::detail {

/// One image with channels, as it lies in a vector.
struct Tensor {
  std::string_view name;
  Index channels;
  Extents extents;
  TensorOrder order;
};

/// A window that slides over an image: what both kinds of convolution have in common.
///
/// `image` is the side that the boundary rule extends: a convolution's input, a transposed
/// convolution's output. `windows` has one pixel for each place of the window: the other side.
/// Weights of both kinds are (windows.channels, image.channels / groups, kernel...), unless the
/// weights' order says otherwise.
struct Sliding {
  Tensor image;
  Tensor windows;
  Extents kernel;
  Index groups;
  Operation operation;
  WeightsOrder weights_order;
  std::vector<Index> stride = {};
  std::vector<Index> dilation = {};
  std::vector<Index> spread = {};  ///< from one pixel of the image to the next, holes between
  std::vector<Index> lower = {};   ///< padding before coordinate 0 of the spread image
  std::vector<Index> upper = {};   ///< padding after its last coordinate
  std::vector<Boundary> boundary = {};
  double padding_value = 0;  ///< of a pixel that is not there
};

/// Pixels covered by `count` windows of `span` pixels, `stride` pixels apart.
Index pixels_under(Index count, Index span, Index stride);

/// Throws GeometryError and CapacityError, as the functions of `reference` do.
Sliding sliding_of(const ConvolutionSpec& spec);
Sliding sliding_of(const TransposedConvolutionSpec& spec);

/// The same without its padding value: what it does to an image is then linear.
Sliding linear(Sliding sliding);

/// `axis 1: `, how messages begin.
std::string on_axis(std::size_t axis);
/// `1 value`, `2 values`.
std::string count_values(std::size_t count);

}  // namespace toeplix::reference::detail
