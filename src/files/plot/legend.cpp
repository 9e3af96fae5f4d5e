#include "files/plot/legend.hpp"

#include "files/plot/words.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {
namespace {

constexpr Index largest_square = 44;
constexpr Index bar_width = 360;
constexpr Index bar_height = 28;
/// A heading, a bar, and the numbers below it.
constexpr Index bar_room = 18 + bar_height + 50;

/// Pixels of the legend's squares, one per kernel position.
Index palette_cell(const Extents& extents, Index positions) {
  const Index height = positions / extents.back();
  return std::clamp<Index>(132 / std::max(height, extents.back() / 4), 2, largest_square);
}

Index palette_height(const Subject& subject) {
  const Extents extents = palette_extents(subject.kernel);
  Index positions = 1;
  for (const Index extent : extents) positions *= extent;
  return positions / extents.back() * palette_cell(extents, positions);
}

/// Every kernel position in its colour: the last axis across, all others down.
void draw_kernel(Figure& figure, Index x, Index y, const Subject& subject) {
  const Extents extents = palette_extents(subject.kernel);
  const std::vector<Rgb> palette = kernel_palette(extents);
  const Index width = extents.back();
  const auto positions = static_cast<Index>(palette.size());
  const Index cell = palette_cell(extents, positions);
  for (Index k = 0; k < positions; ++k) {
    const Rgb& colour = palette[static_cast<std::size_t>(k)];
    const Index left = x + k % width * cell;
    const Index top = y + k / width * cell;
    const Index gap = cell >= 5 ? 1 : 0;
    figure.rect(left, top, cell - gap, cell - gap, colour);
    const std::string label = subject.name_of(k);
    const int scale = extents == subject.kernel ? fitting_scale(label, cell, cell) : 0;
    if (scale == 0) continue;
    figure.text(left + cell / 2, top + cell / 2, label, Anchor::middle, text_on(colour), scale);
  }
}

void draw_values(Figure& figure, Index x, Index y, double largest) {
  for (Index i = 0; i < bar_width; ++i) {
    const double value = 2.0 * static_cast<double>(i) / (bar_width - 1) - 1;
    figure.rect(x + i, y, 1, bar_height, diverging(value));
  }
  figure.text(x, y + 44, short_number(-largest), Anchor::start, faint);
  figure.text(x + bar_width / 2, y + 44, "0", Anchor::middle, faint);
  figure.text(x + bar_width, y + 44, short_number(largest), Anchor::end, faint);
}

/// The counts are fractions, because blocks were divided among pixels.
std::string count_words(double count) {
  constexpr double most_digits = 1e9;
  return count < most_digits ? std::to_string(std::llround(count)) : short_number(count);
}

/// How strong the colour of a pixel is with so many entries: here the mean of all, or that of the
/// largest value.
void draw_densities(Figure& figure, Index x, Index y, const Subject& subject,
                    const Shading& shading) {
  const Ink& all = shading.all();
  const Rgb mean =
      subject.by_value() ? Rgb{shading.largest(), 0, 0} : (1 / std::max(all.count, 1.0)) * all.sum;
  for (Index i = 0; i < bar_width; ++i) {
    const double count = shading.densest() * static_cast<double>(i) / (bar_width - 1);
    figure.rect(x + i, y, 1, bar_height, shading.on_paper({count, count * mean}));
  }
  figure.frame(x, y, bar_width, bar_height, pale_line);
  figure.text(x, y + 44, "0", Anchor::start, faint);
  figure.text(x + bar_width, y + 44, count_words(shading.densest()), Anchor::end, faint);
}

}  // namespace

std::string density_words(const Layout& layout, const Subject& subject) {
  const std::string what = subject.by_value() ? "strength" : "darkness";
  return what + ": stored entries per pixel of " + std::to_string(layout.rows.cell) + " x " +
         std::to_string(layout.columns.cell);
}

Index legend_height(const Subject& subject) {
  return margin + 10 + (subject.by_value() ? bar_room : 18 + palette_height(subject));
}

Index legend_height(const Layout& layout, const Subject& subject, const Shading& shading) {
  if (!is_by_density(layout)) return legend_height(subject);
  const bool is_grey = !subject.by_value() && !shading.is_colourful();
  return bar_room + (is_grey ? margin + 10 : legend_height(subject));
}

void draw_legend(Figure& figure, const Layout& layout, const Subject& subject, double largest) {
  const Index y = layout.y + layout.rows.pixels() + margin + 10;
  const std::string words = subject.by_value() ? "colour: value" : "colour: kernel position";
  figure.text(layout.x, y, words, Anchor::start, faint);
  if (subject.by_value()) return draw_values(figure, layout.x, y + 18, largest);
  draw_kernel(figure, layout.x, y + 18, subject);
}

void draw_legend(Figure& figure, const Layout& layout, const Subject& subject,
                 const Shading& shading) {
  if (!is_by_density(layout)) return draw_legend(figure, layout, subject, shading.largest());
  Index y = layout.y + layout.rows.pixels() + margin + 10;
  figure.text(layout.x, y, density_words(layout, subject), Anchor::start, faint);
  draw_densities(figure, layout.x, y + 18, subject, shading);
  y += bar_room;
  if (subject.by_value()) {
    figure.text(layout.x, y, "colour: mean value of a pixel's entries", Anchor::start, faint);
    return draw_values(figure, layout.x, y + 18, shading.largest());
  }
  if (!shading.is_colourful()) {
    figure.text(layout.x, y, "colour: all kernel positions mixed", Anchor::start, faint);
    return;
  }
  figure.text(layout.x, y, "colour: kernel positions of a pixel's entries, mixed", Anchor::start,
              faint);
  draw_kernel(figure, layout.x, y + 18, subject);
}

}  // namespace toeplix::detail
