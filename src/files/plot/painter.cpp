#include "files/plot/painter.hpp"

#include <array>

namespace toeplix::detail {

void Painter::plain(const std::string& text) {
  set("");
  text_ += text;
}

void Painter::coloured(const std::string& text, const Rgb& colour) {
  set(sequence(colour));
  text_ += text;
}

void Painter::end_line() {
  set("");
  while (!text_.empty() && text_.back() == ' ') text_.pop_back();
  text_ += '\n';
}

std::string Painter::sequence(const Rgb& colour) const {
  if (colour_ == TerminalColour::none) return "";
  if (colour_ == TerminalColour::palette_256) {
    return "\033[38;5;" + std::to_string(nearest_of_256(colour)) + "m";
  }
  const Bytes3 bytes = encode(colour);
  return "\033[38;2;" + std::to_string(bytes[0]) + ";" + std::to_string(bytes[1]) + ";" +
         std::to_string(bytes[2]) + "m";
}

void Painter::set(const std::string& sequence) {
  if (sequence == current_) return;
  text_ += sequence.empty() ? "\033[0m" : sequence;
  current_ = sequence;
}

std::string braille(unsigned dots) {
  // The block numbers its dots down the left column, then the right one; the last line came later.
  constexpr std::array<unsigned, 8> bits = {0, 3, 1, 4, 2, 5, 6, 7};
  unsigned code = 0x2800;
  for (unsigned i = 0; i < 8; ++i) {
    if ((dots >> i & 1U) != 0) code |= 1U << bits[i];
  }
  return {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
          static_cast<char>(0x80 | (code & 0x3f))};
}

}  // namespace toeplix::detail
