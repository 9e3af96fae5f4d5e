#pragma once

#include <toeplix/solvers/report.hpp>

#include <memory>
#include <optional>

namespace toeplix::detail {

/// |A x - b|^2 of the x that solves for b, as a function of lambda.
class ResidualPath {
 public:
  virtual ~ResidualPath() = default;

  /// Nothing if the system is singular with this lambda.
  virtual std::optional<double> squared_residual(double lambda) = 0;
  /// trace(A (A^T A + lambda L^T L)^-1 A^T) for the same lambda.
  virtual double freedom(double lambda) = 0;
};

/// A way to solve (A^T A + lambda L^T L) x = right.
class NormalSolver {
 public:
  virtual ~NormalSolver() = default;

  /// Prepares for a lambda; sets what the report says of it, its status too, which is `singular` if
  /// this throws. Precondition: lambda is finite and at least 0.
  virtual void set_lambda(double lambda, SolveReport& report) = 0;
  /// A solution for every column, which iterations add to the report of. Precondition: the status
  /// is not `singular`. Any number of threads may call this at a time.
  virtual Eigen::MatrixXd solve(const Eigen::MatrixXd& right, SolveReport& report) const = 0;
  /// L^T L x.
  [[nodiscard]] virtual Eigen::MatrixXd penalize(const Eigen::MatrixXd& x) const = 0;
  /// A bound of the matrix's 2-norm.
  [[nodiscard]] virtual double norm(double lambda) const = 0;
  /// trace(A (A^T A + lambda L^T L)^-1 A^T), if it is known exactly.
  [[nodiscard]] virtual std::optional<double> freedom() const { return {}; }
  /// The path for right-hand sides, a column each, if it takes no solutions.
  [[nodiscard]] virtual std::unique_ptr<ResidualPath> path(const Eigen::MatrixXd&) const {
    return {};
  }
};

}  // namespace toeplix::detail
