#pragma once

#include "cli/arguments.hpp"
#include "cli/array_files.hpp"
#include "cli/capacity.hpp"
#include "cli/rows.hpp"

#include <toeplix/resources.hpp>

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// What is added to products by a matrix: biases, and the offsets of y = A x + b.
namespace toeplix::cli {

/// Adds `--bias`.
void add_bias(CLI::App& command, std::string& path);

/// The padding value of a convolution; 0 of a transposed one, which has none.
double padding_value_of(const AnyConv& convolution);

/// A line that says that a padding value adds an offset; empty if there is none.
std::string offset_note(double padding_value);

/// One number per output channel from a .npy file or standard input, whatever the shape; zeros if
/// `path` is empty. Throws GeometryError for another number of numbers.
std::vector<double> read_bias(const std::string& path, const AnyConv& convolution, Index budget);

/// As many numbers as a matrix has rows, from a .npy file. Throws GeometryError for another number.
template <class T>
std::vector<T> read_offset(const std::string& path, Index rows, Index budget) {
  check_extension_or_stream(path, {".npy"});
  NpyArray<T> array = read_array<T>(path, budget);
  if (static_cast<Index>(array.values.size()) == rows) return std::move(array.values);
  throw GeometryError(input_name(path) + ": expected " + std::to_string(rows) +
                      " numbers, one per row of the matrix, got an array of shape " +
                      format_shape(array.shape));
}

/// The numbers in the precision of a command. Throws GeometryError for one that is beyond it;
/// `name` says what the numbers are.
template <class Scalar>
std::vector<Scalar> numbers_of(const std::vector<double>& values, const std::string& name) {
  for (const double value : values) {
    if (std::isinf(static_cast<Scalar>(value)) == std::isinf(value)) continue;
    throw GeometryError(fmt::format("{} {} is beyond 32-bit floats; use --double", name, value));
  }
  return {values.begin(), values.end()};
}

/// Throws UsageError unless an offset can be written to this file.
void check_offset_file(const std::string& path);

/// What the bias and the padding value of a convolution add to rows. `bias` as `read_bias` answers
/// it; `per_pixel` says that the weights are a kernel for each pixel.
template <class Scalar>
std::vector<Scalar> offset_of(const AnyConv& convolution, const std::vector<Scalar>& weights,
                              bool per_pixel, const std::vector<double>& bias,
                              const std::optional<Rows>& rows, const Resources& resources);

}  // namespace toeplix::cli
