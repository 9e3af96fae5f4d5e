#include "cli/deblur/blur_kernel.hpp"

#include "cli/arguments.hpp"
#include "cli/kernel/builtin.hpp"
#include "cli/kernel/read.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace toeplix::cli {
namespace {

BlurKernel named_kernel(const std::string& text) {
  const Index size = builtin_kernel_size(text);
  const Extents extents{size, size};
  return {extents, builtin_kernel(text, extents)};
}

/// An array of two axes, after axes of 1; one of one axis is a row.
BlurKernel read_array_kernel(const KernelWord& word, Index budget) {
  NpyArray<double> array = read_kernel<double>(word, budget);
  Extents& shape = array.shape;
  while (shape.size() > 2 && shape.front() == 1) shape.erase(shape.begin());
  if (shape.size() == 1) shape.insert(shape.begin(), 1);
  if (shape.size() == 2) return {std::move(shape), std::move(array.values)};
  throw UsageError(fmt::format("{}: expected a kernel of two axes, got shape {}", word.text,
                               format_shape(shape)));
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

BlurKernel load_blur_kernel(const std::string& text, Index budget) {
  const KernelWord word = parse_kernel_word(text);
  const bool is_named = word.kind == KernelWord::Kind::builtin;
  BlurKernel kernel = is_named ? named_kernel(text) : read_array_kernel(word, budget);
  check_values(kernel, word.text);
  return kernel;
}

}  // namespace toeplix::cli
