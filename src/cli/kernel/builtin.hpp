#pragma once

#include <toeplix/index.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix::cli {

/// The kernels that have a name, with their parameters, for messages.
std::string builtin_kernels_help();

/// Whether `text` begins with the name of a kernel, `gaussian` or `gaussian:9:1.5`.
bool names_builtin_kernel(std::string_view text);

/// The names that a kernel can have.
std::vector<std::string_view> builtin_kernel_names();

/// The kernel that `text` names, C order, for a convolution with these kernel extents. Throws
/// UsageError for another name, for wrong parameters and extents.
///
/// - `gaussian:SIZE:SIGMA`, `box:SIZE`: SIZE along every axis, sum 1
/// - `bilinear:SIZE`: weights of a transposed convolution of stride (SIZE + 1) / 2 that enlarges
///   an image by linear interpolation along every axis
/// - `laplacian`: 3 along every axis, -2 per axis in the centre and 1 beside it
/// - `log:SIZE:SIGMA`: SIZE (from 3 on) along every axis, sum 0: the Laplacian of a Gaussian
/// - `sobel` or `sobel:AXIS`: 3 along every axis, -1 0 1 along AXIS (the last), 1 2 1 along others
/// - `identity`: odd along every axis, 1 in the centre
/// - `motion:LENGTH:DEGREES`: LENGTH (odd) x LENGTH, sum 1: the length of a line through the centre
///   inside each pixel; DEGREES count from the horizontal, counter-clockwise
/// - `disk:RADIUS`: 2 axes, sum 1: the area of a circle inside each pixel; along each axis
///   2 * ceil(RADIUS - 1/2) + 1 pixels
std::vector<double> builtin_kernel(std::string_view text, const Extents& kernel);

/// How many pixels `text` has along every axis, if it says so or its kernel has one size: 9 of
/// `gaussian:9:1.5`, 3 of `sobel`. Throws UsageError for a size from 4097 on, or none.
Index builtin_kernel_size(std::string_view text);

}  // namespace toeplix::cli
