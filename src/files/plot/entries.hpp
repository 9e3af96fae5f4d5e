#pragma once

#include "files/plot/figure.hpp"
#include "files/plot/layout.hpp"
#include "files/plot/shading.hpp"

namespace toeplix::detail {

/// The largest magnitude of an entry, which folds make larger than that of any weight; 1 if all are
/// zero.
double largest_entry(const Subject& subject);

/// Draws every entry by itself: stripes of its colours, and what there is room to write into it.
void draw_entries(Figure& figure, const Layout& layout, const Subject& subject, double largest);

/// Draws lines between all rows and columns, if there is room for them.
void draw_cell_lines(Figure& figure, const Layout& layout);

}  // namespace toeplix::detail
