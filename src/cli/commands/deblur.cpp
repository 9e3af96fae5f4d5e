#include "cli/arguments.hpp"
#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/deblur/outcome.hpp"
#include "cli/deblur/pictures.hpp"
#include "cli/kernel/read.hpp"

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
  for (const std::string& path : {options.output, options.comparison}) {
    if (path.empty()) continue;
    check_extension(path, {".png"});
    check_folder(path);
  }
  if (options.noise > 0 && options.lambda != "auto") {
    throw UsageError("--noise is for --lambda auto, which finds lambda by it");
  }
  check_distinct({options.output, options.comparison},
                 {options.photo, options.truth, parse_kernel_word(options.kernel).path});
}

/// Writes the sharp picture, and the comparison if there is to be one. Returns how many samples
/// were clamped.
Index write_pictures(const DeblurArguments& options, const Image& photo, const Image& sharp,
                     const std::optional<Image>& truth) {
  const Index clamped = write_png(options.output, sharp);
  if (options.comparison.empty()) return clamped;
  std::vector<Image> pictures{photo, sharp};
  if (truth) pictures.push_back(*truth);
  write_png(options.comparison, side_by_side(pictures));
  return clamped;
}

DeblurOutcome deblur_photo(const DeblurArguments& options) {
  BlurModel model = options.model;
  const Image photo = read_png(options.photo);
  model.kernel = load_blur_kernel(options.kernel);
  const std::optional<Image> truth =
      options.truth.empty() ? std::nullopt : std::optional(read_truth(options.truth, photo));
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
  outcome.height = photo.height;
  outcome.width = photo.width;
  outcome.samples = static_cast<Index>(photo.samples.size());
  outcome.output = options.output;
  outcome.comparison = options.comparison;
  outcome.clamped = write_pictures(options, photo, image_of(sharp.x, photo), truth);
  return outcome;
}

void run(const DeblurArguments& options) {
  check(options);
  try {
    const DeblurOutcome outcome = deblur_photo(options);
    fmt::print("{}", options.json ? to_json(outcome) : to_text(outcome));
  } catch (const CapacityError& error) {
    throw TooLarge(with_advice(error, "use a smaller image or kernel"));
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
  command->add_option("PHOTO", options->photo, "The .png picture, grey or colour")->required();
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
  command->add_option("--output", options->output, "The .png picture to write")
      ->required()
      ->type_name("FILE");
  command->add_option("--truth", options->truth, "The sharp picture: prints PSNR")
      ->type_name("FILE");
  command->add_option("--compare", options->comparison, "A .png picture of before and after")
      ->type_name("FILE");
  command->add_flag("--json", options->json, "Print JSON");
  add_threads(*command, options->model.resources.threads);
  command->footer(
      "KERNEL: gaussian:SIZE:SIGMA, box:SIZE, motion:LENGTH:DEGREES, numbers as\n"
      "\"0,1;2,3\", a .npy file of two axes, or a grey .png, scaled to sum 1. * marks the\n"
      "default. A convolution turns the kernel by 180 degrees, as optics does; apply\n"
      "does not, unless its spec says operation=convolution.\n"
      "Minimizes |A x - b|^2 + lambda |L x|^2 for pixels x from 0 to 1.\n"
      "Example: toeplix deblur photo.png --kernel gaussian:9:1.5 --output sharp.png");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
