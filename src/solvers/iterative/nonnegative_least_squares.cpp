#include <toeplix/solvers/nonnegative_least_squares.hpp>

#include <toeplix/error.hpp>

#include "core/base/check_resources.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/format_number.hpp"
#include "solvers/base/judge.hpp"
#include "solvers/base/pieces.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/iterative/scaled_system.hpp"

#include <cmath>

namespace toeplix {

namespace {

/// The problem in numbers near 1: A' = A / 2^a, b' = b / 2^b, and so x' = x 2^(a - b).
class ProjectedGradient {
 public:
  ProjectedGradient(const Pattern& pattern, std::span<const double> weights,
                    std::span<const double> b, const NonnegativeOptions& options);

  IterativeSolution run();

 private:
  void step(double momentum);
  void look();
  double rounding() const;

  detail::Stopwatch watch_;
  const NonnegativeOptions& options_;
  detail::ScaledMatrix a_;
  int b_exponent_;
  double lambda_;
  double upper_;
  double inverse_step_;  // at least |A'|^2 + lambda', which bounds the curvature
  detail::Pieces pieces_;
  Eigen::VectorXd b_;
  Eigen::VectorXd x_;
  Eigen::VectorXd x_before_;
  Eigen::VectorXd gradient_;  // A'^T (A' x' - b') + lambda' x'
  Eigen::VectorXd gradient_before_;
  Eigen::VectorXd residual_;   // A' x' - b'
  double uphill_ = 0;          // above 0 if the momentum points uphill
  double change_ = 0;          // of x in the last step
  double size_ = 0;            // |x|
  double residual_size_ = 0;   // |A x - b|
  double projected_size_ = 0;  // of the projected gradient
  double right_size_ = 0;      // |b|
};

ProjectedGradient::ProjectedGradient(const Pattern& pattern, std::span<const double> weights,
                                     std::span<const double> b, const NonnegativeOptions& options)
    : options_(options),
      a_(detail::scale_matrix(pattern, weights, std::sqrt(options.lambda),
                              detail::ProductWay::fastest, options.resources)),
      b_exponent_(detail::exponent_of(detail::greatest(b))),
      lambda_(std::ldexp(options.lambda, -2 * a_.exponent)),
      upper_(std::ldexp(options.upper, a_.exponent - b_exponent_)),
      inverse_step_(a_.norm * a_.norm + lambda_),
      pieces_(options.resources.threads),
      b_(detail::times_power(b, -b_exponent_)),
      x_(Eigen::VectorXd::Zero(pattern.cols())),
      x_before_(x_),
      gradient_(x_),
      gradient_before_(x_),
      residual_(pattern.rows()),
      right_size_(b_.norm()) {}

/// x <- the step from y = x + momentum (x - x_before), of which the gradient is known without a
/// product, as it is linear.
void ProjectedGradient::step(double momentum) {
  const double length = 1 / inverse_step_;
  const auto sums = pieces_.sums<3>(x_.size(), [&](Index begin, Index end) {
    std::array<double, 3> sum{};
    for (Index i = begin; i < end; ++i) {
      const double x = x_[i];
      const double y = x + momentum * (x - x_before_[i]);
      const double slope = gradient_[i] + momentum * (gradient_[i] - gradient_before_[i]);
      const double next = std::min(std::max(y - length * slope, 0.0), upper_);
      sum[0] += (y - next) * (next - x);
      sum[1] += (next - x) * (next - x);
      sum[2] += next * next;
      x_before_[i] = next;
    }
    return sum;
  });
  x_.swap(x_before_);
  gradient_.swap(gradient_before_);
  uphill_ = sums[0];
  change_ = std::sqrt(sums[1]);
  size_ = std::sqrt(sums[2]);
}

/// The residual and the gradient of x, and how long they are.
void ProjectedGradient::look() {
  a_.forward.apply(x_, residual_);
  residual_size_ = std::sqrt(pieces_.sums<1>(residual_.size(), [&](Index begin, Index end) {
    return std::array{detail::sum_of(begin, end, [&](Index i) {
      residual_[i] -= b_[i];
      return residual_[i] * residual_[i];
    })};
  })[0]);
  a_.backward.apply(residual_, gradient_);
  projected_size_ = std::sqrt(pieces_.sums<1>(x_.size(), [&](Index begin, Index end) {
    return std::array{detail::sum_of(begin, end, [&](Index i) {
      double slope = gradient_[i] += lambda_ * x_[i];
      if (x_[i] <= 0) slope = std::min(slope, 0.0);
      if (x_[i] >= upper_) slope = std::max(slope, 0.0);
      return slope * slope;
    })};
  })[0]);
}

/// How long a gradient of rounding errors is.
double ProjectedGradient::rounding() const {
  constexpr double epsilon = 1e-15;
  return epsilon * (a_.norm * (a_.norm * size_ + right_size_) + lambda_ * size_);
}

IterativeSolution ProjectedGradient::run() {
  IterativeSolution solution;
  IterationReport& report = solution.report;
  look();
  const double first = gradient_.norm();
  double pace = 1;  // t of the momentum (t_before - 1) / t
  for (;;) {
    report.error = projected_size_ <= rounding() ? 0 : projected_size_ / first;
    report.history.push_back(
        std::ldexp(residual_size_ * residual_size_ + lambda_ * size_ * size_, 2 * b_exponent_));
    report.relative_residual = detail::ratio(residual_size_, right_size_);
    if (report.iterations > 0 && options_.progress) {
      options_.progress(report.iterations, report.relative_residual);
    }
    if (report.error <= options_.tolerance || report.iterations == options_.max_iterations) break;
    const double before = uphill_ > 0 ? 1 : pace;
    pace = (1 + std::sqrt(1 + 4 * before * before)) / 2;
    step((before - 1) / pace);
    look();
    ++report.iterations;
  }
  report.last_change = detail::ratio(change_, size_);
  report.residual = std::ldexp(residual_size_, b_exponent_);
  report.separated_terms = a_.separated_terms;
  report.fourier_products = a_.by_fourier;
  solution.x.swap(x_);
  detail::finish(solution, b_exponent_ - a_.exponent, options_.tolerance,
                 "the projected gradient as a share of |A^T b|");
  // Where the scaled bound was rounded.
  solution.x = solution.x.cwiseMin(options_.upper);
  report.seconds = watch_.lap();
  return solution;
}

void check_bound(double upper) {
  if (upper > 0) return;
  throw SolverError("upper is " + detail::format_number(upper) + "; expected a number above 0");
}

}  // namespace

IterativeSolution nonnegative_least_squares(const Pattern& pattern, std::span<const double> weights,
                                            std::span<const double> b,
                                            const NonnegativeOptions& options) {
  detail::check_resources(options.resources);
  detail::check_stopping(options.max_iterations, options.tolerance);
  detail::check_not_negative("lambda", options.lambda);
  check_bound(options.upper);
  detail::check_numbers("weights", weights, pattern.weight_count());
  detail::check_numbers("b", b, pattern.rows());
  const Index bytes = detail::check_vectors("nonnegative_least_squares", pattern, 4, 2,
                                            options.resources.memory_budget);
  IterativeSolution solution = ProjectedGradient(pattern, weights, b, options).run();
  solution.report.bytes = bytes;
  return solution;
}

}  // namespace toeplix
