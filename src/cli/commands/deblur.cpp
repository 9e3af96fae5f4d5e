#include "cli/arguments.hpp"
#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/deblur/outcome.hpp"
#include "cli/deblur/pictures.hpp"
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
  BlurModel model;
  std::string lambda = "auto";
  double noise = 0;
  std::string output;
  std::string truth;
  std::string comparison;
  bool json = false;
};

void check(const DeblurArguments& options) {
  check_extension_or_stream(options.output, {".png", ".npy"});
  check_folder(options.output);
  if (!options.comparison.empty()) {
    check_extension(options.comparison, {".png"});
    check_folder(options.comparison);
  }
  if (options.noise > 0 && options.lambda != "auto") {
    throw UsageError("--noise is for --lambda auto, which finds lambda by it");
  }
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

/// Writes the sharp picture, and the comparison if there is to be one. Returns how many samples
/// were clamped.
Index write_pictures(const DeblurArguments& options, const Photo& photo, const Photo& sharp,
                     const std::optional<Photo>& truth) {
  const Index clamped = write_photo(options.output, sharp);
  if (options.comparison.empty()) return clamped;
  std::vector<Photo> photos{photo, sharp};
  if (truth) photos.push_back(*truth);
  write_png(options.comparison, side_by_side(photos));
  return clamped;
}

DeblurOutcome deblur_photo(const DeblurArguments& options) {
  BlurModel model = options.model;
  const Index budget = model.resources.memory_budget;
  const Photo photo = read_photo(options.photo, budget);
  check_channels(options, photo);
  model.kernel = load_blur_kernel(options.kernel, budget);
  const std::optional<Photo> truth = options.truth.empty()
                                         ? std::nullopt
                                         : std::optional(read_truth(options.truth, photo, budget));
  DeblurOutcome outcome;
  outcome.lambda = options.lambda == "auto" ? find_lambda(photo, model, options.noise)
                                            : read_lambda(options.lambda);
  const Solutions sharp = deblur(photo, model, outcome.lambda.choice.lambda);
  outcome.report = sharp.report;
  outcome.operation = model.operation;
  outcome.kernel_is_symmetric = is_symmetric(model.kernel);
  if (truth) {
    const Eigen::MatrixXd expected = pixels_of(*truth);
    outcome.quality = Quality{psnr(pixels_of(photo), expected), psnr(sharp.x, expected)};
  }
  outcome.height = photo.image.height;
  outcome.width = photo.image.width;
  outcome.samples = static_cast<Index>(photo.image.samples.size());
  outcome.loses_alpha = !photo.image.alpha.empty() && extension_of(options.output) != ".png";
  outcome.output = options.output;
  outcome.comparison = options.comparison;
  outcome.clamped = write_pictures(options, photo, photo_of(sharp.x, photo), truth);
  return outcome;
}

void run(const DeblurArguments& options) {
  check(options);
  try {
    const DeblurOutcome outcome = deblur_photo(options);
    print_summary(options.output, options.json ? to_json(outcome) : to_text(outcome));
  } catch (const CapacityError& error) {
    throw TooLarge(with_advice(error, "raise --memory, or use a smaller image or kernel"));
  }
}

void add_model(CLI::App& command, DeblurArguments& options) {
  const std::map<std::string, Boundary> boundaries{{"zero", Boundary::zero},
                                                   {"circular", Boundary::circular},
                                                   {"reflect", Boundary::reflect},
                                                   {"symmetric", Boundary::symmetric},
                                                   {"replicate", Boundary::replicate}};
  const std::map<std::string, Operation> operations{{"convolution", Operation::convolution},
                                                    {"correlation", Operation::correlation}};
  const std::map<std::string, RegularizerName> regularizers{
      {"identity", RegularizerName::identity},
      {"gradient", RegularizerName::gradient},
      {"laplacian", RegularizerName::laplacian}};
  add_choice(command, "--boundary", "NAME", boundaries, options.model.boundary,
             "zero, circular, reflect*, symmetric or replicate");
  add_choice(command, "--operation", "NAME", operations, options.model.operation,
             "convolution* or correlation (as apply), see below");
  add_choice(command, "--regularizer", "NAME", regularizers, options.model.regularizer,
             "identity, gradient* or laplacian: what is small");
}

}  // namespace

void add_deblur(CLI::App& program) {
  auto options = std::make_shared<DeblurArguments>();
  CLI::App* command = program.add_subcommand("deblur", "Undo a blur of a photograph");
  command->add_option("PHOTO", options->photo, "A .png picture, or a .npy array; - reads .npy")
      ->required();
  command->add_option("--kernel", options->kernel, "The blur, see below")
      ->required()
      ->type_name("KERNEL");
  add_model(*command, *options);
  command->add_option("--lambda", options->lambda, "How much to regularize: a number, or auto*")
      ->type_name("NUMBER");
  command
      ->add_option("--noise", options->noise, "auto: standard deviation of the noise, in samples")
      ->check(positive_number)
      ->type_name("SIGMA");
  command->add_option("--output", options->output, "The .png or .npy file to write; - prints .npy")
      ->required()
      ->type_name("FILE");
  command->add_option("--truth", options->truth, "The sharp picture: prints PSNR")
      ->type_name("FILE");
  command->add_option("--compare", options->comparison, "A .png picture of before and after")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print JSON");
  add_threads(*command, options->model.resources.threads);
  add_memory(*command, options->model.resources.memory_budget);
  command->footer(
      "KERNEL: toeplix spec. A .npy array is (height, width) or (channels, height,\n"
      "width). A convolution turns KERNEL round; apply does not. * marks the default.\n"
      "Minimizes |A x - b|^2 + lambda |L x|^2 for pixels x from 0 to 1.\n"
      "Example: toeplix deblur photo.png --kernel gaussian:9:1.5 --output sharp.png");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
