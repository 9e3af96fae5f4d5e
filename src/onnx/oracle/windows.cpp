#include "onnx/oracle/windows.hpp"

#include <algorithm>

namespace toeplix::onnx_oracle {

Windows read_windows(const Call& call, const Extents& shape, Extents kernel) {
  if (shape.size() < 3 || kernel.size() != shape.size() - 2) {
    throw FormatError("the input " + text_of(shape) + " does not fit its windows");
  }
  if (product_of(shape) == 0) throw FormatError("there is no pixel");
  const std::size_t axes = kernel.size();
  Windows windows;
  windows.input.assign(shape.begin() + 2, shape.end());
  windows.strides = call.list("strides", axes, 1);
  windows.dilations = call.list("dilations", axes, 1);
  const Extents pads = call.list("pads", 2 * axes, 0);
  windows.lower.assign(pads.begin(), pads.begin() + static_cast<std::ptrdiff_t>(axes));
  windows.upper.assign(pads.begin() + static_cast<std::ptrdiff_t>(axes), pads.end());
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Index least = std::min({kernel[axis], windows.strides[axis], windows.dilations[axis]});
    const Index most = std::max({kernel[axis], windows.strides[axis], windows.dilations[axis],
                                 windows.lower[axis], windows.upper[axis]});
    if (least < 1 || most > Index{1} << 30) throw FormatError("windows below 1 or beyond 2^30");
  }
  windows.kernel = std::move(kernel);
  return windows;
}

void pad_by(Windows& windows, std::size_t axis, Index total, bool odd_goes_behind) {
  const Index smaller = (total - (total % 2 != 0 ? 1 : 0)) / 2;
  windows.lower[axis] = odd_goes_behind ? smaller : total - smaller;
  windows.upper[axis] = total - windows.lower[axis];
}

void lay_over_input(Windows& windows, const std::string& auto_pad, bool rounds_up) {
  for (std::size_t axis = 0; axis < windows.input.size(); ++axis) {
    const Index extent = windows.input[axis];
    const Index stride = windows.strides[axis];
    if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
      Index count = 0;
      while (count * stride < extent) ++count;
      const Index total = (count - 1) * stride + windows.span(axis) - extent;
      pad_by(windows, axis, std::max<Index>(total, 0), auto_pad == "SAME_UPPER");
    } else if (auto_pad == "VALID") {
      windows.lower[axis] = windows.upper[axis] = 0;
    } else if (auto_pad != "NOTSET") {
      throw FormatError("the oracle does not know auto_pad " + auto_pad);
    }
    const Index padded = windows.lower[axis] + extent + windows.upper[axis];
    Index count = 0;
    while (count * stride + windows.span(axis) <= padded) ++count;
    // One more that sticks out, if it begins on the image or on the padding before it.
    const bool ends_short = count > 0 && (count - 1) * stride + windows.span(axis) < padded;
    const bool begins_within = count * stride < windows.lower[axis] + extent;
    if (rounds_up && (ends_short || count == 0) && begins_within) ++count;
    if (count == 0) throw FormatError("no window fits");
    windows.output.push_back(count);
  }
}

std::vector<Meeting> meetings(const Windows& windows, const Extents& output) {
  std::vector<Meeting> found;
  Index position = 0;
  for_each(windows.kernel, [&](const Extents& tap) {
    Extents pixel(tap.size());
    bool is_inside = true;
    for (std::size_t axis = 0; axis < tap.size(); ++axis) {
      pixel[axis] = output[axis] * windows.strides[axis] + tap[axis] * windows.dilations[axis] -
                    windows.lower[axis];
      is_inside = is_inside && pixel[axis] >= 0 && pixel[axis] < windows.input[axis];
    }
    if (is_inside) found.push_back({position, place_of(windows.input, pixel)});
    ++position;
  });
  return found;
}

Index product_of(const Extents& extents) {
  Index product = 1;
  for (const Index extent : extents) product *= extent;
  return product;
}

Extents image_shape(Index batch, Index channels, const Extents& image) {
  Extents shape = {batch, channels};
  shape.insert(shape.end(), image.begin(), image.end());
  return shape;
}

}  // namespace toeplix::onnx_oracle
