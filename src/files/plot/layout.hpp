#pragma once

#include "files/plot/colour.hpp"
#include "files/plot/subject.hpp"
#include "files/plot/ticks.hpp"

#include "core/base/integer_math.hpp"

#include <vector>

namespace toeplix::detail {

/// White paper around everything.
inline constexpr Index margin = 16;

inline const Rgb text_colour = decode({31, 35, 40});
inline const Rgb faint = decode({89, 99, 110});
inline const Rgb pale_line = decode({208, 214, 221});

/// Of words, ticks, and the labels of ticks above the matrix.
inline constexpr Index line_height = 26;
inline constexpr Index tick_length = 6;
inline constexpr Index tick_gap = 26;

/// How one side of the matrix is mapped to pixels: a cell of entries is a square of `zoom`.
struct Scale {
  Index extent = 1;
  Index cell = 1;
  Index zoom = 1;

  Index pixels() const { return ceil_div(extent, cell) * zoom; }
  Index at(Index index) const { return index / cell * zoom; }
};

/// The matrix on paper: where it lies, and how its sides are scaled.
struct Layout {
  Scale rows;
  Scale columns;
  std::vector<Tick> row_ticks;
  std::vector<Tick> column_ticks;
  Index x = 0;
  Index y = 0;
  Index width = 0;
  Index height = 0;  ///< without the legend
};

/// Whether a pixel stands for more than one entry.
inline bool is_by_density(const Layout& layout) {
  return layout.rows.cell > 1 || layout.columns.cell > 1;
}

/// Lays out the matrix, whose longer side has `size` pixels, with its title and ticks.
Layout lay_out(const Subject& subject, Index size);

}  // namespace toeplix::detail
