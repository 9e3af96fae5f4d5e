#pragma once

#include <toeplix/index.hpp>

#include <span>
#include <string>
#include <string_view>

namespace toeplix::detail {

/// `axis 1: `, with which messages about one axis begin.
inline std::string axis_name(std::size_t axis) {
  return "axis " + std::to_string(axis) + ": ";
}

/// `3, 4, 5`: numbers with a text between them.
inline std::string join(std::span<const Index> numbers, std::string_view between) {
  std::string text;
  for (const Index number : numbers) {
    if (!text.empty()) text += between;
    text += std::to_string(number);
  }
  return text;
}

}  // namespace toeplix::detail
