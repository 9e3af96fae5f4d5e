#pragma once

#include "files/bytes/byte_source.hpp"

#include <cstdint>
#include <string>

namespace toeplix::detail {

/// Number of the line that begins at a byte; lines count from 1.
std::uint64_t line_at(const ByteSource& source, std::uint64_t byte);

/// The text of the lines that begin in a piece of the file.
class PieceText {
 public:
  /// `begin` is the byte of the first entry. The source must outlive the text.
  PieceText(const ByteSource& source, std::uint64_t begin) : source_(source), begin_(begin) {}

  /// Reads the lines that begin in [first, last). They end in a newline, also the last of a file.
  /// Throws WrongLine for one that is too long.
  void read(std::uint64_t first, std::uint64_t last);

  const std::string& text() const { return text_; }
  std::uint64_t byte_of(const char* at) const {
    return first_ + static_cast<std::uint64_t>(at - text_.data());
  }

 private:
  std::uint64_t end() const { return first_ + text_.size(); }
  /// Reads up to a byte of the file; false if there is nothing to read.
  bool append(std::uint64_t last);
  bool begins_line() const;
  /// It belongs to the piece that it begins in.
  void drop_first_line();
  [[noreturn]] void fail_long(std::size_t line) const;

  const ByteSource& source_;
  std::uint64_t begin_;
  std::uint64_t first_ = 0;
  std::string text_;
};

}  // namespace toeplix::detail
