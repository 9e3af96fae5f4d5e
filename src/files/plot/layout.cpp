#include "files/plot/layout.hpp"

#include "files/plot/legend.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {
namespace {

constexpr Index largest_cell = 88;
/// A side is at least this part of the other, so that a long matrix stays a picture.
constexpr Index longest_ratio = 5;

/// The widest of the words that do not depend on the spec.
constexpr Index narrowest_words = 900;

Scale scale_of(Index extent, Index pixels, Index most_zoom) {
  Scale scale{.extent = extent};
  scale.cell = ceil_div(extent, pixels);
  scale.zoom = std::clamp<Index>(pixels / ceil_div(extent, scale.cell), 1, most_zoom);
  return scale;
}

Index widest(const std::vector<Tick>& ticks) {
  Index width = 0;
  for (const Tick& tick : ticks) width = std::max(width, text_width(tick.label));
  return width;
}

/// Ticks as close as their labels allow.
std::vector<Tick> column_ticks(const MatrixLines& columns, Index pixels) {
  Index most = pixels / 24;
  std::vector<Tick> result = ticks(columns, most);
  while (most > 2 && static_cast<Index>(result.size()) * (widest(result) + 18) > pixels) {
    most = most * 3 / 4;
    result = ticks(columns, most);
  }
  return result;
}

/// The lengths of both sides: in proportion, within limits.
void set_scales(Layout& layout, Index rows, Index columns, Index size) {
  const Index longer = std::max(rows, columns);
  const auto pixels = [&](Index extent) {
    const double share = static_cast<double>(extent) / static_cast<double>(longer);
    const auto proportional = static_cast<Index>(std::ceil(share * static_cast<double>(size)));
    return std::max(proportional, std::max<Index>(1, size / longest_ratio));
  };
  const Index zoom = std::clamp<Index>(size / longer, 1, largest_cell);
  const bool tiny = longer <= size;
  layout.rows = scale_of(rows, pixels(rows), tiny ? zoom : size);
  layout.columns = scale_of(columns, pixels(columns), tiny ? zoom : size);
}

}  // namespace

Layout lay_out(const Subject& subject, Index size) {
  Layout layout;
  set_scales(layout, subject.rows.count, subject.columns.count, size);
  layout.row_ticks = ticks(subject.rows, layout.rows.pixels() / 28);
  layout.column_ticks = column_ticks(subject.columns, layout.columns.pixels());
  layout.x = margin + widest(layout.row_ticks) + tick_length + 6;
  layout.y = margin + 3 * line_height + tick_gap;
  const Index words =
      std::max({text_width(subject.title), text_width(subject.summary),
                layout.x + text_width(density_words(layout, subject)), narrowest_words});
  layout.width = std::max({layout.x + layout.columns.pixels(), margin + words}) + margin +
                 widest(layout.column_ticks) / 2;
  layout.height = layout.y + layout.rows.pixels() + margin;
  return layout;
}

}  // namespace toeplix::detail
