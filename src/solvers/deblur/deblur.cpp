#include <toeplix/solvers/deblur.hpp>

#include <toeplix/error.hpp>

#include "solvers/base/check.hpp"
#include "solvers/base/format_number.hpp"
#include "solvers/deblur/blur_problem.hpp"
#include "solvers/deblur/by_products.hpp"
#include "solvers/deblur/find_lambda.hpp"
#include "solvers/deblur/merge_reports.hpp"
#include "solvers/deblur/prepare_kernel.hpp"
#include "solvers/tikhonov/choose_method.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

namespace toeplix {

namespace {

using detail::BlurProblem;

bool has_lambda(const DeblurModel& model) {
  return std::holds_alternative<DeblurByTikhonov>(model) ||
         std::holds_alternative<DeblurNonnegative>(model);
}

/// By the names that they have here: the functions that a model calls have others.
void check_model(const DeblurModel& model) {
  const auto* const variation = std::get_if<DeblurByTotalVariation>(&model);
  if (variation != nullptr && (!std::isfinite(variation->weight) || variation->weight < 0)) {
    throw SolverError("weight is " + detail::format_number(variation->weight) +
                      "; expected a finite number of at least 0");
  }
  const auto* const photons = std::get_if<DeblurByRichardsonLucy>(&model);
  if (photons != nullptr && photons->iterations < 1) {
    throw SolverError("iterations is " + std::to_string(photons->iterations) +
                      "; expected at least 1");
  }
}

/// The options that a model has no use for are refused: somebody expects something of them.
void check_options(const DeblurOptions& options) {
  if (options.lambda && options.noise) {
    throw SolverError("noise is for finding lambda, which is given; give one of the two");
  }
  if (options.lambda && (!std::isfinite(*options.lambda) || *options.lambda < 0)) {
    throw SolverError("lambda is " + detail::format_number(*options.lambda) +
                      "; expected a finite number of at least 0");
  }
  if ((options.lambda || options.noise) && !has_lambda(options.model)) {
    throw SolverError(std::string(options.lambda ? "lambda" : "noise") +
                      " is for Tikhonov's problem and non-negative least squares; total variation "
                      "and Richardson-Lucy have none");
  }
  if (options.max_iterations && std::holds_alternative<DeblurByRichardsonLucy>(options.model)) {
    throw SolverError("max_iterations is not for Richardson-Lucy, which has iterations of its own");
  }
}

void check_pixels(const Eigen::MatrixXd& pixels, const Convolution& blur) {
  if (pixels.cols() == 0) throw SolverError("pixels have no columns; expected one per channel");
  if (pixels.rows() != blur.cols()) {
    throw SolverError("pixels have " + std::to_string(pixels.rows()) + " rows; the extents are " +
                      std::to_string(blur.cols()) + " pixels");
  }
  detail::check_finite("the image", {pixels.data(), static_cast<std::size_t>(pixels.size())});
}

/// Photons are counted, and none is taken away.
void check_counts(const char* what, std::span<const double> values) {
  const auto bad = std::find_if(values.begin(), values.end(), [](double v) { return v < 0; });
  if (bad == values.end()) return;
  throw SolverError(std::string(what) + " has " + detail::format_number(*bad) + " at " +
                    std::to_string(bad - values.begin()) +
                    "; Richardson-Lucy expects numbers of at least 0");
}

void announce(const BlurProblem& problem, const DeblurWork& work) {
  if (problem.options.announce) problem.options.announce(work);
}

/// Says that matrices are about to be made, if they are: the products are their time.
void announce_products(const BlurProblem& problem, DeblurStage stage, double products) {
  if (products == 0) return;
  announce(problem, {.stage = stage, .method = SolveMethod::factorization, .products = products});
}

/// The solver of the whole image, and the lambda that it is set to.
struct WholeSolver {
  Tikhonov solver;
  DeblurLambda lambda;
};

/// Analyzed before lambda is searched: what is too large is refused before anything takes long.
WholeSolver prepare_whole(const BlurProblem& problem, RegularizerKind kind, SolveMethod wanted,
                          const Eigen::MatrixXd& pixels, detail::ChannelProgress& progress) {
  const Convolution blur = detail::whole_blur(problem);
  const Regularizer l = detail::regularizer_for(kind, blur);
  TikhonovOptions options = detail::tikhonov_options(problem, wanted);
  options.progress = progress.of_iterations();
  const detail::ChosenMethod chosen =
      detail::choose_method(Pattern(blur), problem.kernel.values, l, options);
  const Resources& resources = problem.options.resources;
  double products = detail::products_for(blur, chosen.method, resources);
  std::optional<detail::LambdaSearch> search;
  if (!problem.options.lambda) {
    search = detail::plan_search(problem, kind, chosen.method, pixels.cols());
    products += detail::products_for(search->blur, search->method, resources);
  }
  announce_products(problem, search ? DeblurStage::choosing_lambda : DeblurStage::solving,
                    products);
  Tikhonov solver(blur, problem.kernel.values, l, options);
  if (!search) return {std::move(solver), {.choice = {.lambda = *problem.options.lambda}}};
  DeblurLambda lambda = detail::find_lambda(problem, *search, solver, pixels);
  return {std::move(solver), std::move(lambda)};
}

DeblurWork work_of(const SolveReport& cost) {
  DeblurWork work{.stage = DeblurStage::solving, .method = cost.method};
  if (cost.method != SolveMethod::factorization) return work;
  work.factorizations = 1;
  work.fill = cost.fill;
  work.bytes = cost.bytes;
  work.flops = cost.flops;
  return work;
}

void by_tikhonov(const BlurProblem& problem, const DeblurByTikhonov& model, Deblurred& result) {
  detail::ChannelProgress progress(problem.options);
  Eigen::MatrixXd& pixels = result.pixels;
  WholeSolver whole = prepare_whole(problem, model.regularizer, model.method, pixels, progress);
  result.lambda = whole.lambda;
  announce(problem, work_of(whole.solver.report()));
  whole.solver.set_lambda(whole.lambda.choice.lambda);
  SolveReport all = whole.solver.report();
  double size = 0;
  for (Index channel = 0; channel < pixels.cols(); ++channel) {
    if (all.status == SolveStatus::singular) break;
    progress.go_to(channel);
    const double own_size = pixels.col(channel).stableNorm();
    const Solutions sharp = whole.solver.solve_many(pixels.col(channel));
    if (channel == 0) {
      all = sharp.report;
      size = own_size;
    } else {
      size = detail::merge(sharp.report, own_size, size, all);
    }
    if (sharp.x.cols() > 0) pixels.col(channel) = sharp.x.col(0);
  }
  if (all.status == SolveStatus::singular) pixels.resize(pixels.rows(), 0);
  result.report = std::move(all);
}

DeblurLambda search_without_bound(const BlurProblem& problem, const Eigen::MatrixXd& pixels) {
  constexpr RegularizerKind kind = RegularizerKind::identity;
  const Convolution blur = detail::whole_blur(problem);
  const detail::ChosenMethod chosen = detail::choose_method(
      Pattern(blur), problem.kernel.values, detail::regularizer_for(kind, blur), {});
  // The whole image is not solved without the bound, so nothing is made for that which takes long.
  const bool is_diagonal = chosen.method == SolveMethod::transform;
  const SolveMethod wanted = is_diagonal ? SolveMethod::transform : SolveMethod::iterative;
  detail::ChannelProgress unused{DeblurOptions{}};
  return prepare_whole(problem, kind, wanted, pixels, unused).lambda;
}

/// The lambda of the problem without a bound; 0 where a model has none.
double lambda_without_bound(const BlurProblem& problem, Deblurred& result) {
  if (!has_lambda(problem.options.model)) return 0;
  if (problem.options.lambda) {
    result.lambda = DeblurLambda{.choice = {.lambda = *problem.options.lambda}};
  } else {
    result.lambda = search_without_bound(problem, result.pixels);
  }
  return result.lambda->choice.lambda;
}

void by_products(const BlurProblem& problem, Deblurred& result) {
  const double lambda = lambda_without_bound(problem, result);
  announce(problem, {.stage = DeblurStage::solving, .method = SolveMethod::iterative});
  result.report = detail::deblur_by_products(problem, lambda, result.pixels);
}

}  // namespace

Deblurred deblur(Eigen::MatrixXd pixels, const Extents& extents, const BlurKernel& kernel,
                 const DeblurOptions& options) {
  check_model(options.model);
  check_options(options);
  detail::PreparedKernel prepared =
      detail::prepare_kernel(kernel, extents.size(), options.kernel_sum);
  const BlurProblem problem{extents, std::move(prepared.kernel), options};
  check_pixels(pixels, detail::whole_blur(problem));
  if (std::holds_alternative<DeblurByRichardsonLucy>(options.model)) {
    check_counts("the kernel", problem.kernel.values);
    check_counts("the image", {pixels.data(), static_cast<std::size_t>(pixels.size())});
  }
  Deblurred result{std::move(pixels), {}, {}, prepared.scaling};
  if (const auto* const model = std::get_if<DeblurByTikhonov>(&options.model)) {
    by_tikhonov(problem, *model, result);
  } else {
    by_products(problem, result);
  }
  return result;
}

std::string_view to_string(KernelScale scale) {
  switch (scale) {
    case KernelScale::unit:
      return "unit";
    case KernelScale::divided:
      return "divided";
    case KernelScale::kept:
      return "kept";
    case KernelScale::vanishing:
      return "vanishing";
  }
  return "";
}

std::string_view to_string(LambdaRule rule) {
  switch (rule) {
    case LambdaRule::given:
      return "given";
    case LambdaRule::cross_validation:
      return "cross_validation";
    case LambdaRule::discrepancy:
      return "discrepancy";
  }
  return "";
}

}  // namespace toeplix
