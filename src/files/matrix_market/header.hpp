#pragma once

#include <toeplix/files/matrix_market.hpp>

#include "files/bytes/byte_source.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace toeplix::detail {

/// No line may be longer than this many bytes, so that a file without any does not fill the memory.
constexpr std::size_t longest_line = std::size_t{1} << 20;

/// The one form of every message about a damaged text: `name: line N: what`. Lines count from 1.
FormatError line_error(std::string_view name, std::uint64_t line, std::string_view what);

/// A line of a file that is wrong; caught by whoever knows the number of the line.
struct WrongLine {
  const char* at;
  std::string what;
};

/// What blank separates. Lines may end in CR LF.
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/// The next word of a line, which is taken away from it with the blanks before; empty at the end.
std::string_view take_word(std::string_view& line);

/// `quoted_name` of a word; `the end of the line` for none.
std::string quote(std::string_view word);

/// The header, and where the entries begin.
struct MatrixMarketStart {
  MatrixMarketHeader header;
  std::uint64_t size_line;  ///< number of the line with the extents
  std::uint64_t begin;      ///< byte after that line
};

/// Reads everything before the entries. Refuses contradictions, and more entries than the rest of
/// the source is long enough for.
MatrixMarketStart read_matrix_market_start(const ByteSource& source);

}  // namespace toeplix::detail
