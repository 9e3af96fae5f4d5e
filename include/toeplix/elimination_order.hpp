#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/index.hpp>
#include <toeplix/pattern.hpp>

#include <vector>

namespace toeplix {

/// An order in which to eliminate the unknowns of (A^T A + lambda I) x = b, for a sparse Cholesky
/// factorization with little fill: result[k] is the column of A that is eliminated k-th.
///
/// Nested dissection of the grid of pixels, computed from coordinates: slabs as wide as the reach
/// of A^T A separate boxes, which are dissected in turn. The channels of a pixel that meet in A^T A
/// stay together; groups of channels are independent of one another, and so are the grids that
/// strides and dilations leave without connection. Throws CapacityError for more columns than there
/// is memory for, and for more than 2^30 pairs of kernel positions along one axis that meet in A^T
/// A (border rows times the square of the kernel). Cost: one step per column and pair.
[[nodiscard]] std::vector<Index> elimination_order(const Pattern& pattern);

/// The order if the columns are also connected as those of `other`, a matrix with as many columns
/// in the same layout (L of the term lambda |L x|^2). Throws GeometryError if extents, number or
/// place of the channels differ.
[[nodiscard]] std::vector<Index> elimination_order(const Pattern& pattern, const Pattern& other);

/// The order for the matrix of any convolution, or of the spec of one. Throws what `Convolution`
/// throws for a spec.
///
///     std::vector<toeplix::Index> order = toeplix::elimination_order(conv);
///     // order[0] is the first column to eliminate; CHOLMOD takes this as CHOLMOD_GIVEN.
template <PatternArgument Conv>
[[nodiscard]] std::vector<Index> elimination_order(const Conv& convolution) {
  return elimination_order(Pattern(convolution));
}

/// The order for the matrices of any two convolutions: see the overload for two patterns.
///
///     auto order = toeplix::elimination_order(blur, gradient);
template <PatternArgument Conv, PatternArgument Other>
[[nodiscard]] std::vector<Index> elimination_order(const Conv& convolution, const Other& other) {
  return elimination_order(Pattern(convolution), Pattern(other));
}

}  // namespace toeplix
