#pragma once

#include <toeplix/solvers/tikhonov.hpp>

#include "solvers/base/normal_solver.hpp"

#include <memory>

namespace toeplix::detail {

/// The path that takes a solution for every lambda.
class SolvedPath final : public ResidualPath {
 public:
  SolvedPath(Tikhonov& solver, Eigen::MatrixXd b) : solver_(solver), b_(std::move(b)) {}

  std::optional<double> squared_residual(double lambda) override {
    solver_.set_lambda(lambda);
    const Solutions solutions = solver_.solve_many(b_);
    if (solutions.report.status == SolveStatus::singular) return {};
    return solutions.report.residual * solutions.report.residual;
  }

  double freedom(double) override { return solver_.effective_degrees_of_freedom(); }

 private:
  Tikhonov& solver_;
  Eigen::MatrixXd b_;
};

/// |A x - b|^2 as a function of lambda, by whichever way the solver has. Both arguments must
/// outlive it, and the solver is left with some lambda. Precondition: b has the solver's rows.
std::unique_ptr<ResidualPath> residual_path(Tikhonov& solver, const Eigen::MatrixXd& b);

}  // namespace toeplix::detail
