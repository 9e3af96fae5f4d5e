#pragma once

#include "files/plot/colour.hpp"

#include <toeplix/files/plot.hpp>

#include <string>
#include <utility>

namespace toeplix::detail {

/// Text for a terminal, with colours or without.
class Painter {
 public:
  explicit Painter(TerminalColour colour) : colour_(colour) {}

  void plain(const std::string& text);
  void coloured(const std::string& text, const Rgb& colour);
  /// Ends the line, without the blanks at its end.
  void end_line();
  std::string release() && { return std::move(text_); }

 private:
  /// The escape sequence of a colour; empty if there are no colours.
  std::string sequence(const Rgb& colour) const;
  void set(const std::string& sequence);

  TerminalColour colour_;
  std::string current_;
  std::string text_;
};

/// The character of the Braille block with these dots; bit 2 * y + x is the dot at column x, line
/// y.
std::string braille(unsigned dots);

}  // namespace toeplix::detail
