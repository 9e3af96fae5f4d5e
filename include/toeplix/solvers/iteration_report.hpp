#pragma once

#include <toeplix/index.hpp>

#include <Eigen/Core>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Component `solvers`: what every iterative method says of its work.

namespace toeplix {

/// Why an iteration ended.
///
///     bool done = solution.report.status == toeplix::IterationStatus::converged;
enum class IterationStatus {
  converged,        ///< the stopping rule holds
  iteration_limit,  ///< it does not yet; x is the last iterate
  overflow,         ///< x has numbers beyond what a double holds
};

/// The name of a status, `"iteration_limit"`.
///
///     std::cout << toeplix::to_string(solution.report.status);
[[nodiscard]] std::string_view to_string(IterationStatus status);

/// What every iterative method says of its work. Each says in its own documentation what its
/// objective and its stopping rule are. Figures that exceed a double are infinite.
///
///     const toeplix::IterationReport& report = solution.report;
///     std::cout << to_string(report.status) << " after " << report.iterations << " iterations\n";
struct IterationReport {
  IterationStatus status = IterationStatus::iteration_limit;  ///< why it ended
  std::string reason;            ///< why it is not `converged`; otherwise empty
  int iterations = 0;            ///< steps that were taken
  double residual = 0;           ///< |A x - b|, with what the model adds to A x
  double relative_residual = 0;  ///< |A x - b| / |b|; 0 if both are 0
  double last_change = 0;        ///< |x - x of the step before| / |x|; 0 without a step
  double error = 0;              ///< what the stopping rule compares with the tolerance
  std::vector<double> history;   ///< the objective at the start and after every step
  /// Terms of the kernel as a sum of products of one factor per axis, if A was multiplied in that
  /// way because it is faster (`separated`).
  std::optional<Index> separated_terms;
  bool fourier_products = false;  ///< whether A was multiplied with by `fourier_map`, likewise
  Index bytes = 0;                ///< of the vectors that the method keeps
  double seconds = 0;             ///< of wall time
};

/// An image and how it came about.
///
///     auto [x, report] = toeplix::richardson_lucy(blur, kernel, photograph);
struct IterativeSolution {
  Eigen::VectorXd x;       ///< the last iterate
  IterationReport report;  ///< how good it is
};

/// Is called after every step with its number, from 1 on, and with |A x - b| / |b|. What it throws
/// ends the iteration and passes through.
using IterationProgress = std::function<void(int iteration, double relative_residual)>;

}  // namespace toeplix
