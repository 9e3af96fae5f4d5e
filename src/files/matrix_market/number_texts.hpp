#pragma once

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>

namespace toeplix::detail {

/// Characters that no float or double exceeds: `-2.2250738585072014e-308`.
constexpr std::size_t longest_number = 24;

/// Numbers as their shortest text that reads back as the same bits. Remembers some hundred of them,
/// as a convolution's matrix repeats its weights: looking one up costs a tenth of formatting it.
template <class Real>
class NumberTexts {
 public:
  /// Precondition: there is room for `longest_number` characters. Returns the end of the text.
  char* append(Real number, char* out) {
    const Bits bits = std::bit_cast<Bits>(number);
    Text& text = texts_[slot_of(bits)];
    if (text.length == 0 || text.bits != bits) {
      char* const begin = text.characters.data();
      char* const end = std::to_chars(begin, begin + longest_number, number).ptr;
      text.length = static_cast<std::uint32_t>(end - begin);
      text.bits = bits;
    }
    std::memcpy(out, text.characters.data(), longest_number);
    return out + text.length;
  }

 private:
  using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;

  struct Text {
    Bits bits = 0;
    std::uint32_t length = 0;  ///< 0: nothing is remembered here
    std::array<char, longest_number> characters{};
  };

  static constexpr int slot_bits = 9;

  /// Multiplicative hashing by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4).
  static std::size_t slot_of(std::uint64_t bits) {
    return static_cast<std::size_t>(bits * 0x9e3779b97f4a7c15U >> (64 - slot_bits));
  }

  std::vector<Text> texts_ = std::vector<Text>(std::size_t{1} << slot_bits);
};

}  // namespace toeplix::detail
