#include "cli/kernel/typed.hpp"

#include "cli/arguments.hpp"
#include "cli/words.hpp"

#include <fmt/format.h>

#include <cmath>

namespace toeplix::cli {
namespace {

/// A number may have blanks around it, and a plus in front.
double element_of(std::string_view word, std::string_view text) {
  std::string_view digits = word;
  while (digits.starts_with(' ')) digits.remove_prefix(1);
  while (digits.ends_with(' ')) digits.remove_suffix(1);
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  const auto number = number_of<double>(digits);
  if (number && std::isfinite(*number)) return *number;
  if (is_out_of_range<double>(digits)) {
    throw UsageError(
        fmt::format("kernel {}: '{}' is no number that 64-bit floats hold", text, word));
  }
  throw UsageError(fmt::format("kernel {}: '{}' is not a finite number", text, word));
}

}  // namespace

TypedKernel typed_kernel(std::string_view text) {
  TypedKernel kernel{{0, 0}, {}};
  for (const std::string_view row : split(text, ';')) {
    const auto words = split(row, ',');
    const auto columns = static_cast<Index>(words.size());
    for (const std::string_view word : words) kernel.values.push_back(element_of(word, text));
    if (kernel.extents[0]++ == 0) kernel.extents[1] = columns;
    if (columns == kernel.extents[1]) continue;
    throw UsageError(fmt::format("kernel {}: row {} has {} numbers; the first has {}", text,
                                 kernel.extents[0] - 1, columns, kernel.extents[1]));
  }
  return kernel;
}

}  // namespace toeplix::cli
