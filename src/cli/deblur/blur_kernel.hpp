#pragma once

#include <toeplix/index.hpp>

#include <string>
#include <vector>

namespace toeplix::cli {

/// The kernel of a blur.
struct BlurKernel {
  Extents extents;
  std::vector<double> values;
};

/// Whether a kernel is the same turned by 180 degrees: convolution and correlation are one then.
bool is_symmetric(const BlurKernel& kernel);

/// Reads a .npy file of two axes, or a grey .png picture of a point that was blurred, which is
/// scaled to sum 1; or numbers, `0,1;2,3`; or makes the built-in kernel of that name,
/// `gaussian:9:1.5`. Borders of zeros
/// are cut off, as they would cost as much as the rest: as many lines on either side, so that the
/// centre stays in its place. Throws UsageError for whatever is not a kernel.
BlurKernel load_blur_kernel(const std::string& text);

}  // namespace toeplix::cli
