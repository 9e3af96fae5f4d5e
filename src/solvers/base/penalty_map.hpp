#pragma once

#include <toeplix/linear_map.hpp>
#include <toeplix/solvers/regularizer.hpp>

namespace toeplix::detail {

/// L^T L without its memory.
struct PenaltyMap {
  LinearMap<double> map;  ///< x to L^T L x
  double norm;            ///< a bound of its 2-norm
};

/// Of an L for an A with `columns` columns. The gradient's is the Laplacian's stencil, so that the
/// slopes are never stored. Throws as `Tikhonov`.
PenaltyMap penalty_map(const Regularizer& regularizer, Index columns, const Resources& resources);

/// The diagonal of L^T L, exactly. Throws likewise.
Eigen::VectorXd penalty_diagonal(const Regularizer& regularizer, Index columns);

}  // namespace toeplix::detail
