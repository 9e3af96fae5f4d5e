#include "files/plot/words.hpp"

#include <array>
#include <cstdio>

namespace toeplix::detail {

std::string short_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

std::string drawn_title(std::string_view title) {
  constexpr std::size_t longest = 200;
  std::string drawn;
  int continuing = 0;  // bytes of UTF-8 that belong to the character before
  for (const char character : title) {
    const auto byte = static_cast<unsigned char>(character);
    if (continuing > 0 && (byte & 0xc0U) == 0x80U) {
      --continuing;
      continue;
    }
    continuing = byte < 0xc0 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (drawn.size() == longest) return drawn + "...";
    drawn += character >= ' ' && character <= '~' ? character : '?';
  }
  return drawn;
}

}  // namespace toeplix::detail
