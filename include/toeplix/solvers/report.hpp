#pragma once

#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/Core>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Component `solvers`: what every solver says of its work.

namespace toeplix {

/// What became of a system. A residual that is computed decides it, not what a library says.
///
///     bool solved = solution.report.status == toeplix::SolveStatus::solved;
enum class SolveStatus {
  solved,           ///< the equations hold to rounding
  inaccurate,       ///< x misses the equations by more than rounding explains, or overflows
  singular,         ///< there is no solution, or more than one, to rounding; x is empty
  iteration_limit,  ///< iterations reached their limit before the tolerance; x is how far they came
};

/// The name of a status, `"solved"`.
///
///     std::cout << toeplix::to_string(solution.report.status);
[[nodiscard]] std::string_view to_string(SolveStatus status);

/// How a system is solved, or is to be.
///
///     toeplix::TikhonovOptions{.method = toeplix::SolveMethod::iterative};
enum class SolveMethod {
  automatic,      ///< what takes the least time, as far as it can be told beforehand
  factorization,  ///< exactly, by a factorization of the sparse matrix
  transform,      ///< exactly, by Fourier or cosine transforms that diagonalize it
  iterative,      ///< by conjugate gradients, as closely as the tolerance says
};

/// The name of a method, `"transform"`.
///
///     std::cout << toeplix::to_string(solution.report.method);
[[nodiscard]] std::string_view to_string(SolveMethod method);

/// Seconds of wall time, phase by phase.
///
///     std::cout << solution.report.seconds.factorization << " s\n";
struct SolveSeconds {
  double assembly = 0;       ///< making the matrix that is factorized
  double analysis = 0;       ///< ordering and symbolic factorization
  double factorization = 0;  ///< numeric
  double solution = 0;       ///< right-hand sides, refinement and residual

  /// All phases together.
  [[nodiscard]] double total() const { return assembly + analysis + factorization + solution; }
};

/// What every solver says of its work.
///
///     const toeplix::SolveReport& report = solution.report;
///     std::cout << to_string(report.status) << ", residual " << report.residual << '\n';
///     if (report.rank) std::cout << "rank " << *report.rank << '\n';
struct SolveReport {
  SolveStatus status = SolveStatus::solved;         ///< what became of the system
  std::string reason;                               ///< why it is not `solved`; otherwise empty
  SolveMethod method = SolveMethod::factorization;  ///< which it was
  std::string method_reason;                        ///< why that, if there was a choice
  double residual = 0;                              ///< |A x - b|
  double relative_residual = 0;                     ///< |A x - b| / |b|; 0 if both are 0
  /// How far the equations that define x are from holding, relative to the size of their terms
  /// (a backward error). For a square system A x = b; for least squares and Tikhonov the normal
  /// equations, as A x = b itself need not hold.
  double error = 0;
  std::optional<Index> rank;     ///< of A, if the solver finds it out
  std::optional<Index> nullity;  ///< columns of A minus its rank, if it is known
  /// Terms of the kernel as a sum of products of one factor per axis, if A was multiplied in that
  /// way because it is faster (`separated`): the equations then hold for A up to rounding.
  std::optional<Index> separated_terms;
  bool fourier_products = false;  ///< whether A was multiplied with by `fourier_map`, likewise
  std::optional<double> reciprocal_condition;  ///< an estimate, if the solver makes one
  Index iterations = 0;         ///< of the right-hand side that took most; 0 if there are none
  std::vector<double> history;  ///< after each of these: the residual over the right-hand side
  std::string preconditioner;   ///< what the iterations were helped by; empty if by nothing
  Index fill = 0;               ///< entries of the factors (of R, or an upper bound, for QR)
  double flops = 0;             ///< operations of the numeric factorization
  Index bytes = 0;              ///< of memory, as predicted before the numeric phase
  SolveSeconds seconds;         ///< how long each phase took
};

/// What a solver may take. `resources.memory_budget` is what the factors may take.
///
/// `resources.threads` are those of our own work and, if the BLAS is OpenBLAS, of the BLAS: while a
/// factorization or a solution is under way, OpenBLAS has as many, at most one for each processor;
/// 0: as many as it had before. A system of less than 2 * 10^9 operations takes one. Afterwards
/// OpenBLAS has what it had before; its number holds for the whole process, so a program that calls
/// OpenBLAS from other threads meanwhile shares it. The last digits of a solution may depend on it.
///
///     toeplix::least_squares(conv, weights, b, {.resources = {.threads = 1}});
struct SolveOptions {
  Resources resources = {};  ///< threads and memory
};

/// A solution and how it came about.
///
///     auto [x, report] = toeplix::solve_square(conv, weights, b);
struct Solution {
  Eigen::VectorXd x;   ///< empty if the system is singular
  SolveReport report;  ///< how good it is
};

/// Solutions for several right-hand sides, and one report: residuals are those of all of them
/// together, `error` is the greatest.
///
///     auto [x, report] = solver.solve_many(b);   // x.col(k) belongs to b.col(k)
struct Solutions {
  Eigen::MatrixXd x;   ///< one column for each; no columns if the system is singular
  SolveReport report;  ///< how good they are
};

}  // namespace toeplix
