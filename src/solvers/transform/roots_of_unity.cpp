#include "solvers/transform/roots_of_unity.hpp"

#include <cmath>
#include <numbers>

namespace toeplix::detail {

namespace {

using Complex = std::complex<double>;

/// For an angle of at most an eighth of a turn, where sine and cosine lose nothing.
Complex small_turn(Index k, Index count) {
  const double angle = 2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(count);
  return {std::cos(angle), std::sin(angle)};
}

/// Turns back by quarters and mirrors at the diagonal until the angle is small.
Complex root(Index k, Index count) {
  if (2 * k > count) return std::conj(root(count - k, count));
  if (4 * k > count) {
    // Of a half turn minus the angle; 2 k <= count.
    const Complex rest = root(count - 2 * k, 2 * count);
    return {-rest.real(), rest.imag()};
  }
  if (8 * k <= count) return small_turn(k, count);
  const Complex rest = small_turn(count - 4 * k, 4 * count);
  return {rest.imag(), rest.real()};
}

}  // namespace

std::vector<Complex> roots_of_unity(Index count) {
  std::vector<Complex> roots;
  roots.reserve(static_cast<std::size_t>(count));
  for (Index k = 0; k < count; ++k) roots.push_back(root(k, count));
  return roots;
}

}  // namespace toeplix::detail
