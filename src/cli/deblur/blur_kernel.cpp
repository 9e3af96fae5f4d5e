#include "cli/deblur/blur_kernel.hpp"

#include "cli/arguments.hpp"
#include "cli/kernel/builtin.hpp"
#include "cli/kernel/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace toeplix::cli {
namespace {

BlurKernel named_kernel(const std::string& text, std::size_t axes) {
  const Extents extents(axes, builtin_kernel_size(text));
  return {extents, builtin_kernel(text, extents)};
}

/// An array of so many axes, after axes of 1; one of one axis is a row of a picture.
BlurKernel read_array_kernel(const KernelWord& word, std::size_t axes, Index budget) {
  NpyArray<double> array = read_kernel<double>(word, budget);
  Extents& shape = array.shape;
  while (shape.size() > axes && shape.front() == 1) shape.erase(shape.begin());
  if (axes == 2 && shape.size() == 1) shape.insert(shape.begin(), 1);
  if (shape.size() == axes) return {std::move(shape), std::move(array.values)};
  throw UsageError(fmt::format("{}: expected a kernel of {} {}, got shape {}{}", word.text, axes,
                               axes == 1 ? "axis" : "axes", format_shape(shape),
                               axes == 2 && shape.size() > 2 ? "; or --volume" : ""));
}

void check_values(const BlurKernel& kernel, const std::string& text) {
  if (kernel.values.empty()) {
    throw UsageError(fmt::format("{}: expected a kernel of one number at least, got shape {}", text,
                                 format_shape(kernel.extents)));
  }
  const auto is_finite = [](double value) { return std::isfinite(value); };
  if (!std::ranges::all_of(kernel.values, is_finite)) {
    throw UsageError(text + ": the kernel has a number that is not finite");
  }
  const auto is_zero = [](double value) { return value == 0; };
  if (std::ranges::all_of(kernel.values, is_zero)) {
    throw UsageError(text + ": the kernel is zero everywhere, so the picture is lost");
  }
}

}  // namespace

bool is_symmetric(const BlurKernel& kernel) {
  return std::equal(kernel.values.begin(), kernel.values.end(), kernel.values.rbegin());
}

BlurKernel load_blur_kernel(const std::string& text, std::size_t axes, Index budget) {
  const KernelWord word = parse_kernel_word(text);
  const bool is_named = word.kind == KernelWord::Kind::builtin;
  BlurKernel kernel = is_named ? named_kernel(text, axes) : read_array_kernel(word, axes, budget);
  check_values(kernel, word.text);
  return kernel;
}

}  // namespace toeplix::cli
