#include "cli/apply_matrix.hpp"
#include "cli/capacity.hpp"
#include "cli/commands/commands.hpp"
#include "cli/kernel/read.hpp"
#include "cli/offsets.hpp"
#include "cli/progress.hpp"
#include "cli/standard_streams.hpp"
#include "cli/tensor_files.hpp"
#include "cli/weights.hpp"

#include <toeplix/operator.hpp>
#include <toeplix/separated.hpp>

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <span>

namespace toeplix::cli {
namespace {

struct ApplyArguments {
  std::vector<std::string> spec;
  std::string weights;
  bool per_pixel = false;
  std::string bias;
  std::string offset;
  std::string variable;
  std::string input;
  std::string output;
  Direction direction = Direction::forward;
  Precision precision = Precision::by_file;
  bool json = false;
  Resources resources;
};

template <class Scalar>
Operator<Scalar> make_operator(const AnyConv& convolution, const std::vector<Scalar>& weights,
                               const ApplyArguments& options) {
  return std::visit(
      [&](const auto& conv) {
        const auto op = with_kind(weights, options.per_pixel, [&](const auto& kernels) {
          return Operator<Scalar>(conv, kernels, options.resources);
        });
        return options.direction == Direction::forward ? op : op.transpose();
      },
      convolution);
}

/// What is added to every product; empty if that is nothing.
template <class Scalar>
std::vector<Scalar> added_offset(const AnyConv& convolution, const std::vector<Scalar>& weights,
                                 const ApplyArguments& options) {
  if (options.bias.empty() && padding_value_of(convolution) == 0) return {};
  const std::vector<double> bias =
      read_bias(options.bias, convolution, options.resources.memory_budget);
  return offset_of(convolution, weights, options.per_pixel, bias, {}, options.resources);
}

/// Throws UsageError for what is added, if the matrix is transposed.
void check_no_offset(const AnyConv& convolution, const ApplyArguments& options) {
  if (options.direction == Direction::forward) return;
  const double padding = padding_value_of(convolution);
  const std::string word = padding != 0 ? fmt::format("padding_value={}", padding) : "--bias";
  if (padding == 0 && options.bias.empty()) return;
  throw UsageError(word + " goes without --transpose: the transposed matrix adds nothing");
}

template <class Scalar>
Batch apply_to_all(const LinearMap<Scalar>& op, const std::vector<Scalar>& offset,
                   const Batch& input) {
  const auto rows = static_cast<std::size_t>(op.rows());
  const auto cols = static_cast<std::size_t>(op.cols());
  Batch output = input.without_values();
  output.values.reserve(rows * static_cast<std::size_t>(input.count));
  std::vector<Scalar> y(rows);
  for (auto image = input.values.begin(); image != input.values.end();
       image += static_cast<std::ptrdiff_t>(cols)) {
    const std::vector<Scalar> x(image, image + static_cast<std::ptrdiff_t>(cols));
    op.apply(x, y);
    for (std::size_t row = 0; row < offset.size(); ++row) y[row] += offset[row];
    output.values.insert(output.values.end(), y.begin(), y.end());
  }
  return output;
}

/// The input, and the results, once as they are computed and once as they are written.
void check_results(const ApplyArguments& options, const Tensor& to, const Batch& input) {
  const double results = static_cast<double>(to.size()) * static_cast<double>(input.count);
  const double bytes = sizeof(double) * (static_cast<double>(input.values.size()) + 2 * results);
  check_memory(options.resources.memory_budget, bytes,
               "the input with a result of " + format_shape(to.extents),
               "raise --memory, or apply to fewer images at once, or to parts of one");
}

void print(const Summary& summary, const ApplyArguments& options) {
  print_summary(options.output, options.json ? to_json(summary) : to_text(summary));
}

void run_on_matrix(const ApplyArguments& options) {
  const std::string& path = options.spec.front();
  if (!options.bias.empty()) {
    throw UsageError("--bias goes with a SPEC; " + input_name(path) + " has no channels");
  }
  if (!options.offset.empty() && options.direction == Direction::transposed) {
    throw UsageError("--offset goes without --transpose: the transposed matrix adds nothing");
  }
  check_distinct({options.output}, {options.input, options.offset, path});
  const Progress progress("multiplying by " + input_name(path));
  print(apply_matrix(read_matrix(path, options.variable, options.resources),
                     {options.direction, options.precision, options.input, options.output,
                      options.offset, options.resources.memory_budget}),
        options);
}

void run(const ApplyArguments& options) {
  check_extension_or_stream(options.output, {".npy", ".png"});
  check_folder(options.output);
  if (takes_matrix_file(options.spec, options.weights, options.variable)) {
    if (options.per_pixel) throw UsageError("--per-pixel goes with --weights");
    return run_on_matrix(options);
  }
  if (options.weights.empty()) throw UsageError("--weights is needed with a SPEC");
  if (!options.offset.empty()) {
    throw UsageError("--offset goes with a matrix file; a SPEC takes --bias");
  }
  check_distinct({options.output},
                 {options.input, options.bias, parse_kernel_word(options.weights).path});
  const AnyConv convolution = parse_convolution(options.spec);
  check_no_offset(convolution, options);
  const bool forward = options.direction == Direction::forward;
  const Tensor from = tensor_of(convolution, forward ? Side::input : Side::output);
  const Tensor to = tensor_of(convolution, forward ? Side::output : Side::input);
  const Index budget = options.resources.memory_budget;
  const bool fits = fits_float(options.input, budget) &&
                    (options.bias.empty() || fits_float(options.bias, budget));
  const Batch input = [&] {
    const Progress progress("reading " + input_name(options.input));
    return read_batch(options.input, from, budget);
  }();
  const Weights weights = load_weights(options.weights, convolution,
                                       {options.precision, budget, fits, options.per_pixel});
  check_results(options, to, input);
  const auto apply_and_write = [&]<class Scalar>(const std::vector<Scalar>& values) {
    const Operator<Scalar> op = make_operator(convolution, values, options);
    const std::optional<Separated<Scalar>> apart = separated(op);
    Batch output = [&] {
      const Progress progress("applying");
      return apply_to_all(apart ? apart->map : LinearMap<Scalar>(op),
                          added_offset(convolution, values, options), input);
    }();
    const Progress progress("writing " + output_name(options.output));
    Summary summary = write_batch<Scalar>(options.output, to, std::move(output));
    if (apart) summary.separated_terms = apart->terms;
    return summary;
  };
  print(std::visit(apply_and_write, weights), options);
}

}  // namespace

void add_apply(CLI::App& program) {
  auto options = std::make_shared<ApplyArguments>();
  CLI::App* command =
      program.add_subcommand("apply", "Multiply a picture or an array by the matrix");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights);
  add_per_pixel(*command, options->per_pixel);
  add_bias(*command, options->bias);
  command
      ->add_option("--offset", options->offset,
                   "A .npy file: what each row of a file's matrix adds")
      ->type_name("FILE");
  add_variable(*command, options->variable);
  command->add_option("--input", options->input, "A .npy or .png file; - reads .npy")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--output", options->output,
                   "A .npy or .png (rounded, clamped) file; - for .npy")
      ->required()
      ->type_name("FILE");
  command->add_flag_callback(
      "--transpose", [options] { options->direction = Direction::transposed; },
      "Multiply by the transposed matrix");
  add_precision(*command, options->precision);
  add_json(*command, options->json);
  add_threads(*command, options->resources.threads);
  add_memory(*command, options->resources.memory_budget);
  set_help(*command,
           "A .npy file has shape (channels, extents...), with order=channels_last or\n"
           "column_major (extents..., channels); several have one more axis in front. A\n"
           ".png is taken channel by channel if the spec has one. In place of SPEC: a .npz,\n"
           ".mtx or .mat file (or - for .mtx), and .npy files of N x columns numbers.\n"
           "Example: toeplix apply input=480,640 kernel=9,9 padding=4 boundary=reflect \\\n"
           "           --weights gaussian:9:1.5 --input photo.png --output blurred.png");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
