#include "files/plot/entries.hpp"

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

Look look_of(const Subject& subject, double largest, const std::vector<Rgb>& palette,
             const Pattern::Entry& entry) {
  Look look;
  double value = 0;
  for (const Index weight : entry.weights) {
    look.colours.push_back(palette[palette_position(subject.kernel, weight)]);
    look.label += (look.label.empty() ? "" : "+") + subject.name_of(weight);
    if (subject.by_value()) value += subject.weights[static_cast<std::size_t>(weight)];
  }
  if (!subject.by_value()) return look;
  return {short_number(value), {value_colour(value, largest)}};
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

}  // namespace

double largest_entry(const Subject& subject) {
  double largest = 0;
  for (Index row = 0; row < subject.pattern.rows(); ++row) {
    for (const Pattern::Entry& entry : subject.pattern.row(row)) {
      double value = 0;
      for (const Index w : entry.weights) value += subject.weights[static_cast<std::size_t>(w)];
      largest = std::max(largest, std::abs(value));
    }
  }
  return largest > 0 ? largest : 1;
}

void draw_entries(Figure& figure, const Layout& layout, const Subject& subject, double largest) {
  const Index width = layout.columns.zoom;
  const Index height = layout.rows.zoom;
  const Index gap = std::min(width, height) >= 5 ? 1 : 0;
  const std::vector<Rgb> palette = kernel_palette(palette_extents(subject.kernel));
  for (Index row = 0; row < subject.pattern.rows(); ++row) {
    for (const Pattern::Entry& entry : subject.pattern.row(row)) {
      const Index x = layout.x + layout.columns.at(entry.column);
      const Index y = layout.y + layout.rows.at(row);
      const Look look = look_of(subject, largest, palette, entry);
      draw_stripes(figure, x, y, width - gap, height - gap, look.colours);
      const int scale = fitting_scale(look.label, width, height);
      if (scale == 0) continue;
      figure.text(x + width / 2, y + height / 2, look.label, Anchor::middle,
                  text_on(look.colours.front()), scale);
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
