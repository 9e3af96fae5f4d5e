#include "cli/deblur/solve.hpp"

#include "cli/arguments.hpp"
#include "cli/deblur/pictures.hpp"
#include "cli/progress.hpp"
#include "cli/words.hpp"

#include <toeplix/normal_equations.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace toeplix::cli {
namespace {

Convolution make_blur(const BlurModel& model, Extents image, Padding padding, Boundary boundary) {
  return Convolution({.input = std::move(image),
                      .kernel = model.kernel.extents,
                      .padding = std::move(padding),
                      .boundary = boundary,
                      .operation = model.operation});
}

Regularizer make_regularizer(RegularizerName name, const Convolution& blur) {
  switch (name) {
    case RegularizerName::gradient:
      return Regularizer::gradient(blur);
    case RegularizerName::laplacian:
      return Regularizer::laplacian(blur);
    case RegularizerName::identity:
      break;
  }
  return Regularizer::identity();
}

/// Analyzed, but not factorized: so a picture that is too large is refused at once.
Tikhonov make_solver(const Convolution& blur, const BlurModel& model) {
  return Tikhonov(blur, model.kernel.values, make_regularizer(model.regularizer, blur),
                  {.resources = model.resources});
}

/// The blur of a whole photograph.
Convolution make_blur(const BlurModel& model, const Photo& photo) {
  return make_blur(model, {photo.image.height, photo.image.width}, Padding::same_upper(),
                   model.boundary);
}

constexpr double seconds_worth_saying = 5;

/// A terminal shows what is said as progress; if standard error goes elsewhere, it gets a line.
std::string said(std::string text) {
  if (!Progress::is_shown()) fmt::print(stderr, "{}\n", text);
  return text;
}

double assembly_of(const Convolution& blur, const BlurModel& model) {
  return normal_equations_operations(blur, model.resources);
}

/// What is going on, and how long making the matrices will take, if it is some seconds.
std::string announce_assembly(const std::string& what, double operations) {
  constexpr double operations_per_second = 5e8;  // of one core
  const double seconds = operations / operations_per_second;
  if (seconds < seconds_worth_saying) return what;
  return said(fmt::format("{}: the equations take {:.2g} products; about {:.0f} s of one core",
                          what, operations, seconds));
}

/// What is going on, and how long the factorizations will take, if it is some seconds.
std::string announce(const std::string& what, const SolveReport& cost, int factorizations) {
  constexpr double operations_per_second = 1e10;  // of one core
  const double seconds = factorizations * cost.flops / operations_per_second;
  if (seconds < seconds_worth_saying) return what;
  return said(
      fmt::format("{}: {} factorization{} of {} entries, {:.3g} GB; about {:.0f} s of one core",
                  what, factorizations, factorizations == 1 ? "" : "s", cost.fill,
                  static_cast<double>(cost.bytes) / 1e9, seconds));
}

/// The middle of the picture, at most this wide and high: enough to find lambda on.
constexpr Index widest_part = 128;

struct Part {
  Index height;
  Index width;
  Eigen::MatrixXd pixels;
};

Part middle_of(const Eigen::MatrixXd& pixels, Index height, Index width) {
  Part part{std::min(height, widest_part), std::min(width, widest_part), {}};
  const Index top = (height - part.height) / 2;
  const Index left = (width - part.width) / 2;
  part.pixels.resize(part.height * part.width, pixels.cols());
  for (Index y = 0; y < part.height; ++y) {
    part.pixels.middleRows(y * part.width, part.width) =
        pixels.middleRows((top + y) * width + left, part.width);
  }
  return part;
}

}  // namespace

// The pixels of the part are blurred from a sharp part that is larger by the kernel, all of which
// is unknown: so nothing is assumed of what lies beside it.
ChosenLambda find_lambda(const Photo& photo, const BlurModel& model, double noise) {
  const Part part = middle_of(pixels_of(photo), photo.image.height, photo.image.width);
  const Extents& kernel = model.kernel.extents;
  const Convolution blur =
      make_blur(model, {part.height + kernel[0] - 1, part.width + kernel[1] - 1}, Padding::valid(),
                Boundary::zero);
  const bool is_whole = photo.image.height * photo.image.width == part.height * part.width;
  const double for_whole = is_whole ? 0 : assembly_of(make_blur(model, photo), model);
  Progress progress(announce_assembly("choosing lambda", assembly_of(blur, model) + for_whole));
  // Whether the whole picture will fit is better known before the search than after it.
  if (!is_whole) (void)make_solver(make_blur(model, photo), model);
  Tikhonov solver = make_solver(blur, model);
  const int usual_trials = noise > 0 ? 14 : 18;
  progress = Progress(announce("choosing lambda", solver.report(), usual_trials));
  ChosenLambda found{{}, ChosenLambda::Rule::cross_validation, part.height, part.width};
  if (noise > 0) {
    found.rule = ChosenLambda::Rule::discrepancy;
    found.choice = choose_by_discrepancy(solver, part.pixels, noise / photo.white);
  } else {
    found.choice = choose_by_cross_validation(solver, part.pixels);
  }
  return found;
}

ChosenLambda read_lambda(const std::string& text) {
  const auto number = number_of<double>(text);
  if (!number || !std::isfinite(*number) || *number < 0) {
    throw UsageError(fmt::format("lambda {}: expected a finite number from 0 on, or auto", text));
  }
  ChosenLambda lambda;
  lambda.choice.lambda = *number;
  return lambda;
}

Solutions deblur(const Photo& photo, const BlurModel& model, double lambda) {
  const Convolution blur = make_blur(model, photo);
  Progress progress(announce_assembly("deblurring", assembly_of(blur, model)));
  Tikhonov solver = make_solver(blur, model);
  progress = Progress(announce("deblurring", solver.report(), 1));
  solver.set_lambda(lambda);
  Solutions solutions = solver.solve_many(pixels_of(photo));
  if (solutions.report.status == SolveStatus::singular) {
    throw SolverError(
        fmt::format("lambda {}: the system is singular: {}", lambda, solutions.report.reason));
  }
  return solutions;
}

}  // namespace toeplix::cli
