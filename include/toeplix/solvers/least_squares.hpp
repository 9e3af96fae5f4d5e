#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/solvers/real_argument.hpp>
#include <toeplix/solvers/report.hpp>

#include <Eigen/SparseCore>

/// \file
/// Component `solvers`: any linear system, by SuiteSparse's QR factorization (SPQR).

namespace toeplix {

/// The x that minimizes |A x - b|, and of all those the shortest: A may be wide, and its rank
/// deficient. A has full rank unless the estimate of its reciprocal condition (in the 1-norm, from
/// solutions; for a wide A that of A^T) is below 1e-15, as for `solve_square`. Otherwise SPQR's
/// default tolerance decides the rank: 20 (rows + cols) eps times the longest column. If what it
/// keeps is still singular to rounding, there is no telling which x is the shortest: the status is
/// `singular`, and x empty.
///
/// A is read in place, without a copy, if it is compressed. Throws SolverError if `b` does not have
/// a.rows() elements and for numbers that are not finite, CapacityError if the symbolic phase
/// predicts more memory than the budget; every factorization has its own prediction. Cost: one QR
/// factorization, of A^T if A is wide, and up to twelve solutions. If the rank is below both rows
/// and columns, another factorization of A, and one of R.
/// Source: T. Davis, Algorithm 915: SuiteSparseQR, ACM TOMS 38 (2011).
///
///     Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> a = ...;
///     Eigen::VectorXd x = toeplix::least_squares(a, b).x;
[[nodiscard]] Solution least_squares(
    const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>& a, std::span<const double> b,
    const SolveOptions& options = {});

/// The shortest x of least |A x - b| for a sparse matrix of doubles in any layout. One that is not
/// column-major with 64-bit indices is converted, which takes a copy of it. Errors and cost as
/// above.
///
///     auto A = toeplix::compile(conv, weights);
///     Eigen::VectorXd x = toeplix::least_squares(A, b).x;
template <int Order, class StorageIndex, RealArgument B>
[[nodiscard]] Solution least_squares(const Eigen::SparseMatrix<double, Order, StorageIndex>& a,
                                     const B& b, const SolveOptions& options = {}) {
  using Wanted = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;
  const auto right = detail::as_doubles(b);
  if constexpr (std::same_as<Wanted, Eigen::SparseMatrix<double, Order, StorageIndex>>) {
    return least_squares(a, std::span<const double>(right), options);
  } else {
    return least_squares(Wanted(a), std::span<const double>(right), options);
  }
}

/// The shortest x of least |A x - b| for the matrix A of a pattern and its weights, which is
/// compiled first: `report.seconds.assembly` says how long that took. Throws SolverError for
/// weights of the wrong length too.
///
///     const toeplix::Pattern pattern(conv);
///     auto x = toeplix::least_squares(pattern, std::span(weights), std::span(b)).x;
[[nodiscard]] Solution least_squares(const Pattern& pattern, std::span<const double> weights,
                                     std::span<const double> b, const SolveOptions& options = {});

/// The shortest x of least |A x - b| for the matrix A of a convolution, a transposed one, or the
/// spec of either; weights and `b` in float or double.
///
///     // Every second of 40 pixels, blurred: more unknowns than equations.
///     toeplix::Convolution conv({.input = {40}, .kernel = {3}, .stride = 2, .padding = 1});
///     auto [x, report] = toeplix::least_squares(conv, std::vector<double>{1, 2, 1}, b);
///     // report.rank == 20, report.nullity == 20
template <PatternArgument Conv, RealArgument Weights, RealArgument B>
[[nodiscard]] Solution least_squares(const Conv& convolution, const Weights& weights, const B& b,
                                     const SolveOptions& options = {}) {
  const auto values = detail::as_doubles(weights);
  const auto right = detail::as_doubles(b);
  return least_squares(Pattern(convolution), std::span<const double>(values),
                       std::span<const double>(right), options);
}

}  // namespace toeplix
