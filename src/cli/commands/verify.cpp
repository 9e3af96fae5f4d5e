#include <toeplix/verify.hpp>

#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/json.hpp"
#include "cli/kernel/read.hpp"
#include "cli/offsets.hpp"
#include "cli/progress.hpp"
#include "cli/standard_streams.hpp"
#include "cli/tensor_files.hpp"
#include "cli/weights.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <random>

namespace toeplix::cli {
namespace {

struct VerifyArguments {
  std::vector<std::string> spec;
  std::string weights;
  bool per_pixel = false;
  std::string bias;
  std::string input;
  std::uint64_t seed = 1;
  Precision precision = Precision::by_file;
  bool json = false;
  Resources resources;
};

/// Integers from -9 to 9, so that sums are exact; the same for the same seed on every machine.
std::vector<double> random_integers(Index count, std::mt19937_64& random) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) value = static_cast<double>(random() % 19) - 9;
  return values;
}

Weights random_weights(Index count, Precision precision, std::mt19937_64& random) {
  const std::vector<double> values = random_integers(count, random);
  if (precision == Precision::single) return std::vector<float>(values.begin(), values.end());
  return values;
}

template <class Scalar>
VerifyReport verify_image(const AnyConv& convolution, const std::vector<Scalar>& weights,
                          std::span<const double> image, const std::vector<double>& bias,
                          const VerifyArguments& options) {
  const std::vector<Scalar> x(image.begin(), image.end());
  const std::vector<Scalar> biases = numbers_of<Scalar>(bias, "bias");
  return with_kind(weights, options.per_pixel, [&](const auto& kernels) {
    return std::visit(
        [&](const auto& conv) {
          return biases.empty() ? toeplix::verify(conv, kernels, x, options.resources)
                                : toeplix::verify(conv, kernels, x, biases, options.resources);
        },
        convolution);
  });
}

/// The report of the first image that fails, or of the last.
VerifyReport verify_all(const AnyConv& convolution, const Weights& weights, const Batch& batch,
                        const std::vector<double>& bias, const VerifyArguments& options) {
  const Progress progress("verifying");
  const std::size_t size = batch.values.size() / static_cast<std::size_t>(batch.count);
  VerifyReport report;
  for (std::size_t i = 0; i < static_cast<std::size_t>(batch.count); ++i) {
    const auto image = std::span(batch.values).subspan(i * size, size);
    report = std::visit(
        [&](const auto& values) { return verify_image(convolution, values, image, bias, options); },
        weights);
    if (!report.passed) break;
  }
  return report;
}

void print_json(const VerifyReport& report) {
  fmt::print("{}", json_text({{"rows", report.rows},
                              {"cols", report.cols},
                              {"nnz", report.nnz},
                              {"exact", report.exact},
                              {"largest_error", report.largest_error}}));
}

/// How many weights there are.
double count_weights(const AnyConv& convolution, bool per_pixel) {
  return std::visit(
      [per_pixel](const auto& conv) {
        const auto weights = static_cast<double>(conv.weight_count());
        return per_pixel ? weights * static_cast<double>(Pattern(conv).kernel_pixels()) : weights;
      },
      convolution);
}

/// Matrix, weights, image and three results, once more where they change precision.
double bytes_needed(const AnyConv& convolution, bool per_pixel) {
  const double weights = count_weights(convolution, per_pixel);
  return std::visit(
      [weights](const auto& conv) {
        const auto rows = static_cast<double>(conv.rows());
        const auto cols = static_cast<double>(conv.cols());
        const auto nnz = static_cast<double>(conv.nnz());
        const double vectors = 16 * cols + 24 * rows + 16 * weights;
        const double matrix = 16 * nnz + 8 * rows;
        return vectors + matrix;
      },
      convolution);
}

void run(const VerifyArguments& options) {
  check_one_stream(
      {options.input, options.bias,
       options.weights.empty() ? std::string() : parse_kernel_word(options.weights).path});
  const AnyConv convolution = parse_convolution(options.spec);
  const Index budget = options.resources.memory_budget;
  check_memory(budget, bytes_needed(convolution, options.per_pixel), "verification",
               "verify a smaller image: rows repeat in the middle of an axis");
  const Tensor tensor = tensor_of(convolution, Side::input);
  const auto weight_count = static_cast<Index>(count_weights(convolution, options.per_pixel));
  std::mt19937_64 random(options.seed);
  const bool fits = (options.input.empty() || fits_float(options.input, budget)) &&
                    (options.bias.empty() || fits_float(options.bias, budget));
  const Weights weights = options.weights.empty()
                              ? random_weights(weight_count, options.precision, random)
                              : load_weights(options.weights, convolution,
                                             {options.precision, budget, fits, options.per_pixel});
  const Batch batch = options.input.empty() ? Batch{random_integers(tensor.size(), random)}
                                            : read_batch(options.input, tensor, budget);
  if (batch.count == 0)
    throw UsageError(input_name(options.input) + ": holds nothing to verify with");
  const std::vector<double> bias =
      options.bias.empty() ? std::vector<double>() : read_bias(options.bias, convolution, budget);
  const VerifyReport report = verify_all(convolution, weights, batch, bias, options);
  if (!report.passed) throw VerificationFailed("verification failed: " + report.message);
  if (options.json) return print_json(report);
  fmt::print("verified {} x {}, {} entries: {}\n", report.rows, report.cols, report.nnz,
             report.message);
}

}  // namespace

void add_verify(CLI::App& program) {
  auto options = std::make_shared<VerifyArguments>();
  CLI::App* command = program.add_subcommand("verify", "Hold the matrix against direct loops");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  add_per_pixel(*command, options->per_pixel);
  add_bias(*command, options->bias);
  command->add_option("--input", options->input, "A .npy or .png file, as for apply")
      ->type_name("FILE");
  command->add_option("--seed", options->seed, "Of random integers that stand for what is missing")
      ->check(whole_number(std::numeric_limits<std::uint64_t>::max()))
      ->type_name("N");
  add_precision(*command, options->precision);
  add_json(*command, options->json);
  add_threads(*command, options->resources.threads);
  add_memory(*command, options->resources.memory_budget);
  set_help(*command, "Example: toeplix verify input=28,28 kernel=3,3 in=4 out=8 stride=2");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
