#include "files/bytes/shown_name.hpp"

#include <cstddef>

namespace toeplix::detail {
namespace {

constexpr std::size_t most_characters = 80;

std::string shown_byte(char letter) {
  if (letter >= ' ' && letter <= '~') return {letter};
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(letter);
  return std::string("\\x") + digits[byte / 16] + digits[byte % 16];
}

}  // namespace

std::string shown_name(std::string_view name) {
  std::string text;
  for (const char letter : name) {
    const std::string shown = shown_byte(letter);
    if (text.size() + shown.size() > most_characters) return text + "...";
    text += shown;
  }
  return text;
}

std::string quoted_name(std::string_view name) {
  return "'" + shown_name(name) + "'";
}

}  // namespace toeplix::detail
