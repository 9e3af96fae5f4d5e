#include "cli/arguments.hpp"
#include "cli/builtin_kernels.hpp"
#include "cli/commands/commands.hpp"
#include "cli/json.hpp"
#include "cli/progress.hpp"

#include <toeplix/files/npy.hpp>
#include <toeplix/files/png.hpp>
#include <toeplix/solvers/choose_lambda.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <optional>

namespace toeplix::cli {
namespace {

enum class RegularizerName { identity, gradient, laplacian };

struct Options {
  std::string photo;
  std::string kernel;
  Boundary boundary = Boundary::reflect;
  std::string lambda = "auto";
  double noise = 0;
  RegularizerName regularizer = RegularizerName::gradient;
  std::string output;
  std::string truth;
  std::string comparison;
  bool json = false;
  int threads = 0;
};

/// A blur: true convolution with it makes a sharp picture a blurred one.
struct Kernel {
  Extents extents;
  std::vector<double> values;
};

// --- the kernel ----------------------------------------------------------------------------------

Kernel read_npy_kernel(const std::string& path) {
  const NpyArray<double> array = read_npy<double>(path);
  if (array.shape.size() != 2) {
    throw UsageError(fmt::format("{}: expected a kernel of two axes, got shape {}", path,
                                 format_shape(array.shape)));
  }
  return {array.shape, array.values};
}

/// A picture of a point that was blurred: grey, scaled to sum 1.
Kernel read_png_kernel(const std::string& path) {
  const Image image = read_png(path);
  const double sum = std::accumulate(image.samples.begin(), image.samples.end(), 0.0);
  if (image.channels != 1 || sum == 0) {
    throw UsageError(path + ": expected a grey picture of a kernel that is not black");
  }
  Kernel kernel{{image.height, image.width}, image.samples};
  for (double& value : kernel.values) value /= sum;
  return kernel;
}

/// `gaussian:9:1.5` and the like, whose size is the first parameter.
Kernel named_kernel(const std::string& text) {
  const std::size_t colon = text.find(':');
  Index size = 0;
  if (colon != std::string::npos) {
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), size);
  }
  constexpr Index largest = 1 << 12;
  if (size < 1 || size > largest) {
    throw UsageError(
        fmt::format("kernel {}: expected gaussian:SIZE:SIGMA, box:SIZE, "
                    "motion:LENGTH:DEGREES, a .npy or a .png file",
                    text));
  }
  const Extents extents{size, size};
  const auto values = builtin_kernel(text, extents);
  if (!values) throw UsageError(fmt::format("kernel {}: no kernel has this name", text));
  return {extents, *values};
}

/// How many lines at either end of an axis are zero, on both sides.
Index zero_border(const Kernel& kernel, std::size_t axis) {
  const Index height = kernel.extents[0];
  const Index width = kernel.extents[1];
  const Index extent = kernel.extents[axis];
  Index border = (extent - 1) / 2;
  for (Index y = 0; y < height; ++y) {
    for (Index x = 0; x < width; ++x) {
      if (kernel.values[static_cast<std::size_t>(y * width + x)] == 0) continue;
      const Index at = axis == 0 ? y : x;
      border = std::min({border, at, extent - 1 - at});
    }
  }
  return border;
}

/// Cuts off borders of zeros, which would cost as much as what is not: as many lines on either
/// side, so that the centre stays where it is.
Kernel trimmed(const Kernel& kernel) {
  const Index top = zero_border(kernel, 0);
  const Index left = zero_border(kernel, 1);
  Kernel result{{kernel.extents[0] - 2 * top, kernel.extents[1] - 2 * left}, {}};
  for (Index y = 0; y < result.extents[0]; ++y) {
    const auto row = kernel.values.begin() + (top + y) * kernel.extents[1] + left;
    result.values.insert(result.values.end(), row, row + result.extents[1]);
  }
  return result;
}

Kernel load_kernel(const std::string& text) {
  if (text.ends_with(".npy")) return trimmed(read_npy_kernel(text));
  if (text.ends_with(".png")) return trimmed(read_png_kernel(text));
  return trimmed(named_kernel(text));
}

// --- pictures as matrices ------------------------------------------------------------------------

double white(const Image& image) {
  return std::exp2(image.bit_depth) - 1;
}

/// A column for each channel, from 0 to 1.
Eigen::MatrixXd pixels_of(const Image& image) {
  const Eigen::Map<const Eigen::MatrixXd> samples(image.samples.data(), image.channels,
                                                  image.height * image.width);
  return samples.transpose() / white(image);
}

Image image_of(const Eigen::MatrixXd& pixels, const Image& like) {
  Image image = like;
  Eigen::Map<Eigen::MatrixXd>(image.samples.data(), image.channels, image.height * image.width) =
      pixels.transpose() * white(like);
  return image;
}

/// Peak signal-to-noise ratio in decibels, of pictures from 0 to 1.
double psnr(const Eigen::MatrixXd& pixels, const Eigen::MatrixXd& truth) {
  const Eigen::MatrixXd clamped = pixels.cwiseMax(0).cwiseMin(1);
  return -10 * std::log10((clamped - truth).squaredNorm() / static_cast<double>(truth.size()));
}

Image read_truth(const std::string& path, const Image& photo) {
  Image truth = read_png(path);
  if (truth.height != photo.height || truth.width != photo.width ||
      truth.channels != photo.channels) {
    throw UsageError(
        fmt::format("{}: expected {} x {} pixels of {} channels as in the photograph, "
                    "got {} x {} of {}",
                    path, photo.height, photo.width, photo.channels, truth.height, truth.width,
                    truth.channels));
  }
  return truth;
}

/// Pictures side by side, on white.
Image side_by_side(const std::vector<Image>& pictures) {
  constexpr Index gap = 8;
  const Image& first = pictures.front();
  const auto count = static_cast<Index>(pictures.size());
  Image all = first;
  all.width = count * first.width + (count - 1) * gap;
  all.samples.assign(static_cast<std::size_t>(all.height * all.width * all.channels), white(first));
  for (Index number = 0; number < count; ++number) {
    const Image& picture = pictures[static_cast<std::size_t>(number)];
    const double scale = white(first) / white(picture);
    const Index left = number * (first.width + gap) * first.channels;
    for (Index y = 0; y < first.height; ++y) {
      const Index row = first.width * first.channels;
      for (Index i = 0; i < row; ++i) {
        all.samples[static_cast<std::size_t>(y * all.width * all.channels + left + i)] =
            picture.samples[static_cast<std::size_t>(y * row + i)] * scale;
      }
    }
  }
  return all;
}

// --- solving -------------------------------------------------------------------------------------

Convolution blur(const Kernel& kernel, Extents image, Padding padding, Boundary boundary) {
  return Convolution({.input = std::move(image),
                      .kernel = kernel.extents,
                      .padding = std::move(padding),
                      .boundary = boundary,
                      .operation = Operation::convolution});
}

Tikhonov make_solver(const Convolution& convolution, const Kernel& kernel, double lambda,
                     const Options& options) {
  const Pattern pattern(convolution);
  const Regularizer regularizer =
      options.regularizer == RegularizerName::identity   ? Regularizer::identity()
      : options.regularizer == RegularizerName::gradient ? Regularizer::gradient(pattern)
                                                         : Regularizer::laplacian(pattern);
  return Tikhonov(pattern, kernel.values, lambda, regularizer,
                  {.resources = {.threads = options.threads}});
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

/// A lambda, and how it came about.
struct Lambda {
  enum class Rule { given, cross_validation, discrepancy };

  LambdaChoice choice;
  Rule rule = Rule::given;
  Index height = 0;  ///< of the part of the picture that it was found on
  Index width = 0;
};

/// Finds lambda on a part of the picture. Its pixels are blurred from a sharp part that is larger
/// by the kernel, all of which is unknown: so nothing is assumed of what lies beside it.
Lambda find_lambda(const Image& photo, const Eigen::MatrixXd& pixels, const Kernel& kernel,
                   const Options& options) {
  const Part part = middle_of(pixels, photo.height, photo.width);
  const Convolution convolution =
      blur(kernel, {part.height + kernel.extents[0] - 1, part.width + kernel.extents[1] - 1},
           Padding::valid(), Boundary::zero);
  const Progress progress("choosing lambda");
  Tikhonov solver = make_solver(convolution, kernel, 1, options);
  Lambda found{{}, Lambda::Rule::cross_validation, part.height, part.width};
  if (options.noise > 0) {
    found.rule = Lambda::Rule::discrepancy;
    found.choice = choose_by_discrepancy(solver, part.pixels, options.noise / white(photo));
  } else {
    found.choice = choose_by_cross_validation(solver, part.pixels);
  }
  return found;
}

Lambda read_lambda(const std::string& text) {
  Lambda lambda;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), lambda.choice.lambda);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw UsageError(fmt::format("lambda {}: expected a number or auto", text));
  }
  return lambda;
}

Solutions solve(const Image& photo, const Eigen::MatrixXd& pixels, const Kernel& kernel,
                double lambda, const Options& options) {
  const Convolution convolution =
      blur(kernel, {photo.height, photo.width}, Padding::same_upper(), options.boundary);
  const Progress progress("deblurring");
  Solutions solutions = make_solver(convolution, kernel, lambda, options).solve_many(pixels);
  if (solutions.report.status == SolveStatus::singular) {
    throw SolverError(
        fmt::format("lambda {}: the system is singular: {}", lambda, solutions.report.reason));
  }
  return solutions;
}

// --- what is said --------------------------------------------------------------------------------

/// PSNR before and after.
struct Quality {
  double before;
  double after;
};

/// Everything there is to say.
struct Outcome {
  Lambda lambda;
  SolveReport report;
  std::optional<Quality> quality;
  Index clamped = 0;
};

void print_lambda(const Lambda& lambda) {
  if (lambda.rule == Lambda::Rule::given) return;
  fmt::print("lambda {:.3g}, by {}, {} trials on {} x {} pixels{}\n", lambda.choice.lambda,
             lambda.rule == Lambda::Rule::discrepancy ? "the discrepancy principle"
                                                      : "generalized cross-validation",
             lambda.choice.trials, lambda.height, lambda.width,
             lambda.choice.at_limit ? "; this is the end of the range that was searched" : "");
}

void print_report(const SolveReport& report) {
  fmt::print("{}: residual {:.3g}, relative {:.3g}; factor of {} entries\n",
             to_string(report.status), report.residual, report.relative_residual, report.fill);
  if (!report.reason.empty()) fmt::print("{}\n", report.reason);
  fmt::print("assembly {:.2f} s, analysis {:.2f} s, factorization {:.2f} s, solution {:.2f} s\n",
             report.seconds.assembly, report.seconds.analysis, report.seconds.factorization,
             report.seconds.solution);
}

Json json_of(const Lambda& lambda, const SolveReport& report) {
  constexpr std::array<std::string_view, 3> names{"given", "cross_validation", "discrepancy"};
  return {{"lambda", lambda.choice.lambda},
          {"rule", names[static_cast<std::size_t>(lambda.rule)]},
          {"trials", lambda.choice.trials},
          {"at_limit", lambda.choice.at_limit},
          {"status", to_string(report.status)},
          {"reason", report.reason},
          {"residual", report.residual},
          {"relative_residual", report.relative_residual},
          {"error", report.error},
          {"fill", report.fill},
          {"bytes", report.bytes},
          {"flops", report.flops},
          {"seconds",
           {{"assembly", report.seconds.assembly},
            {"analysis", report.seconds.analysis},
            {"factorization", report.seconds.factorization},
            {"solution", report.seconds.solution}}}};
}

void print_json(const Outcome& outcome) {
  Json json = json_of(outcome.lambda, outcome.report);
  if (outcome.quality) {
    json["psnr_before"] = outcome.quality->before;
    json["psnr_after"] = outcome.quality->after;
  }
  json["clamped"] = outcome.clamped;
  fmt::print("{}", json_text(json));
}

void print_text(const Outcome& outcome, const Image& photo, const Options& options) {
  print_lambda(outcome.lambda);
  print_report(outcome.report);
  if (outcome.quality) {
    fmt::print("PSNR {:.2f} dB before, {:.2f} dB after\n", outcome.quality->before,
               outcome.quality->after);
  }
  fmt::print("{}: {} x {}, {} of {} samples clamped\n", options.output, photo.height, photo.width,
             outcome.clamped, photo.samples.size());
  if (options.comparison.empty()) return;
  fmt::print("{}: before, after{}\n", options.comparison, outcome.quality ? ", truth" : "");
}

// --- the command ---------------------------------------------------------------------------------

void check(const Options& options) {
  for (const std::string& path : {options.output, options.comparison}) {
    if (path.empty()) continue;
    check_extension(path, {".png"});
    check_folder(path);
  }
  if (options.noise > 0 && options.lambda != "auto") {
    throw UsageError("--noise is for --lambda auto, which finds lambda by it");
  }
}

void run(const Options& options) {
  check(options);
  const Image photo = read_png(options.photo);
  const Kernel kernel = load_kernel(options.kernel);
  const std::optional<Image> truth =
      options.truth.empty() ? std::nullopt : std::optional(read_truth(options.truth, photo));
  const Eigen::MatrixXd pixels = pixels_of(photo);
  Outcome outcome;
  outcome.lambda = options.lambda == "auto" ? find_lambda(photo, pixels, kernel, options)
                                            : read_lambda(options.lambda);
  const Solutions sharp = solve(photo, pixels, kernel, outcome.lambda.choice.lambda, options);
  outcome.report = sharp.report;
  if (truth) {
    const Eigen::MatrixXd expected = pixels_of(*truth);
    outcome.quality = Quality{psnr(pixels, expected), psnr(sharp.x, expected)};
  }
  const Image result = image_of(sharp.x, photo);
  outcome.clamped = write_png(options.output, result);
  if (!options.comparison.empty()) {
    std::vector<Image> pictures{photo, result};
    if (truth) pictures.push_back(*truth);
    write_png(options.comparison, side_by_side(pictures));
  }
  if (options.json) return print_json(outcome);
  print_text(outcome, photo, options);
}

void add_model(CLI::App& command, Options& options) {
  const std::map<std::string, Boundary> boundaries{{"zero", Boundary::zero},
                                                   {"circular", Boundary::circular},
                                                   {"reflect", Boundary::reflect},
                                                   {"symmetric", Boundary::symmetric},
                                                   {"replicate", Boundary::replicate}};
  const std::map<std::string, RegularizerName> regularizers{
      {"identity", RegularizerName::identity},
      {"gradient", RegularizerName::gradient},
      {"laplacian", RegularizerName::laplacian}};
  command
      .add_option_function<std::string>(
          "--boundary",
          [&options, boundaries](const std::string& text) {
            options.boundary = boundaries.at(text);
          },
          "zero, circular, reflect*, symmetric or replicate")
      ->check(CLI::IsMember(boundaries))
      ->type_name("NAME");
  command
      .add_option_function<std::string>(
          "--regularizer",
          [&options, regularizers](const std::string& text) {
            options.regularizer = regularizers.at(text);
          },
          "identity, gradient* or laplacian: what is small")
      ->check(CLI::IsMember(regularizers))
      ->type_name("NAME");
}

}  // namespace

void add_deblur(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand("deblur", "Undo a blur of a photograph");
  command->add_option("PHOTO", options->photo, "The .png picture, grey or colour")->required();
  command->add_option("--kernel", options->kernel, "The blur, see below")
      ->required()
      ->type_name("KERNEL");
  add_model(*command, *options);
  command->add_option("--lambda", options->lambda, "How much to regularize: a number, or auto*")
      ->type_name("NUMBER");
  command
      ->add_option("--noise", options->noise, "auto: standard deviation of the noise, in samples")
      ->check(CLI::PositiveNumber)
      ->type_name("SIGMA");
  command->add_option("--output", options->output, "The .png picture to write")
      ->required()
      ->type_name("FILE");
  command->add_option("--truth", options->truth, "The sharp picture: prints PSNR")
      ->type_name("FILE");
  command->add_option("--compare", options->comparison, "A .png picture of before and after")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print JSON");
  add_threads(*command, options->threads);
  command->footer(
      "KERNEL: gaussian:SIZE:SIGMA, box:SIZE, motion:LENGTH:DEGREES, a .npy file of two\n"
      "axes, or a grey .png picture, which is scaled to sum 1. * marks the default.\n"
      "Minimizes |A x - b|^2 + lambda |L x|^2 for pixels x from 0 to 1.\n"
      "Example: toeplix deblur photo.png --kernel gaussian:9:1.5 --output sharp.png");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
