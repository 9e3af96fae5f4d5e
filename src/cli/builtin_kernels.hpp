#pragma once

#include <toeplix/index.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix::cli {

/// The kernels that have a name, for help texts.
extern const std::string_view builtin_kernels_help;

/// The kernel that `text` names, C order, for a convolution with these kernel extents; nothing
/// if it names no kernel. Throws UsageError for wrong parameters or extents.
///
/// - `gaussian:SIZE:SIGMA`, `box:SIZE`: SIZE along every axis, sum 1
/// - `bilinear:SIZE`: weights of a transposed convolution of stride (SIZE + 1) / 2 that enlarges
///   an image by linear interpolation along every axis
/// - `laplacian`: 3 along every axis, -2 per axis in the centre and 1 beside it
/// - `sobel` or `sobel:AXIS`: 3 along every axis, -1 0 1 along AXIS (the last), 1 2 1 along others
/// - `motion:LENGTH:DEGREES`: LENGTH (odd) x LENGTH, sum 1: the length of a line through the centre
///   inside each pixel; DEGREES count from the horizontal, counter-clockwise
std::optional<std::vector<double>> builtin_kernel(std::string_view text, const Extents& kernel);

}  // namespace toeplix::cli
