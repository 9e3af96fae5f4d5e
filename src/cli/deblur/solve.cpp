#include "cli/deblur/solve.hpp"

#include "cli/arguments.hpp"
#include "cli/capacity.hpp"
#include "cli/deblur/work_report.hpp"
#include "cli/words.hpp"

#include <fmt/format.h>

#include <cmath>
#include <vector>

namespace toeplix::cli {
namespace {

/// An option, and whether it was given.
struct Given {
  const char* name;
  bool is_given;
};

/// Throws UsageError if both were given.
void refuse_both(const Given& first, const Given& second, const std::string& why) {
  if (!first.is_given || !second.is_given) return;
  throw UsageError(fmt::format("{} and {}: {}", first.name, second.name, why));
}

std::optional<double> lambda_of(const DeblurWishes& wishes) {
  if (!wishes.lambda || *wishes.lambda == "auto") return {};
  const auto number = number_of<double>(*wishes.lambda);
  if (number && std::isfinite(*number) && *number >= 0) return number;
  throw UsageError(
      fmt::format("lambda {}: expected a finite number from 0 on, or auto", *wishes.lambda));
}

void check_models(const DeblurWishes& wishes) {
  const Given nonnegative{"--nonnegative", wishes.is_nonnegative};
  const Given variation{"--tv", wishes.total_variation.has_value()};
  const Given photons{"--richardson-lucy", wishes.richardson_lucy.has_value()};
  const Given lambda{"--lambda", wishes.lambda.has_value()};
  const Given noise{"--noise", wishes.noise.has_value()};
  const std::string one = "these are different problems; choose one";
  refuse_both(nonnegative, variation, one);
  refuse_both(nonnegative, photons, one);
  refuse_both(variation, photons, one);
  for (const Given& model : {nonnegative, variation, photons}) {
    refuse_both(model, {"--method", wishes.method.has_value()},
                "it has a method of its own; leave out --method");
    refuse_both(model, {"--regularizer", wishes.regularizer.has_value()},
                "it says itself what is small; leave out --regularizer");
  }
  for (const Given& model : {variation, photons}) {
    refuse_both(model, lambda, "it has no lambda; leave out --lambda");
    refuse_both(model, noise, "noise is for finding lambda, which it does not have");
  }
  refuse_both(photons, {"--max-iterations", wishes.max_iterations.has_value()},
              "its number says how many iterations are taken");
}

void check_iterations(const DeblurWishes& wishes) {
  const bool is_exact =
      wishes.method == SolveMethod::factorization || wishes.method == SolveMethod::transform;
  const std::string why =
      fmt::format("a {} does not iterate",
                  wishes.method == SolveMethod::transform ? "transform" : "factorization");
  const Given exact{
      wishes.method == SolveMethod::transform ? "--method transform" : "--method factorization",
      is_exact};
  refuse_both(exact, {"--tolerance", wishes.tolerance.has_value()}, why);
  refuse_both(exact, {"--max-iterations", wishes.max_iterations.has_value()}, why);
}

DeblurModel model_of(const DeblurWishes& wishes) {
  if (wishes.is_nonnegative) return DeblurNonnegative{};
  if (wishes.total_variation) return DeblurByTotalVariation{*wishes.total_variation};
  if (wishes.richardson_lucy) return DeblurByRichardsonLucy{*wishes.richardson_lucy};
  const DeblurByTikhonov usual;
  return DeblurByTikhonov{wishes.regularizer.value_or(usual.regularizer),
                          wishes.method.value_or(usual.method)};
}

DeblurOptions options_of(const DeblurWishes& wishes, double white) {
  DeblurOptions options{.boundary = wishes.boundary,
                        .operation = wishes.operation,
                        .model = model_of(wishes),
                        .lambda = lambda_of(wishes),
                        .kernel_sum = wishes.keeps_sum ? KernelSum::kept : KernelSum::one,
                        .tolerance = wishes.tolerance,
                        .max_iterations = wishes.max_iterations,
                        .resources = wishes.resources};
  if (wishes.noise) options.noise = *wishes.noise / white;
  return options;
}

/// Iterations take far less memory than a factor does.
std::string advice_for(SolveMethod method) {
  if (method != SolveMethod::factorization) {
    return "raise --memory, or use a smaller image or kernel";
  }
  return "use --method iterative, raise --memory, or use a smaller image or kernel";
}

/// Throws SolverError for a picture that does not exist, and for one that no file can hold: better
/// none than one of infinities over a file that was there.
void check_solved(const Deblurred& sharp, double white) {
  const auto* const report = std::get_if<SolveReport>(&sharp.report);
  if (report != nullptr && report->status == SolveStatus::singular) {
    throw SolverError(fmt::format("lambda {}: the system is singular: {}",
                                  sharp.lambda->choice.lambda, report->reason));
  }
  if ((sharp.pixels * white).allFinite()) return;
  throw SolverError("the deblurred picture has numbers beyond what a double holds");
}

}  // namespace

void check(const DeblurWishes& wishes) {
  const std::optional<double> lambda = lambda_of(wishes);
  if (lambda && wishes.noise) {
    throw UsageError("--noise is for --lambda auto, which finds lambda by it");
  }
  check_models(wishes);
  check_iterations(wishes);
}

Deblurred deblur_pixels(Eigen::MatrixXd pixels, const Extents& extents, double white,
                        const BlurKernel& kernel, const DeblurWishes& wishes) {
  WorkReport work(pixels.cols(), wishes.method.value_or(SolveMethod::automatic));
  DeblurOptions options = options_of(wishes, white);
  options.announce = [&work](const DeblurWork& next) { work.begin(next); };
  options.progress = [&work](Index channel, Index iteration, double residual) {
    work.iterate(channel, iteration, residual);
  };
  try {
    Deblurred sharp = deblur(std::move(pixels), extents, kernel, options);
    check_solved(sharp, white);
    return sharp;
  } catch (const CapacityError& error) {
    throw TooLarge(with_advice(error, advice_for(work.method())));
  }
}

}  // namespace toeplix::cli
