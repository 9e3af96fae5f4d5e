#pragma once

#include <toeplix/solvers/deblur.hpp>

#include <string>

namespace toeplix::cli {

/// Whether a kernel is the same turned by 180 degrees: convolution and correlation are one then.
bool is_symmetric(const BlurKernel& kernel);

/// Reads what `text` names (`KernelWord`): an array of `axes` axes, with or without axes of 1 in
/// front, or a built-in kernel; a row may be given for a picture. Throws UsageError for whatever is
/// not a kernel, and for one without a number that is not zero. `budget`: see `read_array`.
BlurKernel load_blur_kernel(const std::string& text, std::size_t axes, Index budget);

}  // namespace toeplix::cli
