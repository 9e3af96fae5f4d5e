#include "cli/deblur/blur_kernel.hpp"

#include "cli/arguments.hpp"
#include "cli/builtin_kernels.hpp"
#include "cli/typed_kernel.hpp"

#include <toeplix/files/npy.hpp>
#include <toeplix/files/png.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace toeplix::cli {
namespace {

BlurKernel read_npy_kernel(const std::string& path) {
  const NpyArray<double> array = read_npy<double>(path);
  if (array.shape.size() != 2) {
    throw UsageError(fmt::format("{}: expected a kernel of two axes, got shape {}", path,
                                 format_shape(array.shape)));
  }
  return {array.shape, array.values};
}

/// A picture of a point that was blurred: grey, scaled to sum 1.
BlurKernel read_png_kernel(const std::string& path) {
  const Image image = read_png(path);
  const double sum = std::accumulate(image.samples.begin(), image.samples.end(), 0.0);
  if (image.channels != 1 || sum == 0) {
    throw UsageError(path + ": expected a grey picture of a kernel that is not black");
  }
  BlurKernel kernel{{image.height, image.width}, image.samples};
  for (double& value : kernel.values) value /= sum;
  return kernel;
}

/// `gaussian:9:1.5` and the like, whose size is the first parameter.
BlurKernel named_kernel(const std::string& text) {
  const std::size_t colon = text.find(':');
  Index size = 0;
  if (colon != std::string::npos) {
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), size);
  }
  constexpr Index largest = 1 << 12;
  if (size < 1 || size > largest) {
    throw UsageError(
        fmt::format("kernel {}: expected gaussian:SIZE:SIGMA, box:SIZE, "
                    "motion:LENGTH:DEGREES, numbers such as 0,1;2,3, a .npy or a .png file",
                    text));
  }
  const Extents extents{size, size};
  const auto values = builtin_kernel(text, extents);
  if (!values) throw UsageError(fmt::format("kernel {}: no kernel has this name", text));
  return {extents, *values};
}

/// How many lines at either end of an axis are zero, on both sides.
Index zero_border(const BlurKernel& kernel, std::size_t axis) {
  const Index height = kernel.extents[0];
  const Index width = kernel.extents[1];
  const Index extent = kernel.extents[axis];
  Index border = (extent - 1) / 2;
  for (Index y = 0; y < height; ++y) {
    for (Index x = 0; x < width; ++x) {
      if (kernel.values[static_cast<std::size_t>(y * width + x)] == 0) continue;
      const Index at = axis == 0 ? y : x;
      border = std::min({border, at, extent - 1 - at});
    }
  }
  return border;
}

/// Cuts off borders of zeros.
BlurKernel trimmed(const BlurKernel& kernel) {
  const Index top = zero_border(kernel, 0);
  const Index left = zero_border(kernel, 1);
  BlurKernel result{{kernel.extents[0] - 2 * top, kernel.extents[1] - 2 * left}, {}};
  for (Index y = 0; y < result.extents[0]; ++y) {
    const auto row = kernel.values.begin() + (top + y) * kernel.extents[1] + left;
    result.values.insert(result.values.end(), row, row + result.extents[1]);
  }
  return result;
}

}  // namespace

bool is_symmetric(const BlurKernel& kernel) {
  return std::equal(kernel.values.begin(), kernel.values.end(), kernel.values.rbegin());
}

BlurKernel load_blur_kernel(const std::string& text) {
  if (const auto typed = typed_kernel(text)) return trimmed({typed->extents, typed->values});
  const std::string extension = extension_of(text);
  if (extension == ".npy") return trimmed(read_npy_kernel(text));
  if (extension == ".png") return trimmed(read_png_kernel(text));
  return trimmed(named_kernel(text));
}

}  // namespace toeplix::cli
