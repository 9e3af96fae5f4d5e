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
  for (const char character : title) {
    const bool continues = (static_cast<unsigned char>(character) & 0xc0U) == 0x80U;
    if (continues) continue;
    if (drawn.size() == longest) return drawn + "...";
    drawn += character >= ' ' && character <= '~' ? character : '?';
  }
  return drawn;
}

}  // namespace toeplix::detail
