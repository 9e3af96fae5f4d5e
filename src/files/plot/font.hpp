#pragma once

#include <string_view>

namespace toeplix::detail {

/// Dots of a glyph, and the distance from one glyph to the next.
constexpr int glyph_width = 5;
constexpr int glyph_height = 9;  ///< 7 above the base line, 2 below
constexpr int glyph_advance = 6;

/// Whether a dot of a character is inked. Characters that are not in the font are blank.
/// Preconditions: 0 <= x < glyph_width, 0 <= y < glyph_height.
bool glyph_dot(char character, int x, int y);

}  // namespace toeplix::detail
