#include "solvers/deblur/by_products.hpp"

#include <toeplix/solvers/nonnegative_least_squares.hpp>
#include <toeplix/solvers/richardson_lucy.hpp>
#include <toeplix/solvers/total_variation.hpp>

#include "solvers/deblur/merge_reports.hpp"

namespace toeplix::detail {

namespace {

/// Solves for one channel; one function for each model.
class OneChannel {
 public:
  OneChannel(const BlurProblem& problem, double lambda, IterationProgress progress)
      : options_(problem.options),
        weights_(problem.kernel.values),
        pattern_(whole_blur(problem)),
        lambda_(lambda),
        progress_(std::move(progress)) {}

  [[nodiscard]] IterativeSolution solve(std::span<const double> b) const {
    return std::visit([&](const auto& model) { return solve_by(model, b); }, options_.model);
  }

 private:
  [[nodiscard]] IterativeSolution solve_by(const DeblurNonnegative&,
                                           std::span<const double> b) const {
    return nonnegative_least_squares(pattern_, weights_, b,
                                     with_limits(NonnegativeOptions{.lambda = lambda_}));
  }
  [[nodiscard]] IterativeSolution solve_by(const DeblurByTotalVariation& model,
                                           std::span<const double> b) const {
    return total_variation(pattern_, weights_, b, model.weight,
                           with_limits(TotalVariationOptions{}));
  }
  [[nodiscard]] IterativeSolution solve_by(const DeblurByRichardsonLucy& model,
                                           std::span<const double> b) const {
    RichardsonLucyOptions options =
        with_limits(RichardsonLucyOptions{.tolerance = 0, .max_iterations = model.iterations});
    IterativeSolution solution = richardson_lucy(pattern_, weights_, b, options);
    // To take all the steps that were asked for is what was wanted.
    if (!options_.tolerance && solution.report.status == IterationStatus::iteration_limit) {
      solution.report.status = IterationStatus::converged;
      solution.report.reason.clear();
    }
    return solution;
  }
  // Tikhonov's problem is solved elsewhere.
  [[nodiscard]] static IterativeSolution solve_by(const DeblurByTikhonov&,
                                                  std::span<const double>) {
    return {};
  }

  template <class Options>
  [[nodiscard]] Options with_limits(Options options) const {
    options.tolerance = options_.tolerance.value_or(options.tolerance);
    options.max_iterations = options_.max_iterations.value_or(options.max_iterations);
    options.progress = progress_;
    options.resources = options_.resources;
    return options;
  }

  const DeblurOptions& options_;
  std::span<const double> weights_;
  Pattern pattern_;
  double lambda_;
  IterationProgress progress_;
};

}  // namespace

IterationReport deblur_by_products(const BlurProblem& problem, double lambda,
                                   Eigen::MatrixXd& pixels) {
  ChannelProgress progress(problem.options);
  const OneChannel method(problem, lambda, progress.of_iterations());
  IterationReport all;
  double size = 0;
  for (Index channel = 0; channel < pixels.cols(); ++channel) {
    progress.go_to(channel);
    auto column = pixels.col(channel);
    const double own_size = column.stableNorm();
    const IterativeSolution solution =
        method.solve({column.data(), static_cast<std::size_t>(column.size())});
    if (channel == 0) {
      all = solution.report;
      size = own_size;
    } else {
      size = merge(solution.report, own_size, size, all);
    }
    column = solution.x;
  }
  return all;
}

}  // namespace toeplix::detail
