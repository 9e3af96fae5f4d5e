#include <toeplix/solvers/richardson_lucy.hpp>

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

/// A number for each row, or one for all of them.
class PerRow {
 public:
  PerRow(std::span<const double> values, int exponent, double otherwise)
      : values_(values.empty() ? Eigen::VectorXd::Constant(1, otherwise)
                               : detail::times_power(values, exponent)) {}

  double operator[](Index row) const { return values_[values_.size() == 1 ? 0 : row]; }
  double least() const { return values_.minCoeff(); }

 private:
  Eigen::VectorXd values_;
};

/// The problem in numbers near 1: A' = A / 2^a, flat' = flat / 2^f, what is counted / 2^b, and so
/// x' = x 2^(a + f - b).
class Counts {
 public:
  Counts(const Pattern& pattern, std::span<const double> weights, std::span<const double> b,
         const RichardsonLucyOptions& options);

  IterativeSolution run();

 private:
  void start();
  void look();
  void step();
  bool is_done(const IterationReport& report) const;

  detail::Stopwatch watch_;
  const RichardsonLucyOptions& options_;
  int b_exponent_;
  int flat_exponent_;
  Eigen::VectorXd b_;
  PerRow background_;
  PerRow flat_;
  detail::ScaledMatrix a_;
  detail::Pieces pieces_;
  Eigen::VectorXd column_sums_;  // A'^T flat'
  Eigen::VectorXd x_;
  Eigen::VectorXd factor_;    // A'^T of `rows_`
  Eigen::VectorXd rows_;      // A' x', then flat' b' / m'
  double change_ = 0;         // of x in the last step
  double size_ = 0;           // |x|
  double residual_size_ = 0;  // |m - b|
  double right_size_ = 0;     // |b|
  double deviance_ = 0;
};

Counts::Counts(const Pattern& pattern, std::span<const double> weights, std::span<const double> b,
               const RichardsonLucyOptions& options)
    : options_(options),
      b_exponent_(
          detail::exponent_of(std::max(detail::greatest(b), detail::greatest(options.background)))),
      flat_exponent_(detail::exponent_of(detail::greatest(options.flat))),
      b_(detail::times_power(b, -b_exponent_)),
      background_(options.background, -b_exponent_, 0),
      flat_(options.flat, -flat_exponent_, 1),
      a_(detail::scale_matrix(
          pattern, weights, 0,
          background_.least() > 0 ? detail::ProductWay::fastest : detail::ProductWay::whole,
          options.resources)),
      pieces_(options.resources.threads),
      column_sums_(pattern.cols()),
      x_(pattern.cols()),
      factor_(pattern.cols()),
      rows_(pattern.rows()),
      right_size_(b_.norm()) {}

/// The column sums, and an image of one grey that explains as many counts as there are.
void Counts::start() {
  double counted = 0;
  double background = 0;
  for (Index i = 0; i < rows_.size(); ++i) {
    rows_[i] = flat_[i];
    if (rows_[i] == 0) continue;
    counted += b_[i];
    background += background_[i];
  }
  a_.whole.transpose().apply(rows_, column_sums_);
  const double light = counted > background ? counted - background : counted;
  x_.setConstant(detail::ratio(light, column_sums_.sum()));
  if (!x_.allFinite()) x_.setZero();  // without a column sum there is no grey
  size_ = x_.norm();
}

/// How well x explains the counts; and in `rows_` by how much more light each row would.
void Counts::look() {
  // A power of ten that no sum lets overflow; b / m is beyond only where m is 0 to rounding.
  constexpr double greatest_ratio = 1e200;
  a_.forward.apply(x_, rows_);
  const auto sums = pieces_.sums<2>(rows_.size(), [&](Index begin, Index end) {
    std::array<double, 2> sum{};
    for (Index i = begin; i < end; ++i) {
      const double b = b_[i];
      const double flat = flat_[i];
      const double model = flat * std::max(rows_[i], 0.0) + background_[i];
      rows_[i] = flat * (model > 0 ? std::min(b / model, greatest_ratio) : 0);
      if (flat == 0) continue;
      const double missed = model - b;
      sum[0] += missed * missed;
      // b log(b / m) - b + m, but without the difference of near numbers.
      sum[1] += b == 0 ? model : missed - b * std::log1p(missed / b);
    }
    return sum;
  });
  residual_size_ = std::sqrt(sums[0]);
  deviance_ = sums[1];
}

/// x <- x / (A^T flat) * A^T rows.
void Counts::step() {
  a_.backward.apply(rows_, factor_);
  const auto sums = pieces_.sums<2>(x_.size(), [&](Index begin, Index end) {
    std::array<double, 2> sum{};
    for (Index i = begin; i < end; ++i) {
      const double x = x_[i];
      const double next =
          column_sums_[i] > 0 ? x * (std::max(factor_[i], 0.0) / column_sums_[i]) : x;
      x_[i] = next;
      sum[0] += (next - x) * (next - x);
      sum[1] += next * next;
    }
    return sum;
  });
  change_ = std::sqrt(sums[0]);
  size_ = std::sqrt(sums[1]);
}

bool Counts::is_done(const IterationReport& report) const {
  if (report.iterations == options_.max_iterations) return true;
  if (report.iterations == 0) return false;
  // Beyond squares that a double holds no step tells anything.
  return report.error <= options_.tolerance || !std::isfinite(size_);
}

IterativeSolution Counts::run() {
  IterativeSolution solution;
  IterationReport& report = solution.report;
  start();
  for (;;) {
    look();
    report.error = report.last_change = detail::ratio(change_, size_);
    report.history.push_back(std::ldexp(deviance_, b_exponent_));
    report.relative_residual = detail::ratio(residual_size_, right_size_);
    if (report.iterations > 0 && options_.progress) {
      options_.progress(report.iterations, report.relative_residual);
    }
    if (is_done(report)) break;
    step();
    ++report.iterations;
  }
  report.residual = std::ldexp(residual_size_, b_exponent_);
  report.separated_terms = a_.separated_terms;
  report.fourier_products = a_.by_fourier;
  solution.x.swap(x_);
  detail::finish(solution, b_exponent_ - flat_exponent_ - a_.exponent, options_.tolerance,
                 "the relative change");
  report.seconds = watch_.lap();
  return solution;
}

/// Throws SolverError for a number below 0.
void check_counts(const char* name, std::span<const double> values) {
  detail::check_finite(name, values);
  const auto bad = std::ranges::find_if(values, [](double value) { return value < 0; });
  if (bad == values.end()) return;
  throw SolverError(std::string(name) + " has " + detail::format_number(*bad) + " at " +
                    std::to_string(bad - values.begin()) + "; expected numbers of at least 0");
}

/// The same for nothing, one number, or one per row.
void check_per_row(const char* name, std::span<const double> values, Index rows) {
  const auto length = static_cast<Index>(values.size());
  if (length > 1 && length != rows) {
    throw SolverError(std::string(name) + " has length " + std::to_string(length) +
                      "; expected 0, 1 or " + std::to_string(rows));
  }
  check_counts(name, values);
}

}  // namespace

IterativeSolution richardson_lucy(const Pattern& pattern, std::span<const double> weights,
                                  std::span<const double> b, const RichardsonLucyOptions& options) {
  detail::check_resources(options.resources);
  detail::check_stopping(options.max_iterations, options.tolerance);
  detail::check_numbers("weights", weights, pattern.weight_count());
  check_counts("weights", weights);
  detail::check_numbers("b", b, pattern.rows());
  check_counts("b", b);
  check_per_row("background", options.background, pattern.rows());
  check_per_row("flat", options.flat, pattern.rows());
  const Index per_row =
      2 + (options.background.size() > 1 ? 1 : 0) + (options.flat.size() > 1 ? 1 : 0);
  const Index bytes = detail::check_vectors("richardson_lucy", pattern, 3, per_row,
                                            options.resources.memory_budget);
  IterativeSolution solution = Counts(pattern, weights, b, options).run();
  solution.report.bytes = bytes;
  return solution;
}

}  // namespace toeplix
