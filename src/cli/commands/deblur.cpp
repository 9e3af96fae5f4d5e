#include "cli/arguments.hpp"
#include "cli/commands/commands.hpp"
#include "cli/deblur/blur_kernel.hpp"
#include "cli/deblur/outcome.hpp"
#include "cli/deblur/pictures.hpp"
#include "cli/deblur/solve.hpp"
#include "cli/kernel/read.hpp"
#include "cli/standard_streams.hpp"

#include <toeplix/files/png.hpp>

#include <fmt/format.h>

#include <map>
#include <memory>

namespace toeplix::cli {
namespace {

struct DeblurArguments {
  std::string photo;
  std::string kernel;
  bool is_volume = false;
  DeblurWishes wishes;
  std::string output;
  std::string truth;
  std::string comparison;
  bool json = false;
};

void check_volume(const DeblurArguments& options) {
  if (!options.is_volume) return;
  if (extension_of(options.output) == ".png") {
    throw UsageError(options.output + ": a picture cannot hold a volume; write .npy");
  }
  if (!options.comparison.empty()) {
    throw UsageError(options.comparison + ": a picture cannot show a volume; leave out --compare");
  }
}

void check_all(const DeblurArguments& options) {
  check_volume(options);
  check_extension_or_stream(options.output, {".png", ".npy"});
  check_folder(options.output);
  if (!options.comparison.empty()) {
    check_extension(options.comparison, {".png"});
    check_folder(options.comparison);
  }
  check(options.wishes);
  check_distinct({options.output, options.comparison},
                 {options.photo, options.truth, parse_kernel_word(options.kernel).path});
}

/// Throws UsageError for a number of channels that no picture has, if one is to be written.
void check_channels(const DeblurArguments& options, const Photo& photo) {
  const Index channels = photo.image.channels;
  if (channels == 1 || channels == 3) return;
  const auto refuse = [&](const std::string& file, const char* advice) {
    throw UsageError(fmt::format("{}: a picture has 1 or 3 channels, {} has {}; {}", file,
                                 input_name(options.photo), channels, advice));
  };
  if (extension_of(options.output) == ".png") refuse(options.output, "write .npy");
  if (!options.comparison.empty()) refuse(options.comparison, "leave out --compare");
}

/// The name of a model that has iterations of its own.
std::string name_of(const DeblurWishes& wishes) {
  if (wishes.is_nonnegative) return "nonnegative_least_squares";
  if (wishes.total_variation) return "total_variation";
  return wishes.richardson_lucy ? "richardson_lucy" : "";
}

/// The photo as it is, for a comparison; nothing if there is to be none.
std::vector<Photo> kept_for_comparison(const DeblurArguments& options, const Photo& photo) {
  if (options.comparison.empty()) return {};
  return {photo};
}

/// Deblurs the photo in its place, so that there is no second copy of a large one.
DeblurOutcome deblur_photo(const DeblurArguments& options, const BlurKernel& kernel,
                           const std::optional<Photo>& truth, Photo& photo) {
  DeblurOutcome outcome;
  Image& image = photo.image;
  Eigen::MatrixXd pixels = pixels_of(photo);
  image.samples = {};
  if (truth) outcome.quality = Quality{psnr(pixels, pixels_of(*truth)), 0};
  Deblurred sharp =
      deblur_pixels(std::move(pixels), photo.extents, photo.white, kernel, options.wishes);
  if (truth) outcome.quality->after = psnr(sharp.pixels, pixels_of(*truth));
  set_pixels(sharp.pixels, photo);
  outcome.report = std::move(sharp.report);
  outcome.model = name_of(options.wishes);
  outcome.lambda = std::move(sharp.lambda);
  outcome.kernel = sharp.kernel;
  return outcome;
}

void run(const DeblurArguments& options) {
  check_all(options);
  const Index budget = options.wishes.resources.memory_budget;
  Photo photo =
      options.is_volume ? read_volume(options.photo, budget) : read_photo(options.photo, budget);
  check_channels(options, photo);
  const BlurKernel kernel = load_blur_kernel(options.kernel, photo.extents.size(), budget);
  const std::optional<Photo> truth = options.truth.empty()
                                         ? std::nullopt
                                         : std::optional(read_truth(options.truth, photo, budget));
  std::vector<Photo> photos = kept_for_comparison(options, photo);
  DeblurOutcome outcome = deblur_photo(options, kernel, truth, photo);
  outcome.operation = options.wishes.operation;
  outcome.kernel_is_symmetric = is_symmetric(kernel);
  outcome.extents = photo.extents;
  outcome.is_white_one = photo.is_white_one;
  outcome.samples = static_cast<Index>(photo.image.samples.size());
  outcome.loses_alpha = !photo.image.alpha.empty() && extension_of(options.output) != ".png";
  outcome.output = options.output;
  outcome.comparison = options.comparison;
  outcome.clamped = write_photo(options.output, photo);
  if (!photos.empty()) {
    photos.push_back(std::move(photo));
    if (truth) photos.push_back(*truth);
    write_png(options.comparison, side_by_side(photos));
  }
  print_summary(options.output, options.json ? to_json(outcome) : to_text(outcome));
}

void add_model(CLI::App& command, DeblurWishes& wishes) {
  const std::map<std::string, Boundary> boundaries{{"zero", Boundary::zero},
                                                   {"circular", Boundary::circular},
                                                   {"reflect", Boundary::reflect},
                                                   {"symmetric", Boundary::symmetric},
                                                   {"replicate", Boundary::replicate}};
  const std::map<std::string, Operation> operations{{"convolution", Operation::convolution},
                                                    {"correlation", Operation::correlation}};
  using Kinds = std::map<std::string, std::optional<RegularizerKind>>;
  const Kinds regularizers{{"identity", RegularizerKind::identity},
                           {"gradient", RegularizerKind::gradient},
                           {"laplacian", RegularizerKind::laplacian}};
  add_choice(command, "--boundary", "NAME", boundaries, wishes.boundary,
             "zero, circular, reflect*, symmetric or replicate");
  add_choice(command, "--operation", "NAME", operations, wishes.operation,
             "convolution* turns KERNEL; correlation as in apply");
  add_choice(command, "--regularizer", "NAME", regularizers, wishes.regularizer,
             "identity, gradient* or laplacian: what is small");
  command.add_flag("--keep-sum", wishes.keeps_sum, "Do not divide the kernel by its sum");
}

constexpr std::uint64_t most_iterations = 2'000'000'000;

void add_lambda(CLI::App& command, DeblurWishes& wishes) {
  command.add_option("--lambda", wishes.lambda, "How much to regularize: a number, or auto*")
      ->type_name("NUMBER");
  command.add_option("--noise", wishes.noise, "auto: standard deviation of the noise, in samples")
      ->check(positive_number)
      ->type_name("SIGMA");
}

void add_method(CLI::App& command, DeblurWishes& wishes) {
  using Methods = std::map<std::string, std::optional<SolveMethod>>;
  const Methods methods{{"automatic", SolveMethod::automatic},
                        {"factorization", SolveMethod::factorization},
                        {"transform", SolveMethod::transform},
                        {"iterative", SolveMethod::iterative}};
  add_choice(command, "--method", "NAME", methods, wishes.method,
             "automatic*, factorization, transform or iterative");
  const std::string models = "Others, see below";
  command.add_flag("--nonnegative", wishes.is_nonnegative, "Least squares, no pixel below 0")
      ->group(models);
  command.add_option("--tv", wishes.total_variation, "Smooth areas, sharp edges: total variation")
      ->check(positive_number)
      ->type_name("W")
      ->group(models);
  command
      .add_option("--richardson-lucy", wishes.richardson_lucy, "Counted photons, by N iterations")
      ->check(whole_number(most_iterations))
      ->type_name("N")
      ->group(models);
  const std::string limits = "When to stop: 1e-6*, --tv 1e-3*; 1000*";
  command.add_option("--tolerance", wishes.tolerance, "When iterations stop")
      ->check(positive_number)
      ->type_name("T")
      ->group(limits);
  command.add_option("--max-iterations", wishes.max_iterations, "When iterations give up")
      ->check(whole_number(most_iterations))
      ->type_name("N")
      ->group(limits);
}

}  // namespace

void add_deblur(CLI::App& program) {
  auto options = std::make_shared<DeblurArguments>();
  CLI::App* command = program.add_subcommand("deblur", "Undo a blur of a photograph");
  command->add_option("PHOTO", options->photo, "A .png; or a .npy, channels first; - reads .npy")
      ->required();
  command
      ->add_option("--kernel", options->kernel, "The blur: toeplix spec; it is divided by its sum")
      ->required()
      ->type_name("KERNEL");
  command->add_flag("--volume", options->is_volume, "All axes of the .npy are axes of pixels");
  add_model(*command, options->wishes);
  add_lambda(*command, options->wishes);
  add_method(*command, options->wishes);
  command->add_option("--output", options->output, "The .png or .npy file to write; - prints .npy")
      ->required()
      ->type_name("FILE");
  const std::string judging = "The sharp picture, for PSNR; a .png of both";
  command->add_option("--truth", options->truth, "The sharp picture: prints PSNR")
      ->type_name("FILE")
      ->group(judging);
  command->add_option("--compare", options->comparison, "A .png picture of before and after")
      ->type_name("FILE")
      ->group(judging);
  command->add_flag("--json", options->json, "Print JSON");
  add_threads(*command, options->wishes.resources.threads);
  add_memory(*command, options->wishes.resources.memory_budget);
  command->footer(
      "Least |A x - b|^2 + lambda |L x|^2 of pixels x from 0 to 1; with --nonnegative\n"
      "L = 1, x >= 0; with --tv least |A x - b|^2 / 2 + W TV(x). * marks the default.\n"
      "Example: toeplix deblur photo.png --kernel gaussian:9:1.5 --output sharp.png");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
