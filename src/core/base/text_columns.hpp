#pragma once

#include <toeplix/index.hpp>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

/// Counts and bytes as people read them, in columns.
namespace toeplix::detail {

/// `1 row`, `2 rows`.
inline std::string plural(Index count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// A number by a format of printf.
inline std::string digits(double number, const char* format) {
  char text[40];
  std::snprintf(text, sizeof text, format, number == 0 ? 0 : number);  // not "-0"
  return text;
}

/// Blanks, then the text.
inline std::string padded_left(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

/// The text, then blanks.
inline std::string padded_right(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}

/// `12 bytes`, `3.14 MB`; `-` for nothing.
inline std::string format_bytes(const std::optional<Index>& bytes) {
  if (!bytes) return "-";
  if (*bytes < 1000) return plural(*bytes, "byte");
  auto number = static_cast<double>(*bytes);
  const char* unit = "";
  for (const char* const larger : {" kB", " MB", " GB", " TB", " PB", " EB"}) {
    if (number < 999.5) break;  // what is printed as 1000 is 1 of the next unit
    number /= 1000;
    unit = larger;
  }
  return digits(number, "%.3g") + unit;
}

/// A line of a text: a word, then what it is.
inline std::string item(const std::string& word, const std::string& what) {
  return padded_right(word, 9) + " " + what + "\n";
}

}  // namespace toeplix::detail
