#include <toeplix/verify.hpp>

#include "commands.hpp"
#include "progress.hpp"
#include "tensor_files.hpp"
#include "weights.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <random>

namespace toeplix::cli {
namespace {

struct Options {
  std::vector<std::string> spec;
  std::string weights;
  std::string input;
  std::uint64_t seed = 1;
  Precision precision = Precision::by_file;
  bool json = false;
  CompileOptions compile;
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
                          std::span<const double> image, const CompileOptions& options) {
  const std::vector<Scalar> x(image.begin(), image.end());
  return std::visit([&](const auto& conv) { return toeplix::verify(conv, weights, x, options); },
                    convolution);
}

/// The report of the first image that fails, or of the last.
VerifyReport verify_all(const AnyConv& convolution, const Weights& weights, const Batch& batch,
                        const CompileOptions& options) {
  const Progress progress("verifying");
  const std::size_t size = batch.values.size() / static_cast<std::size_t>(batch.count);
  VerifyReport report;
  for (std::size_t i = 0; i < static_cast<std::size_t>(batch.count); ++i) {
    const auto image = std::span(batch.values).subspan(i * size, size);
    report = std::visit(
        [&](const auto& values) { return verify_image(convolution, values, image, options); },
        weights);
    if (!report.passed) break;
  }
  return report;
}

void print_json(const VerifyReport& report) {
  fmt::print(
      "{{\n  \"rows\": {},\n  \"cols\": {},\n  \"nnz\": {},\n  \"exact\": {},\n"
      "  \"largest_error\": {}\n}}\n",
      report.rows, report.cols, report.nnz, report.exact, report.largest_error);
}

void run(const Options& options) {
  const AnyConv convolution = parse_convolution(options.spec);
  const Tensor tensor = tensor_of(convolution, Side::input);
  const Index weight_count =
      std::visit([](const auto& conv) { return conv.weight_count(); }, convolution);
  std::mt19937_64 random(options.seed);
  const Weights weights = options.weights.empty()
                              ? random_weights(weight_count, options.precision, random)
                              : load_weights(options.weights, convolution, options.precision,
                                             options.input.empty() || fits_float(options.input));
  const Batch batch = options.input.empty() ? Batch{random_integers(tensor.size(), random)}
                                            : read_batch(options.input, tensor);
  if (batch.count == 0) throw UsageError(options.input + ": holds nothing to verify with");
  const VerifyReport report = verify_all(convolution, weights, batch, options.compile);
  if (!report.passed) throw VerificationFailed("verification failed: " + report.message);
  if (options.json) return print_json(report);
  fmt::print("verified {} x {}, {} entries: {}\n", report.rows, report.cols, report.nnz,
             report.message);
}

}  // namespace

void add_verify(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command = program.add_subcommand(
      "verify", "Hold the matrix against direct loops, exit code 1 if wrong");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  command->add_option("--input", options->input, "A .npy or .png file, as for apply")
      ->type_name("FILE");
  command
      ->add_option("--seed", options->seed,
                   "Seed of the small random integers that stand for what is not given")
      ->type_name("N");
  add_precision(*command, options->precision);
  command->add_flag("--json", options->json, "Print JSON");
  add_threads(*command, options->compile.threads);
  set_help(*command,
           "Example: toeplix verify input=28,28 kernel=3,3 in=4 out=8 stride=2 padding=1");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
