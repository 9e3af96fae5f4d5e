#pragma once

#include "onnx/oracle/call.hpp"

namespace toeplix::onnx_oracle {

/// The windows of a Conv, ConvTranspose or AveragePool over the spatial axes.
struct Windows {
  Extents input;
  Extents kernel;
  Extents strides;
  Extents dilations;
  Extents lower;   ///< padding before the first pixel
  Extents upper;   ///< padding after the last
  Extents output;  ///< pixels that come out

  Index span(std::size_t axis) const { return (kernel[axis] - 1) * dilations[axis] + 1; }
};

/// What attributes say; the output, and padding by a rule, are not known yet.
Windows read_windows(const Call& call, const Extents& shape, Extents kernel);

/// Half of it before the image and half behind; an odd pixel as it is said.
void pad_by(Windows& windows, std::size_t axis, Index total, bool odd_goes_behind);

/// Sets the padding and the output of windows that move over the input.
void lay_over_input(Windows& windows, const std::string& auto_pad, bool rounds_up);

/// A position of the kernel that meets a pixel, both counted in C order.
struct Meeting {
  Index position;
  Index pixel;
};

/// Where the window of an output lies on the image.
std::vector<Meeting> meetings(const Windows& windows, const Extents& output);

Index product_of(const Extents& extents);
/// (batch, channels, image...).
Extents image_shape(Index batch, Index channels, const Extents& image);

}  // namespace toeplix::onnx_oracle
