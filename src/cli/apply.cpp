#include "commands.hpp"
#include "progress.hpp"
#include "tensor_files.hpp"
#include "weights.hpp"

#include <toeplix/operator.hpp>

#include <fmt/format.h>

#include <memory>
#include <span>

namespace toeplix::cli {
namespace {

enum class Direction { forward, transposed };

struct Options {
  std::vector<std::string> spec;
  std::string weights;
  std::string input;
  std::string output;
  Direction direction = Direction::forward;
  Precision precision = Precision::by_file;
  CompileOptions compile;
};

template <class Scalar>
Operator<Scalar> make_operator(const AnyConv& convolution, const std::vector<Scalar>& weights,
                               const Options& options) {
  return std::visit(
      [&](const auto& conv) {
        const Operator<Scalar> op(conv, weights, options.compile);
        return options.direction == Direction::forward ? op : op.transpose();
      },
      convolution);
}

template <class Scalar>
Batch apply_to_all(const Operator<Scalar>& op, const Batch& input) {
  const auto rows = static_cast<std::size_t>(op.rows());
  const auto cols = static_cast<std::size_t>(op.cols());
  Batch output = input;
  output.values.clear();
  std::vector<Scalar> y(rows);
  for (auto image = input.values.begin(); image != input.values.end();
       image += static_cast<std::ptrdiff_t>(cols)) {
    const std::vector<Scalar> x(image, image + static_cast<std::ptrdiff_t>(cols));
    op.apply(x, y);
    output.values.insert(output.values.end(), y.begin(), y.end());
  }
  return output;
}

void run(const Options& options) {
  check_extension(options.output, {".npy", ".png"});
  check_folder(options.output);
  const AnyConv convolution = parse_convolution(options.spec);
  const bool forward = options.direction == Direction::forward;
  const Tensor from = tensor_of(convolution, forward ? Side::input : Side::output);
  const Tensor to = tensor_of(convolution, forward ? Side::output : Side::input);
  const Batch input = read_batch(options.input, from);
  const Weights weights =
      load_weights(options.weights, convolution, options.precision, fits_float(options.input));
  const auto apply_and_write = [&]<class Scalar>(const std::vector<Scalar>& values) {
    const Batch output = [&] {
      const Progress progress("applying");
      return apply_to_all(make_operator(convolution, values, options), input);
    }();
    fmt::print("{}\n", write_batch<Scalar>(options.output, to, output));
  };
  std::visit(apply_and_write, weights);
}

}  // namespace

void add_apply(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      program.add_subcommand("apply", "Multiply a picture or an array by the matrix");
  add_spec(*command, options->spec);
  add_weights(*command, options->weights)->required();
  command->add_option("--input", options->input, "A .npy or .png file, see below")
      ->required()
      ->type_name("FILE");
  command
      ->add_option("--output", options->output,
                   "The file to write: .npy, or .png (rounded and clamped)")
      ->required()
      ->type_name("FILE");
  command->add_flag_callback(
      "--transpose", [options] { options->direction = Direction::transposed; },
      "Multiply by the transposed matrix");
  add_precision(*command, options->precision);
  add_threads(*command, options->compile.threads);
  set_help(
      *command,
      "FILE: .npy of shape (channels, extents...), or several of them with a leading axis; or a\n"
      "  .png picture, whose channels are taken one by one if the spec has one channel\n"
      "Example: toeplix apply input=480,640 kernel=9,9 padding=4 boundary=reflect \\\n"
      "           --weights gaussian:9:1.5 --input photo.png --output blurred.png");
  command->callback([options] { run(*options); });
}

}  // namespace toeplix::cli
