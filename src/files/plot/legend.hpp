#pragma once

#include "files/plot/figure.hpp"
#include "files/plot/layout.hpp"
#include "files/plot/shading.hpp"

#include <string>

namespace toeplix::detail {

/// The heading of the legend of densities, which may be the widest text.
std::string density_words(const Layout& layout, const Subject& subject);

/// Pixels that the legend takes below the matrix: of entries that are drawn one by one ...
Index legend_height(const Subject& subject);
/// ... and of pixels that stand for many entries each.
Index legend_height(const Layout& layout, const Subject& subject, const Shading& shading);

/// The legend for entries that are drawn one by one.
void draw_legend(Figure& figure, const Layout& layout, const Subject& subject, double largest);

/// The legend for pixels of many entries each.
void draw_legend(Figure& figure, const Layout& layout, const Subject& subject,
                 const Shading& shading);

}  // namespace toeplix::detail
