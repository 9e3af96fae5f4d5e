#include "cli/typed_kernel.hpp"

#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace toeplix::cli {
namespace {

constexpr std::string_view first_letters = "0123456789.-+";

/// `3x3.npy` begins like a number, too.
bool is_file_name(std::string_view text) {
  constexpr std::array<std::string_view, 5> extensions{".npy", ".png", ".npz", ".mat", ".mtx"};
  return std::ranges::find(extensions, extension_of(text)) != extensions.end();
}

double number_of(std::string_view word, std::string_view text) {
  std::string_view digits = word;
  while (digits.starts_with(' ')) digits.remove_prefix(1);
  while (digits.ends_with(' ')) digits.remove_suffix(1);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  double number = 0;
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, number);
  if (error == std::errc() && end == last && std::isfinite(number)) return number;
  throw UsageError(fmt::format("kernel {}: '{}' is not a finite number", text, word));
}

/// Calls `action` for what stands between separators.
template <class Action>
void split(std::string_view text, char separator, const Action& action) {
  for (;;) {
    const std::size_t end = text.find(separator);
    action(text.substr(0, end));
    if (end == text.npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<TypedKernel> typed_kernel(std::string_view text) {
  if (text.empty() || first_letters.find(text.front()) == text.npos) return std::nullopt;
  if (is_file_name(text)) return std::nullopt;
  TypedKernel kernel{{0, 0}, {}};
  split(text, ';', [&](std::string_view row) {
    Index columns = 0;
    split(row, ',', [&](std::string_view word) {
      kernel.values.push_back(number_of(word, text));
      ++columns;
    });
    if (kernel.extents[0]++ == 0) kernel.extents[1] = columns;
    if (columns == kernel.extents[1]) return;
    throw UsageError(fmt::format("kernel {}: row {} has {} numbers; the first has {}", text,
                                 kernel.extents[0] - 1, columns, kernel.extents[1]));
  });
  return kernel;
}

}  // namespace toeplix::cli
