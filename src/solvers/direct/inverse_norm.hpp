#pragma once

#include <Eigen/Core>

#include <functional>

namespace toeplix::detail {

/// Solves with a matrix, in place.
using Solve = std::function<void(Eigen::VectorXd&)>;

/// Estimate, from below, of the 1-norm of the inverse of a matrix, from solutions alone: `solve`
/// solves with the matrix, `solve_transposed` with its transpose.
///
/// Source: N. Higham, FORTRAN codes for estimating the one-norm, ACM TOMS 14 (1988), after W.
/// Hager. Cost: from three to eleven solutions.
double inverse_norm(Eigen::Index size, const Solve& solve, const Solve& solve_transposed);

}  // namespace toeplix::detail
