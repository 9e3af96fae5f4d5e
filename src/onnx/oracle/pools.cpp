#include "onnx/oracle/operators.hpp"
#include "onnx/oracle/windows.hpp"

namespace toeplix::onnx_oracle {

namespace {

/// How many pixels a mean divides by: those of the image, and of its padding if they count.
Index counted_pixels(const Windows& windows, const Extents& output, bool with_padding) {
  Index pixels = 1;
  for (std::size_t axis = 0; axis < output.size(); ++axis) {
    Index along = 0;
    for (Index tap = 0; tap < windows.kernel[axis]; ++tap) {
      const Index at = output[axis] * windows.strides[axis] + tap * windows.dilations[axis] -
                       windows.lower[axis];
      const Index below = with_padding ? -windows.lower[axis] : 0;
      const Index beyond = windows.input[axis] + (with_padding ? windows.upper[axis] : 0);
      if (at >= below && at < beyond) ++along;
    }
    pixels *= along;
  }
  return pixels;
}

}  // namespace

Outputs average_pool(const Call& call) {
  const Array& x = call.real(0);
  const auto kernel = call.list("kernel_shape");
  if (!kernel) throw FormatError("kernel_shape is missing");
  Windows windows = read_windows(call, x.shape, *kernel);
  lay_over_input(windows, call.word("auto_pad", "NOTSET"), call.whole("ceil_mode", 0) != 0);
  const bool with_padding = call.whole("count_include_pad", 0) != 0;
  Array y = make_array(x.type, image_shape(x.shape[0], x.shape[1], windows.output), call.budget);
  const Index pixels = product_of(windows.input);
  const Index results = product_of(windows.output);
  Index result = 0;
  for_each(windows.output, [&](const Extents& at) {
    const std::vector<Meeting> window = meetings(windows, at);
    const auto count = static_cast<double>(counted_pixels(windows, at, with_padding));
    for (Index image = 0; image < x.shape[0] * x.shape[1]; ++image) {
      double sum = 0;
      for (const Meeting& meeting : window) sum += x.number(image * pixels + meeting.pixel);
      y.reals[static_cast<std::size_t>(image * results + result)] = sum / count;
    }
    ++result;
  });
  return {y};
}

Outputs global_average_pool(const Call& call) {
  const Array& x = call.real(0);
  if (x.shape.size() < 3) throw FormatError("the input has no spatial axes");
  if (x.size() == 0) throw FormatError("there is no pixel");
  const Extents ones(x.shape.size() - 2, 1);
  Array y = make_array(x.type, image_shape(x.shape[0], x.shape[1], ones), call.budget);
  const auto images = static_cast<Index>(y.reals.size());
  const Index pixels = x.size() / images;
  for (Index image = 0; image < images; ++image) {
    double sum = 0;
    for (Index pixel = 0; pixel < pixels; ++pixel) sum += x.number(image * pixels + pixel);
    y.reals[static_cast<std::size_t>(image)] = sum / static_cast<double>(pixels);
  }
  return {y};
}

}  // namespace toeplix::onnx_oracle
