#include "solvers/deblur/find_lambda.hpp"

#include <toeplix/memory.hpp>

#include "solvers/base/stopwatch.hpp"
#include "solvers/deblur/fade_border.hpp"
#include "solvers/tikhonov/choose_method.hpp"
#include "solvers/transform/grid_transform.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {

namespace {

/// The middle has at most so many pixels: enough to find lambda on.
constexpr double pixels_of_unknowns = 128.0 * 128.0;
/// If transforms solve it, it may as well have more.
constexpr double pixels_of_transforms = 512.0 * 512.0;

Extents middle_of(const Extents& extents, double most_pixels) {
  const double side = std::pow(most_pixels, 1.0 / static_cast<double>(extents.size()));
  const auto widest = std::max<Index>(1, static_cast<Index>(std::floor(side + 1e-6)));
  Extents part;
  for (const Index extent : extents) part.push_back(std::min(extent, widest));
  return part;
}

/// The pixels of the middle, which has the extents of `part`.
Eigen::MatrixXd cut_out(const Eigen::MatrixXd& pixels, const Extents& extents,
                        const Extents& part) {
  Index count = 1;
  for (const Index extent : part) count *= extent;
  Eigen::MatrixXd result(count, pixels.cols());
  for (Index i = 0; i < count; ++i) {
    Index rest = i;
    Index from = 0;
    Index step = 1;
    for (std::size_t axis = extents.size(); axis-- > 0;) {
      const Index first = (extents[axis] - part[axis]) / 2;
      from += (first + rest % part[axis]) * step;
      rest /= part[axis];
      step *= extents[axis];
    }
    result.row(i) = pixels.row(from);
  }
  return result;
}

/// Lambdas that a search tries, mostly.
int usual_trials(const BlurProblem& problem) {
  return problem.options.noise ? 14 : 18;
}

/// How the middle is solved, and the seconds of a core that this is expected to take for a lambda.
struct PartMethod {
  SolveMethod method;
  double seconds = 0;
};

/// A factorization for each lambda; or iterations for each channel and for the eight vectors that
/// estimate a trace, if a factor does not fit into memory or takes longer. The least lambdas take
/// many iterations.
PartMethod method_on_part(const BlurProblem& problem, RegularizerKind kind, const Convolution& blur,
                          Index channels) {
  const auto* const asked = std::get_if<DeblurByTikhonov>(&problem.options.model);
  if (asked != nullptr && asked->method == SolveMethod::factorization) return {asked->method};
  const Pattern pattern(blur);
  const MethodCost factor = factorization_cost(pattern, problem.options.resources);
  const Index given = problem.options.resources.memory_budget;
  const Index budget = given > 0 ? given : available_memory();
  constexpr double trace_samples = 8;
  constexpr double more_than_usual = 10;
  const double solutions = more_than_usual * (static_cast<double>(channels) + trace_samples);
  const double iterations =
      solutions *
      iteration_cost(pattern, problem.kernel.values, regularizer_for(kind, blur)).seconds;
  const bool fits = factor.bytes <= static_cast<double>(budget);
  if (fits && factor.seconds <= iterations) return {SolveMethod::factorization, factor.seconds};
  return {SolveMethod::iterative, iterations};
}

/// The middle with its border faded, solved by transforms.
LambdaSearch faded_search(const BlurProblem& problem, RegularizerKind regularizer) {
  const Extents part = middle_of(problem.extents, pixels_of_transforms);
  const Convolution blur({.input = part,
                          .kernel = problem.kernel.extents,
                          .padding = Padding::same_upper(),
                          .boundary = Boundary::circular,
                          .operation = problem.options.operation});
  return {regularizer, part, blur, SolveMethod::transform, true};
}

/// Scores of lambdas are compared, so that they must be closer than a picture need be.
TikhonovOptions search_options(const BlurProblem& problem, SolveMethod method) {
  const TikhonovOptions usual;
  TikhonovOptions options = tikhonov_options(problem, method);
  options.tolerance = std::min(options.tolerance, usual.tolerance);
  options.max_iterations = std::max(options.max_iterations, usual.max_iterations);
  return options;
}

void announce(const BlurProblem& problem, SolveMethod method, const SolveReport& cost) {
  if (!problem.options.announce) return;
  DeblurWork work{.stage = DeblurStage::choosing_lambda, .method = method};
  if (method == SolveMethod::factorization) {
    work.factorizations = usual_trials(problem);
    work.fill = cost.fill;
    work.bytes = cost.bytes;
    work.flops = cost.flops;
  }
  problem.options.announce(work);
}

LambdaChoice choose(const BlurProblem& problem, Tikhonov& solver, const Eigen::MatrixXd& pixels) {
  const std::optional<double>& noise = problem.options.noise;
  return noise ? choose_by_discrepancy(solver, pixels, *noise)
               : choose_by_cross_validation(solver, pixels);
}

}  // namespace

LambdaSearch plan_search(const BlurProblem& problem, RegularizerKind regularizer,
                         SolveMethod whole_method, Index channels) {
  if (whole_method == SolveMethod::transform) {
    return {regularizer, problem.extents, whole_blur(problem), whole_method};
  }
  const Extents part = middle_of(problem.extents, pixels_of_unknowns);
  Extents unknowns = part;
  for (std::size_t axis = 0; axis < part.size(); ++axis) {
    unknowns[axis] += problem.kernel.extents[axis] - 1;
  }
  const Convolution blur({.input = unknowns,
                          .kernel = problem.kernel.extents,
                          .operation = problem.options.operation});
  const PartMethod chosen = method_on_part(problem, regularizer, blur, channels);
  constexpr double long_time = 30;
  const double seconds = usual_trials(problem) * chosen.seconds;
  if (seconds > long_time && has_transforms()) return faded_search(problem, regularizer);
  return {regularizer, part, blur, chosen.method};
}

DeblurLambda find_lambda(const BlurProblem& problem, const LambdaSearch& search, Tikhonov& whole,
                         const Eigen::MatrixXd& pixels) {
  Stopwatch watch;
  const bool is_noise_known = problem.options.noise.has_value();
  DeblurLambda found{
      .choice = {},
      .rule = is_noise_known ? LambdaRule::discrepancy : LambdaRule::cross_validation,
      .part = search.part,
      .faded = search.faded};
  if (search.method == SolveMethod::transform && !search.faded) {
    announce(problem, search.method, whole.report());
    found.choice = choose(problem, whole, pixels);
  } else {
    Tikhonov solver(search.blur, problem.kernel.values,
                    regularizer_for(search.regularizer, search.blur),
                    search_options(problem, search.method));
    announce(problem, search.method, solver.report());
    Eigen::MatrixXd part = cut_out(pixels, problem.extents, search.part);
    if (search.faded) {
      part = fade_border(part, search.blur, problem.kernel.values, problem.options.resources);
    }
    found.choice = choose(problem, solver, part);
  }
  found.seconds = watch.lap();
  return found;
}

}  // namespace toeplix::detail
