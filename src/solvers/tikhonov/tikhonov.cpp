#include <toeplix/error.hpp>
#include <toeplix/linear_map.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include "solvers/base/check.hpp"
#include "solvers/base/format_number.hpp"
#include "solvers/base/judge.hpp"
#include "solvers/base/random_signs.hpp"
#include "solvers/base/regularizer_state.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/direct/tikhonov_factor.hpp"
#include "solvers/iterative/iterative_solver.hpp"
#include "solvers/tikhonov/choose_method.hpp"
#include "solvers/tikhonov/residual_path.hpp"
#include "solvers/transform/products.hpp"
#include "solvers/transform/transform_solver.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace toeplix {

namespace {

void check_lambda(double lambda) {
  if (std::isfinite(lambda) && lambda >= 0) return;
  throw SolverError("lambda is " + detail::format_number(lambda) +
                    "; expected a finite number of at least 0");
}

/// The columns of `b` through a matrix.
Eigen::MatrixXd times(const LinearMap<double>& op, const Eigen::Ref<const Eigen::MatrixXd>& b) {
  Eigen::MatrixXd result(op.rows(), b.cols());
  for (Eigen::Index column = 0; column < b.cols(); ++column) {
    op.apply({b.col(column).data(), static_cast<std::size_t>(b.rows())},
             {result.col(column).data(), static_cast<std::size_t>(op.rows())});
  }
  return result;
}

double stable_norm(const Eigen::MatrixXd& x) {
  return x.reshaped().stableNorm();
}

double checked_tolerance(const TikhonovOptions& options) {
  if (!(options.tolerance > 0) || !(options.tolerance < 1)) {
    throw SolverError("tolerance is " + detail::format_number(options.tolerance) +
                      "; expected more than 0 and less than 1");
  }
  if (options.max_iterations < 1) {
    throw SolverError("max_iterations is " + std::to_string(options.max_iterations) +
                      "; expected at least 1");
  }
  return options.tolerance;
}

const Regularizer& checked(const Regularizer& regularizer, Index columns) {
  detail::check_columns(regularizer, columns);
  return regularizer;
}

std::span<const double> checked_weights(const Pattern& pattern, std::span<const double> weights) {
  detail::check_numbers("weights", weights, pattern.weight_count());
  return weights;
}

}  // namespace

struct Tikhonov::State {
  State(const Pattern& pattern, std::span<const double> weights, const Regularizer& regularizer,
        const TikhonovOptions& options)
      : chosen(detail::choose_method(pattern, checked_weights(pattern, weights),
                                     checked(regularizer, pattern.cols()), options)),
        tolerance(checked_tolerance(options)),
        products(make_products(pattern, weights, options.resources)),
        a(products.map),
        transposed(a.transpose()),
        solver(make_solver(pattern, weights, regularizer, options)) {
    // What belongs to no phase of the method is making the matrix.
    report.seconds.assembly += watch.lap() - report.seconds.total();
    report.method = chosen.method;
    report.method_reason = chosen.reason;
    report.status = SolveStatus::singular;
    report.reason = "nothing is factorized until set_lambda";
  }

  /// The matrix for products, as fast as they come.
  static detail::Products make_products(const Pattern& pattern, std::span<const double> weights,
                                        const Resources& resources) {
    const Operator<double> op(pattern, weights, {.threads = resources.threads});
    return detail::fastest_products(op, pattern, weights, resources);
  }

  std::unique_ptr<detail::NormalSolver> make_solver(const Pattern& pattern,
                                                    std::span<const double> weights,
                                                    const Regularizer& regularizer,
                                                    const TikhonovOptions& options) {
    std::unique_ptr<detail::NormalSolver> made;
    if (chosen.method == SolveMethod::transform) {
      made = detail::make_transform_solver(pattern, weights, regularizer, options, report);
    } else if (chosen.method == SolveMethod::iterative) {
      made =
          detail::make_iterative_solver(products, pattern, weights, regularizer, options, report);
    } else {
      made = detail::make_factor(pattern, weights, regularizer, options, report);
    }
    report.separated_terms = products.separated_terms;
    report.fourier_products = products.by_fourier;
    return made;
  }

  void set_lambda(double value) {
    lambda = value;
    solver->set_lambda(value, report);
  }

  /// A^T b - (A^T A + lambda L^T L) x, without the matrix.
  Eigen::MatrixXd missing(const Eigen::MatrixXd& b, const Eigen::MatrixXd& x) const {
    return times(transposed, b - times(a, x)) - lambda * solver->penalize(x);
  }

  /// The greatest backward error of the columns of x; a NaN if there is one.
  double error_of(const Eigen::MatrixXd& x, const Eigen::MatrixXd& right,
                  const Eigen::MatrixXd& missed) const {
    const double norm = solver->norm(lambda);
    double greatest = 0;
    for (Eigen::Index column = 0; column < x.cols(); ++column) {
      const double size = norm * x.col(column).stableNorm() + right.col(column).stableNorm();
      const double error = detail::ratio(missed.col(column).stableNorm(), size);
      if (std::isnan(error)) return error;
      greatest = std::max(greatest, error);
    }
    return greatest;
  }

  /// Whether only rounding stands between a solution and the equations; iterations have a
  /// tolerance.
  [[nodiscard]] bool is_exact() const { return chosen.method != SolveMethod::iterative; }

  /// Whether one more solution, for what is missing, brings x nearer: a factor has seen the rounded
  /// matrix, and a transform divides by eigenvalues that are as exact as the equations.
  [[nodiscard]] bool refines(double error) const {
    constexpr double as_good_as_exact = 1e-14;
    if (chosen.method == SolveMethod::transform) return !(error <= as_good_as_exact);
    return is_exact();
  }

  /// Sets the status of iterations, from the residual of the normal equations.
  void judge_iterations(const Eigen::MatrixXd& right, const Eigen::MatrixXd& missed,
                        const Eigen::MatrixXd& x, SolveReport& judged) const {
    double worst = 0;
    for (Eigen::Index column = 0; column < x.cols(); ++column) {
      const double one =
          detail::ratio(missed.col(column).stableNorm(), right.col(column).stableNorm());
      if (!(one <= worst)) worst = one;
    }
    // The recurrence of conjugate gradients drifts from the residual that is computed here.
    constexpr double drift = 2;
    if (x.allFinite() && worst <= drift * tolerance) return;
    judged.status = x.allFinite() ? SolveStatus::iteration_limit : SolveStatus::inaccurate;
    judged.reason = x.allFinite()
                        ? std::to_string(judged.iterations) + " iterations left a residual of " +
                              detail::format_number(worst) + " of |A^T b|; wanted " +
                              detail::format_number(tolerance)
                        : "the solution has numbers beyond what a double holds";
  }

  detail::Stopwatch watch;
  SolveReport report;
  detail::ChosenMethod chosen;
  double tolerance;
  detail::Products products;
  LinearMap<double> a;
  LinearMap<double> transposed;
  std::unique_ptr<detail::NormalSolver> solver;
  double lambda = std::numeric_limits<double>::quiet_NaN();
};

Tikhonov::Tikhonov(const Pattern& pattern, std::span<const double> weights, double lambda,
                   const Regularizer& regularizer, const TikhonovOptions& options) {
  check_lambda(lambda);
  state_ = std::make_unique<State>(pattern, weights, regularizer, options);
  state_->set_lambda(lambda);
}

Tikhonov::Tikhonov(const Pattern& pattern, std::span<const double> weights,
                   const Regularizer& regularizer, const TikhonovOptions& options)
    : state_(std::make_unique<State>(pattern, weights, regularizer, options)) {}

Tikhonov::Tikhonov(Tikhonov&&) noexcept = default;
Tikhonov& Tikhonov::operator=(Tikhonov&&) noexcept = default;
Tikhonov::~Tikhonov() = default;

Index Tikhonov::rows() const {
  return state_->a.rows();
}

double Tikhonov::lambda() const {
  return state_->lambda;
}

void Tikhonov::set_lambda(double lambda) {
  check_lambda(lambda);
  state_->set_lambda(lambda);
}

const SolveReport& Tikhonov::report() const {
  return state_->report;
}

Solution Tikhonov::solve_one(std::span<const double> b) const {
  detail::check_numbers("b", b, state_->a.rows());
  Solutions many = solve_many(Eigen::Map<const Eigen::VectorXd>(b.data(), state_->a.rows()));
  Solution solution{{}, std::move(many.report)};
  if (many.x.cols() > 0) solution.x = many.x.col(0);
  return solution;
}

Solutions Tikhonov::solve_many(const Eigen::Ref<const Eigen::MatrixXd>& b) const {
  const State& state = *state_;
  if (b.rows() != state.a.rows()) {
    throw SolverError("b has " + std::to_string(b.rows()) + " rows; expected " +
                      std::to_string(state.a.rows()));
  }
  for (Eigen::Index column = 0; column < b.cols(); ++column) {
    const std::string name = b.cols() == 1 ? "b" : "column " + std::to_string(column) + " of b";
    detail::check_finite(name.c_str(), {b.col(column).data(), static_cast<std::size_t>(b.rows())});
  }
  Solutions solutions{{}, state.report};
  SolveReport& report = solutions.report;
  if (report.status == SolveStatus::singular || b.cols() == 0) return solutions;

  detail::Stopwatch watch;
  // Solved for b divided by a power of two, so that no norm overflows.
  const double unit = detail::power_of_two(b);
  const Eigen::MatrixXd right = times(state.transposed, b / unit);
  Eigen::MatrixXd x = state.solver->solve(right, report);
  // Made once more, as iterations need the memory.
  const Eigen::MatrixXd scaled = b / unit;
  Eigen::MatrixXd missed = state.missing(scaled, x);
  report.error = state.error_of(x, right, missed);
  if (state.refines(report.error)) {
    x += state.solver->solve(missed, report);
    missed = state.missing(scaled, x);
    report.error = state.error_of(x, right, missed);
  }
  const double residual = stable_norm(times(state.a, x) - scaled);
  report.residual = residual * unit;
  report.relative_residual = detail::ratio(residual, stable_norm(scaled));
  solutions.x = x * unit;
  if (state.is_exact()) {
    detail::judge(solutions.x, report);
  } else {
    state.judge_iterations(right, missed, solutions.x, report);
  }
  report.seconds.solution = watch.lap();
  return solutions;
}

double Tikhonov::effective_degrees_of_freedom(int samples) const {
  const State& state = *state_;
  if (state.report.status == SolveStatus::singular) throw SolverError(state.report.reason);
  if (samples < 1) {
    throw SolverError("samples is " + std::to_string(samples) + "; expected at least 1");
  }
  if (const auto exact = state.solver->freedom()) return *exact;
  const Eigen::MatrixXd signs = detail::random_signs(state.a.rows(), samples);
  const Eigen::MatrixXd right = times(state.transposed, signs);
  SolveReport unused;
  return (right.cwiseProduct(state.solver->solve(right, unused))).sum() / samples;
}

namespace detail {

std::unique_ptr<ResidualPath> residual_path(Tikhonov& solver, const Eigen::MatrixXd& b) {
  std::unique_ptr<ResidualPath> path = solver.state_->solver->path(b);
  if (path) return path;
  return std::make_unique<SolvedPath>(solver, b);
}

}  // namespace detail

}  // namespace toeplix
