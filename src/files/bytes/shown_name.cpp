#include "files/bytes/shown_name.hpp"

#include <cstddef>

namespace toeplix::detail {
namespace {

constexpr std::size_t most_characters = 200;

std::string shown_byte(char letter) {
  if (letter == '\\' || letter == '\'') return {'\\', letter};
  if (letter >= ' ' && letter <= '~') return {letter};
  constexpr std::string_view digits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(letter);
  return std::string("\\x") + digits[byte / 16] + digits[byte % 16];
}

}  // namespace

std::string shown_name(std::string_view name) {
  std::string beginning;
  std::size_t first = 0;
  for (; first < name.size() && beginning.size() <= most_characters; ++first) {
    beginning += shown_byte(name[first]);
  }
  if (beginning.size() <= most_characters) return beginning;
  beginning.clear();
  for (first = 0; beginning.size() < most_characters / 2; ++first) {
    beginning += shown_byte(name[first]);
  }
  std::string end;
  std::size_t last = name.size();
  while (last > first && end.size() < most_characters / 2) {
    end.insert(0, shown_byte(name[--last]));
  }
  return beginning + (last > first ? "..." : "") + end;
}

std::string quoted_name(std::string_view name) {
  return "'" + shown_name(name) + "'";
}

}  // namespace toeplix::detail
