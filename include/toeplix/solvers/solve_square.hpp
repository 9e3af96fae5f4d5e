#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/solvers/real_argument.hpp>
#include <toeplix/solvers/report.hpp>

#include <Eigen/SparseCore>

/// \file
/// Component `solvers`: square systems, by transforms or by SuiteSparse's LU factorization
/// (UMFPACK).

namespace toeplix {

/// The x with A x = b, for a square sparse matrix.
///
/// The status is `singular` if a row or a column has no entries, or if the estimate of the
/// reciprocal condition (in the 1-norm, from solutions with A and A^T) is below rounding. A is read
/// in place, without a copy, if it is compressed.
///
/// Throws SolverError if the matrix is not square, if `b` does not have a.rows() elements and for
/// numbers that are not finite; CapacityError if the symbolic phase predicts more memory than the
/// budget (UMFPACK's prediction is an upper bound). Cost: one LU factorization and up to twelve
/// solutions.
/// Source: T. Davis, Algorithm 832: UMFPACK, ACM TOMS 30 (2004); N. Higham, ACM TOMS 14 (1988).
///
///     Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> a = ...;
///     auto [x, report] = toeplix::solve_square(a, b);
///     if (report.status == toeplix::SolveStatus::singular) std::cerr << report.reason;
[[nodiscard]] Solution solve_square(
    const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>& a, std::span<const double> b,
    const SolveOptions& options = {});

/// The x with A x = b for a square sparse matrix of doubles in any layout. One that is not
/// column-major with 64-bit indices is converted, which takes a copy of it. Errors and cost as
/// above.
///
///     auto A = toeplix::compile(conv, weights);
///     Eigen::VectorXd x = toeplix::solve_square(A, b).x;
template <int Order, class StorageIndex, RealArgument B>
[[nodiscard]] Solution solve_square(const Eigen::SparseMatrix<double, Order, StorageIndex>& a,
                                    const B& b, const SolveOptions& options = {}) {
  using Wanted = Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>;
  const auto right = detail::as_doubles(b);
  if constexpr (std::same_as<Wanted, Eigen::SparseMatrix<double, Order, StorageIndex>>) {
    return solve_square(a, std::span<const double>(right), options);
  } else {
    return solve_square(Wanted(a), std::span<const double>(right), options);
  }
}

/// The x with A x = b for the square matrix A of a pattern and its weights.
///
/// The structure tells more than of any sparse matrix. Where every channel has a kernel of its own
/// and a transform makes the matrix diagonal, the spectrum of b is divided by that of the kernel,
/// without a factorization: circular axes by FFT, `symmetric` ones with a kernel that is its own
/// mirror image by the DCT-II, `reflect` likewise by the DCT-I. Zeros of the spectrum make the
/// matrix singular, and their number is the nullity. Throws SolverError for weights of the wrong
/// length too. Cost of transforms: n log n for n pixels.
/// Source: M. Ng, R. Chan, W.-C. Tang, SIAM J. Sci. Comput. 21 (1999).
///
///     const toeplix::Pattern pattern(conv);
///     auto x = toeplix::solve_square(pattern, std::span(weights), std::span(b)).x;
[[nodiscard]] Solution solve_square(const Pattern& pattern, std::span<const double> weights,
                                    std::span<const double> b, const SolveOptions& options = {});

/// The x with A x = b for the square matrix A of a convolution, a transposed one, or the spec of
/// either; weights and `b` in float or double.
///
///     toeplix::Convolution conv({.input = {8}, .kernel = {3}, .padding = 1});
///     auto [x, report] = toeplix::solve_square(conv, std::vector<double>{1, 4, 1}, b);
template <PatternArgument Conv, RealArgument Weights, RealArgument B>
[[nodiscard]] Solution solve_square(const Conv& convolution, const Weights& weights, const B& b,
                                    const SolveOptions& options = {}) {
  const auto values = detail::as_doubles(weights);
  const auto right = detail::as_doubles(b);
  return solve_square(Pattern(convolution), std::span<const double>(values),
                      std::span<const double>(right), options);
}

}  // namespace toeplix
