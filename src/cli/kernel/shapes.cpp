#include "cli/kernel/shapes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace toeplix::cli {
namespace {

/// The area of a circle around the origin inside the pixel whose centre is at (x, y), neither
/// below 0: the part of each of 256 thin columns that lies in the circle.
double area_in_pixel(double x, double y, double radius) {
  if (std::hypot(x + 0.5, y + 0.5) <= radius) return 1;
  if (std::hypot(std::max(x - 0.5, 0.0), std::max(y - 0.5, 0.0)) >= radius) return 0;
  constexpr int columns = 256;
  double area = 0;
  for (int column = 0; column < columns; ++column) {
    const double at = x - 0.5 + (column + 0.5) / columns;
    if (std::abs(at) >= radius) continue;
    const double half_chord = std::sqrt(radius * radius - at * at);
    const double inside = std::min(y + 0.5, half_chord) - std::max(y - 0.5, -half_chord);
    area += std::max(inside, 0.0) / columns;
  }
  return area;
}

}  // namespace

std::vector<double> with_sum_one(std::vector<double> numbers) {
  double sum = 0;
  for (const double number : numbers) sum += number;
  for (double& number : numbers) number /= sum;
  return numbers;
}

std::vector<double> motion_blur(Index size, double degrees) {
  const double angle = degrees * std::numbers::pi / 180;
  const double center = static_cast<double>(size) / 2;
  constexpr Index samples_per_pixel = 64;
  std::vector<double> image(static_cast<std::size_t>(size * size), 0);
  for (Index i = 0; i < size * samples_per_pixel; ++i) {
    const double along = (static_cast<double>(i) + 0.5) / samples_per_pixel - center;
    const auto row = static_cast<Index>(center - along * std::sin(angle));
    const auto column = static_cast<Index>(center + along * std::cos(angle));
    image[static_cast<std::size_t>(row * size + column)] += 1;
  }
  return with_sum_one(std::move(image));
}

Index disk_size(double radius) {
  return 2 * static_cast<Index>(std::ceil(radius - 0.5)) + 1;
}

std::vector<double> disk_blur(double radius) {
  const Index size = disk_size(radius);
  std::vector<double> image;
  for (Index row = 0; row < size; ++row) {
    const auto y = static_cast<double>(std::abs(row - size / 2));
    for (Index column = 0; column < size; ++column) {
      const auto x = static_cast<double>(std::abs(column - size / 2));
      image.push_back(area_in_pixel(x, y, radius));
    }
  }
  return with_sum_one(std::move(image));
}

}  // namespace toeplix::cli
