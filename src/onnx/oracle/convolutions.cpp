#include "onnx/oracle/operators.hpp"
#include "onnx/oracle/windows.hpp"

namespace toeplix::onnx_oracle {

namespace {

/// The kernel's extents, after two axes of channels.
Extents kernel_of(const Array& weights) {
  if (weights.shape.size() < 3) throw FormatError("the weights have no kernel");
  return {weights.shape.begin() + 2, weights.shape.end()};
}

/// A Conv or ConvTranspose: its arrays, and how their elements are counted.
struct Layer {
  const Array& x;
  const Array& w;
  Index groups;
  Index in;         ///< channels
  Index out;        ///< channels
  Index pixels;     ///< of one channel that comes in
  Index results;    ///< of one channel that comes out
  Index positions;  ///< of the kernel

  Index in_group() const { return in / groups; }
  Index out_group() const { return out / groups; }
  /// The kernel between two channels, of which the weights count the second within its group.
  const double* kernel(Index first, Index second) const {
    return w.reals.data() + (first * w.shape[1] + second) * positions;
  }
};

Layer layer_of(const Call& call, const Windows& windows, bool is_transposed) {
  const Array& x = call.real(0);
  const Array& w = call.real(1);
  const Index groups = call.whole("group", 1);
  if (groups < 1 || w.shape[1] > Index{1} << 31 || groups > Index{1} << 31) {
    throw FormatError("the groups do not fit");
  }
  const Index whole = w.shape[1] * groups;
  const Layer layer{x,
                    w,
                    groups,
                    is_transposed ? w.shape[0] : whole,
                    is_transposed ? whole : w.shape[0],
                    product_of(windows.input),
                    product_of(windows.output),
                    product_of(windows.kernel)};
  if (layer.in != x.shape[1] || layer.in % groups != 0 || layer.out % groups != 0) {
    throw FormatError("channels and groups do not fit");
  }
  return layer;
}

/// What comes out, with every pixel of a channel at its bias.
Array biased(const Call& call, const Layer& layer, const Extents& image) {
  Array y = make_array(layer.x.type, image_shape(layer.x.shape[0], layer.out, image), call.budget);
  if (!call.has(2)) return y;
  if (call.real(2).shape != Extents{layer.out}) throw FormatError("the bias does not fit");
  for (std::size_t place = 0; place < y.reals.size(); ++place) {
    y.reals[place] = call.real(2).number(static_cast<Index>(place) / layer.results % layer.out);
  }
  return y;
}

/// The sum over a window of output channel o, over the input channels of its group.
double window_sum(const Layer& layer, const std::vector<Meeting>& window, Index n, Index o) {
  double sum = 0;
  for (Index c = 0; c < layer.in_group(); ++c) {
    const Index channel = o / layer.out_group() * layer.in_group() + c;
    const double* image = layer.x.reals.data() + (n * layer.in + channel) * layer.pixels;
    const double* kernel = layer.kernel(o, c);
    for (const Meeting& meeting : window) sum += kernel[meeting.position] * image[meeting.pixel];
  }
  return sum;
}

/// Adds a pixel's multiple of the kernels to the output channels of its group.
void add_window(const Layer& layer, const std::vector<Meeting>& window, Index n, Index c,
                double number, Array& y) {
  for (Index o = 0; o < layer.out_group(); ++o) {
    const Index channel = c / layer.in_group() * layer.out_group() + o;
    double* image = y.reals.data() + (n * layer.out + channel) * layer.results;
    const double* kernel = layer.kernel(c, o);
    for (const Meeting& meeting : window) image[meeting.pixel] += kernel[meeting.position] * number;
  }
}

/// Sets the padding and the output of a ConvTranspose.
void lay_over_output(const Call& call, Windows& windows) {
  const std::size_t axes = windows.input.size();
  const std::string auto_pad = call.word("auto_pad", "NOTSET");
  const bool is_same = auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER";
  if (!is_same && auto_pad != "NOTSET" && auto_pad != "VALID") call.refuse("auto_pad " + auto_pad);
  const Extents more = call.list("output_padding", axes, 0);
  Extents wanted = call.list("output_shape", axes, 0);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Index stride = windows.strides[axis];
    const Index whole = (windows.input[axis] - 1) * stride + windows.span(axis) + more[axis];
    if (is_same && wanted[axis] == 0) wanted[axis] = windows.input[axis] * stride;
    if (wanted[axis] != 0) {
      pad_by(windows, axis, whole - wanted[axis], auto_pad == "SAME_UPPER");
    } else if (auto_pad == "VALID") {
      windows.lower[axis] = windows.upper[axis] = 0;
    }
    windows.output.push_back(whole - windows.lower[axis] - windows.upper[axis]);
  }
}

}  // namespace

/// y[n, o, at] = b[o] + the sum over channels c of the group, and positions k of the kernel, of
/// w[o, c, k] x[n, c, at * stride + k * dilation - lower].
Outputs conv(const Call& call) {
  const Array& x = call.real(0);
  Windows windows = read_windows(call, x.shape, kernel_of(call.real(1)));
  lay_over_input(windows, call.word("auto_pad", "NOTSET"), false);
  const Layer layer = layer_of(call, windows, false);
  Array y = biased(call, layer, windows.output);
  Index result = 0;
  for_each(windows.output, [&](const Extents& at) {
    const std::vector<Meeting> window = meetings(windows, at);
    for (Index image = 0; image < x.shape[0] * layer.out; ++image) {
      y.reals[static_cast<std::size_t>(image * layer.results + result)] +=
          window_sum(layer, window, image / layer.out, image % layer.out);
    }
    ++result;
  });
  return {y};
}

/// Every pixel of x adds its multiple of the kernel to a window of y.
Outputs conv_transpose(const Call& call) {
  const Array& x = call.real(0);
  Windows windows = read_windows(call, x.shape, kernel_of(call.real(1)));
  lay_over_output(call, windows);
  const Layer layer = layer_of(call, windows, true);
  Array y = biased(call, layer, windows.output);
  // Windows lie on the output: one for every pixel of the input.
  Windows over_output = windows;
  over_output.input = windows.output;
  Index pixel = 0;
  for_each(windows.input, [&](const Extents& at) {
    const std::vector<Meeting> window = meetings(over_output, at);
    for (Index image = 0; image < x.shape[0] * layer.in; ++image) {
      const double number = x.number(image * layer.pixels + pixel);
      add_window(layer, window, image / layer.in, image % layer.in, number, y);
    }
    ++pixel;
  });
  return {y};
}

}  // namespace toeplix::onnx_oracle
