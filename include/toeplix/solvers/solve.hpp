#pragma once

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>

#include <Eigen/Core>
#include <Eigen/SparseCore>

#include <string>

/// \file
/// Component `solvers`: systems with the matrix of a convolution, by SuiteSparse. See also
/// tikhonov.hpp, which is what deblurring wants.

namespace toeplix {

/// What became of a system. Decided by a residual that is computed, not by what a library says.
enum class SolveStatus {
  solved,      ///< the equations hold to rounding
  inaccurate,  ///< a solution that misses the equations by more than rounding explains, or
               ///< overflows
  singular,    ///< no (unique) solution; x is empty, the reason says why where it is known
};

std::string_view to_string(SolveStatus status);

/// Seconds of wall time, phase by phase.
struct SolveSeconds {
  double assembly = 0;       ///< making the matrix that is factorized
  double analysis = 0;       ///< ordering and symbolic factorization
  double factorization = 0;  ///< numeric
  double solution = 0;       ///< right-hand sides, refinement and residual

  double total() const { return assembly + analysis + factorization + solution; }
};

/// What every solver says of its work.
struct SolveReport {
  SolveStatus status = SolveStatus::solved;
  std::string reason;            ///< why it is not `solved`; else empty
  double residual = 0;           ///< |A x - b|
  double relative_residual = 0;  ///< |A x - b| / |b|; 0 where both are 0
  /// How far the equations that define x are from holding, relative to the size of their terms
  /// (a backward error). For a square system A x = b; for least squares and Tikhonov the normal
  /// equations, as A x = b itself need not hold.
  double error = 0;
  Index rank = -1;                   ///< of A, where it was found out; -1 where not
  Index nullity = -1;                ///< columns of A minus its rank; -1 where not known
  double reciprocal_condition = -1;  ///< an estimate; -1 where there is none
  Index fill = 0;                    ///< entries of the factors (of R, or an upper bound, for QR)
  double flops = 0;                  ///< of the numeric factorization
  Index bytes = 0;                   ///< of memory, as predicted before the numeric phase
  SolveSeconds seconds;
};

/// What a solver may take. `resources.threads` are those of our own work: the BLAS has its own
/// setting. `resources.memory_budget` is what the factors may take.
///
///     toeplix::least_squares(conv, weights, b, {.resources = {.threads = 1}});
struct SolveOptions {
  Resources resources = {};
};

/// A solution, empty where the system is singular, and how it came about.
struct Solution {
  Eigen::VectorXd x;
  SolveReport report;
};

/// The x that minimizes |A x - b|, and of all those the one of least |x|: also where A is wide or
/// its rank deficient. By sparse QR (SPQR); the rank is decided by SPQR's default tolerance, 20
/// (rows + cols) eps times the longest column, or where A is wide the longest row.
///
/// A is looked at where it lies, without a copy, if it is column-major, compressed and has 64-bit
/// indices. Throws SolverError for a `b` of the wrong length and for numbers that are not finite,
/// CapacityError where the symbolic phase predicts more memory than the budget; every factorization
/// has its own. Cost: one QR factorization, of A^T where A is wide. Where the rank is below both
/// rows and columns, those of A and of R besides.
/// Source: T. Davis, Algorithm 915: SuiteSparseQR, ACM TOMS 38 (2011).
Solution least_squares(const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>& a,
                       std::span<const double> b, const SolveOptions& options = {});

/// As above, of the matrix of a pattern and its weights.
Solution least_squares(const Pattern& pattern, std::span<const double> weights,
                       std::span<const double> b, const SolveOptions& options = {});

/// As above, of a convolution or a transposed one.
template <AnyConvolution Conv, WeightsArgument Weights, VectorArgument B>
Solution least_squares(const Conv& convolution, const Weights& weights, const B& b,
                       const SolveOptions& options = {}) {
  return least_squares(Pattern(convolution), std::span<const double>(as_span(weights)),
                       std::span<const double>(as_span(b)), options);
}

/// As above, of any sparse matrix of doubles; those of another layout are converted.
template <int Order, class StorageIndex, VectorArgument B>
Solution least_squares(const Eigen::SparseMatrix<double, Order, StorageIndex>& a, const B& b,
                       const SolveOptions& options = {}) {
  if constexpr (Order == Eigen::ColMajor && sizeof(StorageIndex) == 8) {
    return least_squares(a, std::span<const double>(as_span(b)), options);
  }
  return least_squares(Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>(a),
                       std::span<const double>(as_span(b)), options);
}

/// The x with A x = b, for a square matrix. By sparse LU (UMFPACK).
///
/// The status is `singular` where the estimate of the reciprocal condition (in the 1-norm, from
/// solutions with A and A^T) is below rounding, or where the structure tells at once: a row or
/// column without entries, or with circular boundaries and a kernel for each channel a zero of a
/// kernel's spectrum, which tells the nullity too. Throws SolverError where the matrix is not
/// square, for a `b` of the wrong length and for numbers that are not finite; CapacityError where
/// the symbolic phase predicts more memory than the budget (UMFPACK's prediction is an upper
/// bound). Cost: one LU factorization and up to twelve solutions. Source: T. Davis, Algorithm 832:
/// UMFPACK, ACM TOMS 30 (2004); N. Higham, ACM TOMS 14 (1988).
Solution invert(const Pattern& pattern, std::span<const double> weights, std::span<const double> b,
                const SolveOptions& options = {});

/// As above, of a convolution or a transposed one.
template <AnyConvolution Conv, WeightsArgument Weights, VectorArgument B>
Solution invert(const Conv& convolution, const Weights& weights, const B& b,
                const SolveOptions& options = {}) {
  return invert(Pattern(convolution), std::span<const double>(as_span(weights)),
                std::span<const double>(as_span(b)), options);
}

}  // namespace toeplix
