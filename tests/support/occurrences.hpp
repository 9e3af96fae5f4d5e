#pragma once

#include <cstddef>
#include <string>

namespace format_test {

/// How often a word stands in a text.
inline std::size_t occurrences(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

}  // namespace format_test
