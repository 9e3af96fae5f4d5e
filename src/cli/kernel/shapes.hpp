#pragma once

#include <toeplix/index.hpp>

#include <vector>

/// Kernels of two axes that are not products of one per axis. All are square, C order, sum 1.
namespace toeplix::cli {

/// The numbers divided by their sum.
std::vector<double> with_sum_one(std::vector<double> numbers);

/// The length of a line through the centre inside each pixel, of a line that is `size` (odd) long.
/// `degrees` count from the horizontal, counter-clockwise.
std::vector<double> motion_blur(Index size, double degrees);

/// Rows of the square that holds a circle.
Index disk_size(double radius);
/// The area of a circle around the centre inside each pixel: a lens out of focus.
std::vector<double> disk_blur(double radius);

}  // namespace toeplix::cli
