#pragma once

#include <toeplix/solvers/regularizer.hpp>

#include "solvers/transform/grid_transform.hpp"

#include <string>
#include <vector>

namespace toeplix::detail {

/// Why L^T L is not diagonal in the bases that A is diagonal in; empty if it is.
std::string penalty_misfit(const Regularizer& regularizer, const Pattern& a,
                           const std::vector<Basis>& bases);

/// The eigenvalues of L^T L for one channel of the columns, one real number for each frequency of
/// `GridTransform`. If L^T L is not diagonal in these bases, those of a matrix that is and that
/// has the same kernel in the middle of the image. Precondition: L is the identity, or a pattern
/// that connects no channels.
std::vector<double> penalty_symbol(const Regularizer& regularizer, const Extents& extents,
                                   const std::vector<Basis>& bases, Index channel, int threads);

/// Whether that precondition holds.
bool has_symbol(const Regularizer& regularizer, const Pattern& a);

}  // namespace toeplix::detail
