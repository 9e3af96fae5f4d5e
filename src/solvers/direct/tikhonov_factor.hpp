#pragma once

#include <toeplix/solvers/regularizer.hpp>
#include <toeplix/solvers/report.hpp>
#include <toeplix/solvers/tikhonov_options.hpp>

#include <memory>
#include <span>

namespace toeplix::detail {

/// The Cholesky factorization of A^T A + lambda L^T L, whichever index type it needs.
class TikhonovFactor {
 public:
  virtual ~TikhonovFactor() = default;

  /// Numeric factorization; sets what the report says of it, its status too, which is `singular`
  /// if this throws.
  virtual void factorize(double lambda, SolveReport& report) = 0;
  /// Precondition: the status is not `singular`. Threads take turns.
  virtual Eigen::MatrixXd solve(const Eigen::MatrixXd& right) = 0;
  /// L^T L x.
  virtual Eigen::MatrixXd penalize(const Eigen::MatrixXd& x) const = 0;
  /// A bound of the largest absolute sum of a row of the matrix.
  virtual double norm(double lambda) const = 0;
};

/// Assembles and analyzes; 32-bit indices if they suffice. Throws as `Tikhonov`.
std::unique_ptr<TikhonovFactor> make_factor(const Pattern& pattern, std::span<const double> weights,
                                            const Regularizer& regularizer,
                                            const TikhonovOptions& options, SolveReport& report);

}  // namespace toeplix::detail
