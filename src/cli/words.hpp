#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

/// Words of the command line, taken apart.
namespace toeplix::cli {

/// What stands between separators; one empty word if `text` is empty.
inline std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> words;
  for (std::size_t end = 0; (end = text.find(separator)) != text.npos;) {
    words.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  words.push_back(text);
  return words;
}

/// A text with `?` for characters that steer a terminal: names in files may have them.
inline std::string printable(std::string text) {
  for (char& letter : text) {
    const bool is_control = (letter >= 0 && letter < ' ') || letter == 0x7f;
    if (is_control) letter = '?';
  }
  return text;
}

/// The number that a word is, all of it; nothing if it is none. Infinities and nan are numbers.
template <class Number>
std::optional<Number> number_of(std::string_view word) {
  Number number{};
  const char* const last = word.data() + word.size();
  const auto [end, error] = std::from_chars(word.data(), last, number);
  if (error != std::errc() || end != last) return std::nullopt;
  return number;
}

/// Whether a word is a number, but beyond those of the type or, if that is one of fractions, too
/// small to differ from 0.
template <class Number>
bool is_out_of_range(std::string_view word) {
  Number number{};
  const char* const last = word.data() + word.size();
  const auto [end, error] = std::from_chars(word.data(), last, number);
  return error == std::errc::result_out_of_range && end == last;
}

}  // namespace toeplix::cli
