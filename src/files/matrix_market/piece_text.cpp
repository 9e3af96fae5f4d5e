#include "files/matrix_market/piece_text.hpp"

#include "files/matrix_market/header.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace toeplix::detail {
namespace {

/// What is read at a time of a line that ends in a later piece.
constexpr std::uint64_t tail_bytes = 256;

}  // namespace

std::uint64_t line_at(const ByteSource& source, std::uint64_t byte) {
  std::uint64_t line = 1;
  std::vector<std::byte> buffer(65536);
  for (std::uint64_t begin = 0; begin < byte; begin += buffer.size()) {
    buffer.resize(static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), byte - begin)));
    source.read_at(begin, buffer);
    line += static_cast<std::uint64_t>(std::count(buffer.begin(), buffer.end(), std::byte{'\n'}));
  }
  return line;
}

void PieceText::read(std::uint64_t first, std::uint64_t last) {
  first_ = first;
  text_.clear();
  append(last);
  if (first > begin_ && !begins_line()) drop_first_line();
  if (text_.empty()) return;
  const std::size_t tail = text_.rfind('\n');
  std::size_t line = tail == text_.npos ? 0 : tail + 1;
  while (line != text_.size()) {
    if (text_.size() - line > longest_line) fail_long(line);
    const std::size_t searched = text_.size();
    if (!append(std::min(source_.size(), end() + tail_bytes))) return text_.push_back('\n');
    const std::size_t found = text_.find('\n', searched);
    if (found != text_.npos) return text_.resize(found + 1);
  }
}

bool PieceText::append(std::uint64_t last) {
  const std::size_t before = text_.size();
  const auto count = static_cast<std::size_t>(last - end());
  text_.resize(before + count);
  source_.read_at(first_ + before, std::as_writable_bytes(std::span(text_).subspan(before)));
  return count > 0;
}

bool PieceText::begins_line() const {
  std::byte previous{};
  source_.read_at(first_ - 1, std::span(&previous, 1));
  return previous == std::byte{'\n'};
}

void PieceText::drop_first_line() {
  const std::size_t newline = text_.find('\n');
  const std::size_t count = newline == text_.npos ? text_.size() : newline + 1;
  text_.erase(0, count);
  first_ += count;
}

void PieceText::fail_long(std::size_t line) const {
  throw WrongLine{text_.data() + line,
                  "expected an end of the line within " + std::to_string(longest_line) + " bytes"};
}

}  // namespace toeplix::detail
