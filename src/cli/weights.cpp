#include "cli/weights.hpp"

#include "cli/capacity.hpp"
#include "cli/kernel/builtin.hpp"
#include "cli/kernel/read.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace toeplix::cli {
namespace {

/// What weights must look like.
struct Expected {
  const AnyConv& convolution;
  Extents weights;
  Extents kernel;
  Index out;          ///< output channels of the convolution, or of the adjoint if it is transposed
  Index in;           ///< input channels of a group, likewise
  Extents pixels;     ///< extents of the image that has a kernel for each pixel
  Extents per_pixel;  ///< weights of a kernel for each pixel
};

Extents joined(Extents front, const Extents& behind) {
  front.insert(front.end(), behind.begin(), behind.end());
  return front;
}

Expected expected_by(const AnyConv& convolution) {
  const bool transposed = std::holds_alternative<TransposedConvolution>(convolution);
  return std::visit(
      [&](const auto& conv) {
        const Index out = transposed ? conv.in_channels() : conv.out_channels();
        const Index in = transposed ? conv.out_channels() : conv.in_channels();
        const Extents& pixels = transposed ? conv.input() : conv.output();
        return Expected{convolution,
                        conv.weights_shape(),
                        conv.kernel(),
                        out,
                        in / conv.groups(),
                        pixels,
                        joined(pixels, conv.weights_shape())};
      },
      convolution);
}

/// Whether an array is the kernel of one channel: its extents, after axes of 1. (One row and one
/// column are kernels of one axis, too.)
bool is_kernel(const Extents& shape, const Extents& kernel) {
  if (kernel.size() == 1 && shape == Extents{kernel[0], 1}) return true;
  if (shape.size() < kernel.size()) return false;
  const auto extra = static_cast<std::ptrdiff_t>(shape.size() - kernel.size());
  const auto begin = shape.begin() + extra;
  return extra <= 2 && std::all_of(shape.begin(), begin, [](Index one) { return one == 1; }) &&
         std::equal(begin, shape.end(), kernel.begin());
}

/// Whether an array has a kernel of one channel for each pixel.
bool are_kernels(const Extents& shape, const Expected& expected) {
  const auto pixels = static_cast<std::ptrdiff_t>(expected.pixels.size());
  if (std::ssize(shape) < pixels) return false;
  const auto kernel = shape.begin() + pixels;
  return std::equal(shape.begin(), kernel, expected.pixels.begin()) &&
         is_kernel({kernel, shape.end()}, expected.kernel);
}

/// The order in which weights of this shape are those of the convolution; nothing if there is none.
template <AnyConvolution Conv>
std::optional<WeightsOrder> order_that_fits(const Conv& conv, Index in, const Extents& shape) {
  for (const WeightsOrder order :
       {WeightsOrder::oihw, WeightsOrder::hwio, WeightsOrder::ohwi, WeightsOrder::hwim}) {
    if (order == WeightsOrder::hwim && in != 1) continue;
    auto spec = conv.spec();
    spec.weights_order = order;
    if (Conv(std::move(spec)).weights_shape() == shape) return order;
  }
  return std::nullopt;
}

/// The weights of one that is transposed if this is not, and the reverse.
template <AnyConvolution Conv>
Extents weights_of_other_kind(const Conv& conv) {
  const bool transposed = std::same_as<Conv, TransposedConvolution>;
  const Index first = transposed ? conv.out_channels() : conv.in_channels();
  const Index second = transposed ? conv.in_channels() : conv.out_channels();
  Extents shape{first, second / conv.groups()};
  shape.insert(shape.end(), conv.kernel().begin(), conv.kernel().end());
  return shape;
}

/// What may be behind weights of another shape; empty if nobody can say.
std::string shape_hint(const Expected& expected, const Extents& shape) {
  if (shape == expected.per_pixel || are_kernels(shape, expected)) {
    return "; they are a kernel for each pixel: compile, apply and verify take them by --per-pixel";
  }
  return std::visit(
      [&](const auto& conv) -> std::string {
        if (const auto order = order_that_fits(conv, expected.in, shape)) {
          return "; did you mean weights_order=" + std::string(to_string(*order)) + "?";
        }
        if (shape != weights_of_other_kind(conv)) return "";
        return std::holds_alternative<TransposedConvolution>(expected.convolution)
                   ? "; they fit the convolution: did you mean it without 'transposed'?"
                   : "; they fit the transposed convolution: did you mean transposed?";
      },
      expected.convolution);
}

double number_of_weights(const Extents& shape) {
  double count = 1;
  for (const Index extent : shape) count *= static_cast<double>(extent);
  return count;
}

/// Throws UsageError unless every channel is for itself, and TooLarge if `weights`, the shape of
/// its kernel for all of them, exceed the budget.
template <class Scalar>
void check_spread(const std::string& source, const Expected& expected, const Extents& weights,
                  Index budget) {
  if (expected.in != 1) {
    throw UsageError(source + ": such a kernel works on each channel alone, but the spec " +
                     "joins " + std::to_string(expected.in) +
                     " channels; expected groups equal to the number of channels");
  }
  check_memory(budget, number_of_weights(weights) * sizeof(Scalar),
               source + " for " + std::to_string(expected.out) +
                   (expected.out == 1 ? " channel" : " channels"),
               "raise --memory, or use fewer channels or a smaller kernel");
}

/// Every kernel once per channel.
template <class Scalar>
std::vector<Scalar> spread(const std::vector<Scalar>& kernels, const Expected& expected) {
  const WeightsOrder order =
      std::visit([](const auto& conv) { return conv.spec().weights_order; }, expected.convolution);
  const bool channels_last = order == WeightsOrder::hwio || order == WeightsOrder::hwim;
  const auto count = static_cast<std::size_t>(expected.out);
  std::vector<Scalar> result;
  result.reserve(kernels.size() * count);
  if (channels_last) {
    for (const Scalar& weight : kernels) result.insert(result.end(), count, weight);
    return result;
  }
  const auto size = static_cast<std::ptrdiff_t>(number_of_weights(expected.kernel));
  for (auto kernel = kernels.begin(); kernel != kernels.end(); kernel += size) {
    for (std::size_t channel = 0; channel < count; ++channel) {
      result.insert(result.end(), kernel, kernel + size);
    }
  }
  return result;
}

/// MATLAB leaves out axes of 1 at the end, if two are left: as many axes as a shape that is
/// expected has.
Extents with_axes(Extents shape, std::size_t axes) {
  if (shape.size() < axes) shape.resize(axes, 1);
  return shape;
}

/// The extents of an array, as many as a shape that is expected has.
template <class Scalar>
Extents shape_for(const KernelWord& word, const NpyArray<Scalar>& array, std::size_t axes) {
  return word.kind == KernelWord::Kind::mat ? with_axes(array.shape, axes) : array.shape;
}

/// Weights that have a kernel for each pixel.
template <class Scalar>
std::vector<Scalar> read_per_pixel(const KernelWord& word, const Expected& expected, Index budget) {
  const Extents of_one_channel = joined(expected.pixels, expected.kernel);
  const std::string wanted =
      word.text + ": expected a kernel for each pixel, an array of shape " +
      format_shape(expected.per_pixel) +
      (expected.in == 1 ? " or " + format_shape(of_one_channel) : std::string());
  if (word.kind == KernelWord::Kind::builtin) throw UsageError(wanted);
  NpyArray<Scalar> array = read_kernel<Scalar>(word, budget);
  if (shape_for(word, array, expected.per_pixel.size()) == expected.per_pixel) {
    return std::move(array.values);
  }
  if (are_kernels(shape_for(word, array, of_one_channel.size()), expected)) {
    check_spread<Scalar>(word.text, expected, expected.per_pixel, budget);
    return spread(array.values, expected);
  }
  const bool is_one = array.shape == expected.weights || is_kernel(array.shape, expected.kernel);
  throw GeometryError(wanted + ", got " + format_shape(array.shape) +
                      (is_one ? "; one kernel for all pixels goes without --per-pixel" : ""));
}

template <class Scalar>
std::vector<Scalar> read_weights(const KernelWord& word, const Expected& expected, Index budget) {
  if (word.kind == KernelWord::Kind::builtin) {
    check_spread<Scalar>(word.text, expected, expected.weights, budget);
    const auto kernel = builtin_kernel(word.text, expected.kernel);
    return spread(std::vector<Scalar>(kernel.begin(), kernel.end()), expected);
  }
  NpyArray<Scalar> array = read_kernel<Scalar>(word, budget);
  if (shape_for(word, array, expected.weights.size()) == expected.weights) {
    return std::move(array.values);
  }
  if (is_kernel(shape_for(word, array, expected.kernel.size()), expected.kernel)) {
    check_spread<Scalar>(word.text, expected, expected.weights, budget);
    return spread(array.values, expected);
  }
  const bool one_would_do = expected.in == 1;
  throw GeometryError(
      word.text + ": expected weights of shape " + format_shape(expected.weights) +
      (one_would_do ? " or a kernel of shape " + format_shape(expected.kernel) : std::string()) +
      ", got " + format_shape(array.shape) + shape_hint(expected, array.shape));
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
  return command.add_option("--weights", source, "Numbers, a file, or a built-in kernel")
      ->type_name("KERNEL");
}

void add_per_pixel(CLI::App& command, bool& per_pixel) {
  command.add_flag("--per-pixel", per_pixel, "KERNEL has one for each output pixel");
}

void check_not_kernel(const std::string& output, const std::string& source) {
  if (!source.empty()) check_distinct({output}, {parse_kernel_word(source).path});
}

Weights load_weights(const std::string& source, const AnyConv& convolution,
                     const WeightsOptions& options) {
  const Expected expected = expected_by(convolution);
  const KernelWord word = parse_kernel_word(source);
  const Index budget = options.memory_budget;
  const bool by_file = options.precision == Precision::by_file && options.others_fit_float &&
                       is_float_kernel(word, budget);
  const auto read = [&]<class Scalar>(Scalar) {
    return options.per_pixel ? read_per_pixel<Scalar>(word, expected, budget)
                             : read_weights<Scalar>(word, expected, budget);
  };
  if (options.precision == Precision::single || by_file) return read(float{});
  return read(double{});
}

std::vector<double> load_double_weights(const std::string& source, const AnyConv& convolution,
                                        Index memory_budget) {
  return std::get<std::vector<double>>(
      load_weights(source, convolution, {Precision::twofold, memory_budget}));
}

}  // namespace toeplix::cli
