#pragma once

#include <toeplix/index.hpp>

#include <string>
#include <vector>

namespace toeplix::cli {

/// A blur: true convolution with it makes a sharp picture a blurred one.
struct BlurKernel {
  Extents extents;
  std::vector<double> values;
};

/// Reads a .npy file of two axes, or a grey .png picture of a point that was blurred, which is
/// scaled to sum 1; or makes the built-in kernel of that name, `gaussian:9:1.5`. Borders of zeros
/// are cut off, as they would cost as much as the rest: as many lines on either side, so that the
/// centre stays in its place. Throws UsageError for whatever is not a kernel.
BlurKernel load_blur_kernel(const std::string& text);

}  // namespace toeplix::cli
