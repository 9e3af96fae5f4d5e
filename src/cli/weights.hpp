#pragma once

#include "cli/arguments.hpp"

#include <toeplix/per_pixel_weights.hpp>

#include <string>
#include <variant>
#include <vector>

namespace toeplix::cli {

/// Which scalar a command computes with.
enum class Precision {
  by_file,  ///< float if the weights are float16 or float32 and so is all else, or double
  single,
  twofold,
};

/// Adds `--float` and `--double`.
void add_precision(CLI::App& command, Precision& precision);
/// Adds `--weights`.
CLI::Option* add_weights(CLI::App& command, std::string& source);

/// Adds `--per-pixel`, by which there is a kernel for each pixel.
void add_per_pixel(CLI::App& command, bool& per_pixel);

/// Throws UsageError if a command would write over the file of its weights. Without weights
/// (`source` is empty) there is none.
void check_not_kernel(const std::string& output, const std::string& source);

/// How weights are read.
struct WeightsOptions {
  Precision precision = Precision::by_file;
  Index memory_budget = 0;       ///< bytes that they may take; 0: what is free
  bool others_fit_float = true;  ///< whether the other data of the command are exact in float
  bool per_pixel = false;        ///< whether there is a kernel for each pixel
};

/// Weights, C order, in the scalar that the command computes with.
using Weights = std::variant<std::vector<float>, std::vector<double>>;

/// Reads what `source` names (`KernelWord`) as the weights of `convolution`.
///
/// An array has the shape `convolution.weights_shape()`; or it is the kernel of one channel, with
/// or without axes of 1 in front (one of one axis may be a row or a column), and every channel gets
/// it, as it gets a built-in kernel: each output channel must have one input channel then. A .mat
/// file need not have axes of 1 at the end. With a kernel for each pixel the extents of the image
/// stand in front, as `PerPixelWeights` has them. Throws UsageError for a kernel that does
/// not fit, GeometryError for a shape that does not, TooLarge if one kernel for every channel
/// exceeds the budget.
Weights load_weights(const std::string& source, const AnyConv& convolution,
                     const WeightsOptions& options);

/// What `use` returns of the weights as the library takes them.
template <class Scalar, class Use>
auto with_kind(const std::vector<Scalar>& weights, bool per_pixel, const Use& use) {
  return per_pixel ? use(PerPixelWeights(weights)) : use(weights);
}

/// The same as double, for what is drawn and explained.
std::vector<double> load_double_weights(const std::string& source, const AnyConv& convolution,
                                        Index memory_budget);

}  // namespace toeplix::cli
