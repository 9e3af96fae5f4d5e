#pragma once

#include <toeplix/pattern.hpp>

#include "solvers/transform/frequency_axis.hpp"

#include <span>
#include <vector>

namespace toeplix::detail {

/// What is known of an axis and the circulant around it.
enum class Enclosure {
  exact,  ///< waves take the axis apart
  part,   ///< its rows and columns are some of those of the circle that `axis` says
  /// They are some of those of every circle of at least `axis.extent` pixels, a multiple of both
  /// steps, plain or twisted.
  free,
  none,  ///< the boundary folds in another way
};

struct EmbeddedAxis {
  FrequencyAxis axis;
  Enclosure enclosure = Enclosure::none;

  /// What extents of circles are a multiple of.
  Index step() const { return axis.row_step * axis.column_step; }
};

/// The axes of a pattern, in its order. Precondition: weights of positions that meet no pixel are
/// zero; they are left out.
std::vector<EmbeddedAxis> embed(const Pattern& pattern, std::span<const double> weights);

}  // namespace toeplix::detail
