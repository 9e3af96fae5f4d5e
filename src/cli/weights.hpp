#pragma once

#include "cli/arguments.hpp"

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

/// Weights, C order, in the scalar that the command computes with.
using Weights = std::variant<std::vector<float>, std::vector<double>>;

/// Reads `source`, a .npy file, the name of a built-in kernel, or numbers (`0,1;2,3`), as the
/// weights of `convolution`.
///
/// A file has the shape `convolution.weights_shape()`, or that of the kernel alone if there is
/// one channel. Every channel gets a built-in kernel, or one of numbers; each output channel must
/// have one input channel. `others_fit_float`: whether the other data of the command are exact in
/// float. Throws UsageError for a kernel that does not fit, GeometryError for a shape that does
/// not.
Weights load_weights(const std::string& source, const AnyConv& convolution, Precision precision,
                     bool others_fit_float = true);

}  // namespace toeplix::cli
