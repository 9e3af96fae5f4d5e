#include "cli/weights.hpp"

#include "cli/builtin_kernels.hpp"
#include "cli/typed_kernel.hpp"

#include <toeplix/files/npy.hpp>

namespace toeplix::cli {
namespace {

/// What weights must look like.
struct Expected {
  Extents weights;
  Extents kernel;
  bool transposed;        ///< whether the convolution is
  Extents of_other_kind;  ///< weights of one that is transposed if this is not, and the reverse
};

Expected expected_by(const AnyConv& convolution) {
  const bool transposed = std::holds_alternative<TransposedConvolution>(convolution);
  return std::visit(
      [&](const auto& conv) {
        Expected expected{conv.weights_shape(), conv.kernel(), transposed, conv.weights_shape()};
        const Index channels = transposed ? conv.in_channels() : conv.out_channels();
        expected.of_other_kind[0] = transposed ? conv.out_channels() : conv.in_channels();
        expected.of_other_kind[1] = channels / conv.groups();
        return expected;
      },
      convolution);
}

/// What may be behind weights of another shape; empty if nobody can say.
std::string shape_hint(const Expected& expected, const Extents& shape) {
  if (shape == expected.of_other_kind) {
    return expected.transposed ? "; they fit the convolution: did you mean it without 'transposed'?"
                               : "; they fit the transposed convolution: did you mean transposed?";
  }
  Extents last = expected.kernel;
  last.insert(last.end(), {expected.weights[1], expected.weights[0]});
  if (shape != last) return {};
  return "; with channels last, as TensorFlow has them: transpose them to (" +
         std::string(expected.transposed ? "in, out" : "out, in") + ", kernel...)";
}

/// The kernel once per channel.
std::vector<double> spread(const std::vector<double>& kernel, const std::string& source,
                           const Extents& weights) {
  if (weights[1] != 1) {
    throw UsageError(source + ": such a kernel works on each channel alone, but the spec " +
                     "joins " + std::to_string(weights[1]) +
                     " channels; expected groups equal to the number of channels");
  }
  std::vector<double> result;
  for (Index channel = 0; channel < weights[0]; ++channel) {
    result.insert(result.end(), kernel.begin(), kernel.end());
  }
  return result;
}

template <class Scalar>
std::vector<Scalar> read_weights(const std::string& path, const Expected& expected) {
  const Extents shape = read_npy_header(path).shape;
  const bool one_channel = expected.weights[0] == 1 && expected.weights[1] == 1;
  if (shape == expected.weights || (one_channel && shape == expected.kernel)) {
    return read_npy<Scalar>(path).values;
  }
  throw GeometryError(path + ": expected weights of shape " + format_shape(expected.weights) +
                      ", got " + format_shape(shape) + shape_hint(expected, shape));
}

/// Numbers in one row are a kernel of one axis, too.
std::vector<double> fitting(const TypedKernel& kernel, const std::string& source,
                            const Extents& expected) {
  const bool one_axis = kernel.extents[0] == 1 && expected == Extents{kernel.extents[1]};
  if (one_axis || kernel.extents == expected) return kernel.values;
  throw UsageError(source + ": a kernel of shape " + format_shape(kernel.extents) +
                   ", the spec has " + format_shape(expected));
}

bool is_float_file(const std::string& path) {
  const NumberType type = read_npy_header(path).type;
  return type == NumberType::float16 || type == NumberType::float32;
}

}  // namespace

void add_precision(CLI::App& command, Precision& precision) {
  auto* single = command.add_flag_callback(
      "--float", [&precision] { precision = Precision::single; }, "Compute in 32-bit floats");
  auto* twofold = command.add_flag_callback(
      "--double", [&precision] { precision = Precision::twofold; },
      "In 64-bit floats; default unless all files have 32");
  single->excludes(twofold);
}

CLI::Option* add_weights(CLI::App& command, std::string& source) {
  return command.add_option("--weights", source, "A .npy file, a built-in kernel, or numbers")
      ->type_name("KERNEL");
}

Weights load_weights(const std::string& source, const AnyConv& convolution, Precision precision,
                     bool others_fit_float) {
  const Expected expected = expected_by(convolution);
  std::optional<std::vector<double>> kernel;
  if (const auto typed = typed_kernel(source)) {
    kernel = fitting(*typed, source, expected.kernel);
  } else {
    kernel = builtin_kernel(source, expected.kernel);
  }
  if (kernel) {
    const std::vector<double> values = spread(*kernel, source, expected.weights);
    if (precision == Precision::single) return std::vector<float>(values.begin(), values.end());
    return values;
  }
  const bool by_file = precision == Precision::by_file && others_fit_float && is_float_file(source);
  if (precision == Precision::single || by_file) return read_weights<float>(source, expected);
  return read_weights<double>(source, expected);
}

}  // namespace toeplix::cli
