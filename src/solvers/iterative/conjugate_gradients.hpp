#pragma once

#include <toeplix/index.hpp>

#include <Eigen/Core>

#include <functional>
#include <vector>

namespace toeplix::detail {

/// y = M x for a symmetric positive definite M.
using SymmetricProduct = std::function<void(const Eigen::VectorXd& x, Eigen::VectorXd& y)>;

/// When to stop, and who wants to know.
struct IterationLimits {
  double tolerance = 1e-6;  ///< of |right - N x| over |right|
  Index most = 1000;        ///< iterations
  std::function<void(Index iteration, double residual)> progress = {};
  int threads = 0;  ///< of sums over vectors
};

/// How far conjugate gradients came.
struct Iterations {
  std::vector<double> history;  ///< |right - N x| / |right| after each, as the recurrence has it
  double objective = 0;         ///< x^T N x / 2 - right^T x: the lower, the nearer to the solution
};

/// Conjugate gradients with a preconditioner for N x = right, from x on. Sets x to the last
/// iterate. Memory: three vectors, and one more with a preconditioner. Throws Interrupted. Source:
/// M. Hestenes, E. Stiefel, J. Res. Nat. Bur. Stand. 49 (1952); Y. Saad, Iterative Methods for
/// Sparse Linear Systems, 2nd ed., algorithm 9.1.
Iterations conjugate_gradients(const SymmetricProduct& matrix,
                               const SymmetricProduct& preconditioner,
                               const Eigen::Ref<const Eigen::VectorXd>& right, Eigen::VectorXd& x,
                               const IterationLimits& limits);

}  // namespace toeplix::detail
