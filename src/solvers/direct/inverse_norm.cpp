#include "solvers/direct/inverse_norm.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {

namespace {

Eigen::VectorXd signs_of(const Eigen::VectorXd& x) {
  return x.unaryExpr([](double value) { return value < 0 ? -1.0 : 1.0; });
}

/// A second estimate, for matrices whose columns the search misses: signs alternate, sizes grow.
double alternating(Eigen::Index size, const Solve& solve) {
  Eigen::VectorXd x(size);
  const auto last = static_cast<double>(std::max<Eigen::Index>(size - 1, 1));
  for (Eigen::Index i = 0; i < size; ++i) {
    x[i] = (i % 2 == 0 ? 1 : -1) * (1 + static_cast<double>(i) / last);
  }
  solve(x);
  return 2 * x.lpNorm<1>() / (3 * static_cast<double>(size));
}

}  // namespace

double inverse_norm(Eigen::Index size, const Solve& solve, const Solve& solve_transposed) {
  Eigen::VectorXd x = Eigen::VectorXd::Constant(size, 1 / static_cast<double>(size));
  solve(x);
  double norm = x.lpNorm<1>();
  Eigen::VectorXd signs = signs_of(x);
  constexpr int most_steps = 4;
  for (int step = 0; step < most_steps; ++step) {
    Eigen::VectorXd slope = signs;
    solve_transposed(slope);
    Eigen::Index steepest = 0;
    slope.cwiseAbs().maxCoeff(&steepest);
    x.setZero(size);
    x[steepest] = 1;
    solve(x);
    const double next = x.lpNorm<1>();
    if (!(next > norm)) break;
    norm = next;
    const Eigen::VectorXd turned = signs_of(x);
    if (turned == signs) break;
    signs = turned;
  }
  return std::max(norm, alternating(size, solve));
}

double reciprocal_condition(
    const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>& matrix, const Solve& solve,
    const Solve& solve_transposed) {
  double norm = 0;
  for (Eigen::Index column = 0; column < matrix.cols(); ++column) {
    norm = std::max(norm, matrix.col(column).cwiseAbs().sum());
  }
  return 1 / norm / inverse_norm(matrix.rows(), solve, solve_transposed);
}

}  // namespace toeplix::detail
