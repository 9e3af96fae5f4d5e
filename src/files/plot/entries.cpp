#include "files/plot/entries.hpp"

#include "files/plot/words.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace toeplix::detail {
namespace {

const Rgb cell_line = decode({226, 230, 235});

/// What is written into an entry, and the colours of its stripes.
struct Look {
  std::string label;
  std::vector<Rgb> colours;
};

/// By kernel position.
Look look_of(const Subject& subject, const std::vector<Rgb>& palette, const Pattern::Entry& entry) {
  Look look;
  for (const Index weight : entry.weights) {
    look.colours.push_back(palette[palette_position(subject.kernel, weight)]);
    look.label += (look.label.empty() ? "" : "+") + subject.name_of(weight);
  }
  return look;
}

void draw_stripes(Figure& figure, Index x, Index y, Index width, Index height,
                  const std::vector<Rgb>& colours) {
  const auto count = static_cast<Index>(colours.size());
  if (count > width) {
    Rgb sum;
    for (const Rgb& colour : colours) sum += colour;
    return figure.rect(x, y, width, height, (1.0 / static_cast<double>(count)) * sum);
  }
  for (Index i = 0; i < count; ++i) {
    const Index begin = width * i / count;
    figure.rect(x + begin, y, width * (i + 1) / count - begin, height,
                colours[static_cast<std::size_t>(i)]);
  }
}

void draw_entry(Figure& figure, const Layout& layout, Index row, Index column, const Look& look) {
  const Index width = layout.columns.zoom;
  const Index height = layout.rows.zoom;
  const Index gap = std::min(width, height) >= 5 ? 1 : 0;
  const Index x = layout.x + layout.columns.at(column);
  const Index y = layout.y + layout.rows.at(row);
  draw_stripes(figure, x, y, width - gap, height - gap, look.colours);
  const int scale = fitting_scale(look.label, width, height);
  if (scale == 0) return;
  figure.text(x + width / 2, y + height / 2, look.label, Anchor::middle,
              text_on(look.colours.front()), scale);
}

}  // namespace

double largest_entry(const Subject& subject) {
  double largest = 0;
  subject.for_each_value(
      [&](Index, Index, double value) { largest = std::max(largest, std::abs(value)); });
  return largest > 0 ? largest : 1;
}

void draw_entries(Figure& figure, const Layout& layout, const Subject& subject, double largest) {
  if (subject.by_value()) {
    subject.for_each_value([&](Index row, Index column, double value) {
      const Look look{short_number(value), {value_colour(value, largest)}};
      draw_entry(figure, layout, row, column, look);
    });
    return;
  }
  const std::vector<Rgb> palette = kernel_palette(palette_extents(subject.kernel));
  for (Index row = 0; row < subject.rows.count; ++row) {
    for (const Pattern::Entry& entry : subject.pattern()->row(row)) {
      draw_entry(figure, layout, row, entry.column, look_of(subject, palette, entry));
    }
  }
}

void draw_cell_lines(Figure& figure, const Layout& layout) {
  if (layout.columns.zoom >= 8) {
    for (Index i = 1; i < layout.columns.extent; ++i) {
      figure.rect(layout.x + layout.columns.at(i) - 1, layout.y, 1, layout.rows.pixels(),
                  cell_line);
    }
  }
  if (layout.rows.zoom < 8) return;
  for (Index i = 1; i < layout.rows.extent; ++i) {
    figure.rect(layout.x, layout.y + layout.rows.at(i) - 1, layout.columns.pixels(), 1, cell_line);
  }
}

}  // namespace toeplix::detail
