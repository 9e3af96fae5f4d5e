#include "solvers/iterative/conjugate_gradients.hpp"

#include "core/base/interrupt.hpp"
#include "solvers/base/vector_math.hpp"

#include <cmath>

namespace toeplix::detail {

Iterations conjugate_gradients(const SymmetricProduct& matrix,
                               const SymmetricProduct& preconditioner,
                               const Eigen::Ref<const Eigen::VectorXd>& right, Eigen::VectorXd& x,
                               const IterationLimits& limits) {
  const int threads = limits.threads;
  Iterations result;
  Eigen::VectorXd product(right.size());
  matrix(x, product);
  Eigen::VectorXd residual = right - product;
  // The product and the preconditioned residual are never needed at the same time.
  const auto precondition = [&]() -> const Eigen::VectorXd& {
    if (!preconditioner) return residual;
    preconditioner(residual, product);
    return product;
  };
  const double size = std::sqrt(dot(right, right, threads));
  if (size == 0) {
    x.setZero();
    return result;
  }
  const bool is_solved = std::sqrt(dot(residual, residual, threads)) <= limits.tolerance * size;
  Eigen::VectorXd direction = precondition();
  double square = is_solved ? 0 : dot(residual, direction, threads);
  while (static_cast<Index>(result.history.size()) < limits.most && square > 0) {
    stop_if_asked();
    matrix(direction, product);
    const double curvature = dot(direction, product, threads);
    // Rounding has eaten what is left to find.
    if (!(curvature > 0)) break;
    const double step = square / curvature;
    if (!std::isfinite(step)) break;
    add(step, direction, x, threads);
    add(-step, product, residual, threads);
    const double missing = std::sqrt(dot(residual, residual, threads)) / size;
    result.history.push_back(missing);
    if (limits.progress) limits.progress(static_cast<Index>(result.history.size()), missing);
    if (missing <= limits.tolerance) break;
    const Eigen::VectorXd& next = precondition();
    const double next_square = dot(residual, next, threads);
    scale_and_add(next, next_square / square, direction, threads);
    square = next_square;
  }
  result.objective = -(dot(x, right, threads) + dot(x, residual, threads)) / 2;
  return result;
}

}  // namespace toeplix::detail
