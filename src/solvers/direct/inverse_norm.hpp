#pragma once

#include <Eigen/SparseCore>

#include <cstdint>
#include <functional>

namespace toeplix::detail {

/// Solves with a matrix, in place. If the matrix is not square, the vector gets another length.
using Solve = std::function<void(Eigen::VectorXd&)>;

/// Estimate, from below, of the 1-norm of the inverse of a matrix with `size` rows, from solutions
/// alone: `solve` solves with the matrix, `solve_transposed` with its transpose. Of one that is not
/// square but has full rank, it is the pseudo-inverse.
///
/// Source: N. Higham, FORTRAN codes for estimating the one-norm, ACM TOMS 14 (1988), after W.
/// Hager. Cost: from three to eleven solutions.
double inverse_norm(Eigen::Index size, const Solve& solve, const Solve& solve_transposed);

/// 1 / (|A| |A^-1|) in the 1-norm, |A^-1| estimated as above: an estimate from above. What every
/// solver of systems with A itself calls singular to rounding follows from it (`lost_condition`).
double reciprocal_condition(
    const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>& matrix, const Solve& solve,
    const Solve& solve_transposed);

}  // namespace toeplix::detail
