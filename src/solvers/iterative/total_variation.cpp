#include <toeplix/solvers/total_variation.hpp>

#include <toeplix/error.hpp>

#include "core/base/check_resources.hpp"
#include "core/base/integer_math.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/judge.hpp"
#include "solvers/base/pieces.hpp"
#include "solvers/base/stopwatch.hpp"
#include "solvers/iterative/dual_field.hpp"
#include "solvers/iterative/scaled_system.hpp"

#include <cmath>
#include <limits>
#include <numbers>

namespace toeplix {

namespace {

using detail::sum_of;

/// The steps of x and of y for [A; c D], |A| and |c D| being at most `norm`.
///
/// The method converges for any share of theirs, as primal * dual * |[A; c D]|^2 <= 1; and fastest,
/// by its bound of the error, if the share is that of how far x and y have to go. y2 goes about as
/// far as it may, `mu_over_c`; x a part of the way from the mean to the first x, the part having
/// been found by trials.
struct Steps {
  Steps() = default;
  Steps(double norm, double spread_of_x, double mu_over_c) {
    constexpr double part = 0.15;
    constexpr double most = 100;
    const double wanted = part * norm * spread_of_x;
    const double share = wanted < most * mu_over_c ? std::max(wanted / mu_over_c, 1 / most) : most;
    primal = share / (std::numbers::sqrt2 * norm * norm);
    dual = 1 / (std::numbers::sqrt2 * share);
  }

  double primal = 0;
  double dual = 0;
};

/// The problem in numbers near 1: A' = A / 2^a, b' = b / 2^b, and so x' = x 2^(a - b) and
/// mu' = mu / 2^(a + b).
class PrimalDual {
 public:
  PrimalDual(const Pattern& pattern, std::span<const double> weights, std::span<const double> b,
             double mu, const TotalVariationOptions& options);

  IterativeSolution run();

 private:
  /// What is known of an x, and of the y after it.
  struct Figures {
    double residual = 0;   // |A x - b|
    double objective = 0;  // P(x)
    double gap = 0;        // between x and y
    double pull = 0;       // |q|, or that of its negative part
    double size = 0;       // |x|
    double change = 0;     // |x - x_before|
  };

  void start();
  void ascend();
  Figures descend();
  double error() const;
  void describe(IterationReport& report) const;

  detail::Stopwatch watch_;
  const TotalVariationOptions& options_;
  detail::ScaledMatrix a_;
  double norm_;  // of A', or 1 of zeros
  int b_exponent_;
  detail::Pieces pieces_;
  Eigen::VectorXd b_;
  double right_size_;  // |b|
  detail::DualField field_;
  Steps steps_{};
  double least_pixel_;
  double first_size_ = 0;  // |A^T b| / |A|^2
  Eigen::VectorXd x_;
  Eigen::VectorXd x_before_;
  Eigen::VectorXd pull_;   // q = A'^T y1 + c D^T y2
  Eigen::VectorXd y_;      // y1
  Eigen::VectorXd image_;  // A' x'
  Eigen::VectorXd image_before_;
  Figures now_;
};

/// The mu of the problem in numbers near 1. Above the bound x is constant whatever mu is: D^T y2
/// has to make up for A^T y1, by a flow from pixel to pixel, no edge of which carries more than all
/// of it; and |A^T y1|_1 <= sqrt(cols) |A| |b|.
double scaled_mu(double mu, const Pattern& pattern, double norm, double right_size) {
  const double axes = std::max(1.0, static_cast<double>(pattern.axes().size()));
  return std::min(mu, std::sqrt(axes * static_cast<double>(pattern.cols())) * norm * right_size);
}

PrimalDual::PrimalDual(const Pattern& pattern, std::span<const double> weights,
                       std::span<const double> b, double mu, const TotalVariationOptions& options)
    : options_(options),
      a_(detail::scale_matrix(pattern, weights, 0, detail::ProductWay::fastest, options.resources)),
      norm_(a_.norm == 0 ? 1 : a_.norm),
      b_exponent_(detail::exponent_of(detail::greatest(b))),
      pieces_(options.resources.threads),
      b_(detail::times_power(b, -b_exponent_)),
      right_size_(b_.norm()),
      field_(pattern, norm_,
             scaled_mu(std::ldexp(mu, -a_.exponent - b_exponent_), pattern, norm_, right_size_)),
      least_pixel_(options.range == PixelRange::real ? -std::numeric_limits<double>::infinity()
                                                     : 0),
      x_(pattern.cols()),
      x_before_(pattern.cols()),
      pull_(pattern.cols()),
      y_(pattern.rows()),
      image_(pattern.rows()),
      image_before_(pattern.rows()) {}

/// x = A^T b / |A|^2, about b blurred once more; y as if x had converged without TV.
void PrimalDual::start() {
  a_.backward.apply(b_, x_);
  x_ /= norm_ * norm_;
  first_size_ = x_.norm();
  x_ = x_.cwiseMax(least_pixel_);
  x_before_ = x_;
  a_.forward.apply(x_, image_);
  image_before_ = image_;
  y_ = image_ - b_;
  now_.size = x_.norm();
  const double spread = (x_.array() - x_.mean()).matrix().norm();
  steps_ = Steps(norm_, spread / std::sqrt(static_cast<double>(x_.size())), field_.most());
}

/// A step of y from 2 x - x_before, and how far x and y are apart.
void PrimalDual::ascend() {
  const double step = steps_.dual;
  const auto sums = pieces_.sums<2>(y_.size(), [&](Index begin, Index end) {
    std::array<double, 2> sum{};
    for (Index i = begin; i < end; ++i) {
      const double missed = image_[i] - b_[i];
      const double ahead = missed + (image_[i] - image_before_[i]);
      y_[i] = (y_[i] + step * ahead) / (1 + step);
      sum[0] += missed * missed;
      sum[1] += (missed - y_[i]) * (missed - y_[i]);
    }
    return sum;
  });
  const auto variation = field_.ascend(pieces_, x_, x_before_, step);
  now_.residual = std::sqrt(sums[0]);
  now_.objective = sums[0] / 2 + variation.value;
  now_.gap = sums[1] / 2 + variation.slack;
}

/// A step of x, and what is then known of it.
PrimalDual::Figures PrimalDual::descend() {
  a_.backward.apply(y_, pull_);
  const bool any = options_.range == PixelRange::real;
  const auto sums = pieces_.sums<4>(x_.size(), [&](Index begin, Index end) {
    field_.add_transposed(begin, end, pull_);
    std::array<double, 4> sum{};
    for (Index i = begin; i < end; ++i) {
      const double x = x_[i];
      const double pull = pull_[i];
      const double next = std::max(x - steps_.primal * pull, least_pixel_);
      // Where x >= 0, what pulls it down is no fault at 0, and a gap above.
      const double fault = any ? pull : std::min(pull, 0.0);
      sum[0] += fault * fault;
      sum[1] += x * (pull - fault);
      sum[2] += next * next;
      sum[3] += (next - x) * (next - x);
      x_before_[i] = next;
    }
    return sum;
  });
  now_.pull = std::sqrt(sums[0]);
  now_.gap += sums[1];
  Figures next;
  next.size = std::sqrt(sums[2]);
  next.change = std::sqrt(sums[3]);
  return next;
}

/// The bound of P(x) - P(z) as a share of what is asked for at tolerance 1.
double PrimalDual::error() const {
  const double least = options_.tolerance * right_size_ * right_size_ / 2;
  const double radius = std::max(now_.size, first_size_);
  return detail::ratio(now_.gap + now_.pull * radius, std::max(now_.objective, least));
}

void PrimalDual::describe(IterationReport& report) const {
  report.error = error();
  report.history.push_back(std::ldexp(now_.objective, 2 * b_exponent_));
  report.residual = std::ldexp(now_.residual, b_exponent_);
  report.relative_residual = detail::ratio(now_.residual, right_size_);
  report.last_change = detail::ratio(now_.change, now_.size);
  if (report.iterations > 0 && options_.progress) {
    options_.progress(report.iterations, report.relative_residual);
  }
}

IterativeSolution PrimalDual::run() {
  IterativeSolution solution;
  IterationReport& report = solution.report;
  start();
  for (;;) {
    ascend();
    const Figures next = descend();
    describe(report);
    if (report.error <= options_.tolerance || report.iterations == options_.max_iterations) break;
    now_ = next;
    x_.swap(x_before_);
    image_.swap(image_before_);
    a_.forward.apply(x_, image_);
    ++report.iterations;
  }
  report.separated_terms = a_.separated_terms;
  report.fourier_products = a_.by_fourier;
  solution.x.swap(x_);
  detail::finish(solution, b_exponent_ - a_.exponent, options_.tolerance,
                 "the bound of the objective's excess as a share of it");
  report.seconds = watch_.lap();
  return solution;
}

}  // namespace

IterativeSolution total_variation(const Pattern& pattern, std::span<const double> weights,
                                  std::span<const double> b, double mu,
                                  const TotalVariationOptions& options) {
  detail::check_resources(options.resources);
  detail::check_stopping(options.max_iterations, options.tolerance);
  detail::check_not_negative("mu", mu);
  detail::check_numbers("weights", weights, pattern.weight_count());
  detail::check_numbers("b", b, pattern.rows());
  const auto axes = static_cast<Index>(detail::PixelGrid(pattern).axes().size());
  const Index bytes = detail::check_vectors("total_variation", pattern, 3 + axes, 4,
                                            options.resources.memory_budget);
  IterativeSolution solution = PrimalDual(pattern, weights, b, mu, options).run();
  solution.report.bytes = bytes;
  return solution;
}

}  // namespace toeplix
