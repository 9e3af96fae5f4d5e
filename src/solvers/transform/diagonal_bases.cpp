#include "solvers/transform/diagonal_bases.hpp"

#include "solvers/transform/kernel_taps.hpp"

#include <algorithm>
#include <optional>

namespace toeplix::detail {

namespace {

/// Why the matrix along an axis is of no kind that a transform diagonalizes; nothing if it is.
std::optional<std::string> unequal_rows(const AxisGeometry& g) {
  if (g.stride != 1) return "has a stride";
  if (g.input_dilation != 1) return "has an input dilation";
  if (g.input != g.output) return "changes its extent";
  if (g.lower < 0 || g.cropped_upper > 0) return "is cropped";
  return {};
}

bool is_symmetric(const Pattern& pattern, std::span<const double> weights, std::size_t axis) {
  for (Index group = 0; group < pattern.channels().groups; ++group) {
    if (!is_symmetric_along(taps_of(pattern, weights, {.group = group}), axis)) return false;
  }
  return true;
}

/// Every pixel that a window reads is the axis's only one.
bool has_one_pixel(const AxisGeometry& g) {
  return g.input == 1 && g.boundary != Boundary::zero;
}

bool reads_itself(const AxisGeometry& g) {
  return g.kernel == 1 && g.lower == 0;
}

}  // namespace

bool DiagonalBases::are_orthogonal() const {
  return std::find(bases.begin(), bases.end(), Basis::even) == bases.end();
}

DiagonalBases diagonal_bases(const Pattern& pattern, std::span<const double> weights) {
  const Pattern::Channels& c = pattern.channels();
  if (!has_transforms()) return {{}, "the library was built without FFTW"};
  if (pattern.is_per_pixel()) return {{}, "every pixel has a kernel of its own"};
  if (c.rows_per_group != 1 || c.columns_per_group != 1) return {{}, "channels are mixed"};
  DiagonalBases result;
  for (std::size_t axis = 0; axis < pattern.axes().size(); ++axis) {
    const AxisGeometry& g = pattern.axes()[axis].table.geometry();
    const auto refuse = [axis](const std::string& why) {
      return DiagonalBases{{}, "axis " + std::to_string(axis) + " of memory " + why};
    };
    if (const auto why = unequal_rows(g)) return refuse(*why);
    const bool is_folded = g.boundary == Boundary::symmetric || g.boundary == Boundary::reflect;
    if (g.boundary == Boundary::circular || has_one_pixel(g)) {
      result.bases.push_back(Basis::fourier);
    } else if (reads_itself(g)) {
      result.bases.push_back(Basis::cosine);
    } else if (!is_folded) {
      return refuse("has a boundary that no transform diagonalizes");
    } else if (!is_symmetric(pattern, weights, axis)) {
      return refuse("has a kernel that is not its own mirror image");
    } else {
      result.bases.push_back(g.boundary == Boundary::symmetric ? Basis::cosine : Basis::even);
    }
  }
  return result;
}

}  // namespace toeplix::detail
