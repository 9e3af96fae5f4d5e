#pragma once

#include <toeplix/compile.hpp>

namespace toeplix {

/// An order in which to eliminate the unknowns of (A^T A + lambda I) x = b, for a sparse Cholesky
/// factorization with little fill: result[k] is the column of A that is eliminated k-th.
///
/// Nested dissection of the grid of pixels, computed from coordinates: slabs as wide as the reach
/// of A^T A separate boxes, which are dissected in turn. The channels of a pixel that meet in A^T A
/// stay together; groups of channels are independent of one another, and so are the grids that
/// strides and dilations leave without connection. Cost: one step per column, and what the composed
/// tables of `normal_equations` cost.
std::vector<Index> elimination_order(const Pattern& pattern);

/// As above, where the columns are also connected as those of `other`, a matrix with as many
/// columns in the same layout (L of the term lambda |L x|^2). Throws GeometryError where extents,
/// number or place of the channels differ.
std::vector<Index> elimination_order(const Pattern& pattern, const Pattern& other);

}  // namespace toeplix
