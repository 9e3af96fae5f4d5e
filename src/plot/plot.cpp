#include <toeplix/plot.hpp>

#include "../atomic_file.hpp"
#include "../byte_source.hpp"
#include "../integer_math.hpp"
#include "figure.hpp"
#include "shading.hpp"
#include "ticks.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace toeplix {
namespace {

using namespace detail;

constexpr Index smallest_size = 16;
constexpr Index largest_size = 8192;
/// A matrix of no more rows and columns, and entries, is drawn entry by entry.
constexpr Index most_single_extent = 400;
constexpr Index most_single_entries = 20000;
constexpr Index largest_cell = 88;
/// A side is at least this part of the other, so that a long matrix stays a picture.
constexpr Index longest_ratio = 5;

constexpr Index margin = 16;
constexpr Index line_height = 26;
constexpr Index tick_length = 6;
constexpr Index tick_gap = 26;
constexpr Index block_gap = 10;
constexpr Index wide_block_gap = 60;
constexpr Index legend_cell = 40;
constexpr Index legend_height = 150;
/// The widest of the words that do not depend on the spec.
constexpr Index narrowest_words = 900;

const Rgb ink = decode({31, 35, 40});
const Rgb faint = decode({89, 99, 110});
const Rgb block_line = decode({140, 149, 159});
const Rgb pale_block_line = decode({228, 232, 236});
const Rgb cell_line = decode({226, 230, 235});

/// How one side of the matrix is mapped to pixels: a cell of entries is a square of `zoom`.
struct Scale {
  Index extent = 1;
  Index cell = 1;
  Index zoom = 1;

  Index pixels() const { return ceil_div(extent, cell) * zoom; }
  Index at(Index index) const { return index / cell * zoom; }
};

Scale scale_of(Index extent, Index pixels, Index most_zoom) {
  Scale scale{.extent = extent};
  scale.cell = ceil_div(extent, pixels);
  scale.zoom = std::clamp<Index>(pixels / ceil_div(extent, scale.cell), 1, most_zoom);
  return scale;
}

/// The matrix on paper: where it lies, and how its sides are scaled.
struct Layout {
  Scale rows;
  Scale columns;
  std::vector<Tick> row_ticks;
  std::vector<Tick> column_ticks;
  Index x = 0;
  Index y = 0;
  Index width = 0;
  Index height = 0;
};

Index widest(const std::vector<Tick>& ticks) {
  Index width = 0;
  for (const Tick& tick : ticks) width = std::max(width, text_width(tick.label));
  return width;
}

/// Ticks as close as their labels allow.
std::vector<Tick> column_ticks(const Pattern& pattern, Index pixels) {
  Index most = pixels / 24;
  std::vector<Tick> result = ticks(pattern, MatrixSide::columns, most);
  while (most > 2 && static_cast<Index>(result.size()) * (widest(result) + 18) > pixels) {
    most = most * 3 / 4;
    result = ticks(pattern, MatrixSide::columns, most);
  }
  return result;
}

/// The lengths of both sides: in proportion, within limits.
void set_scales(Layout& layout, const Pattern& pattern, Index size) {
  const Index longer = std::max(pattern.rows(), pattern.cols());
  const auto pixels = [&](Index extent) {
    const double share = static_cast<double>(extent) / static_cast<double>(longer);
    const auto proportional = static_cast<Index>(std::ceil(share * static_cast<double>(size)));
    return std::max(proportional, std::max<Index>(1, size / longest_ratio));
  };
  const Index zoom = std::clamp<Index>(size / longer, 1, largest_cell);
  const bool tiny = longer <= size;
  layout.rows = scale_of(pattern.rows(), pixels(pattern.rows()), tiny ? zoom : size);
  layout.columns = scale_of(pattern.cols(), pixels(pattern.cols()), tiny ? zoom : size);
}

Layout lay_out(const Subject& subject, Index size) {
  Layout layout;
  set_scales(layout, subject.pattern, size);
  layout.row_ticks = ticks(subject.pattern, MatrixSide::rows, layout.rows.pixels() / 28);
  layout.column_ticks = column_ticks(subject.pattern, layout.columns.pixels());
  layout.x = margin + widest(layout.row_ticks) + tick_length + 6;
  layout.y = margin + 3 * line_height + tick_gap;
  const Index words =
      std::max({text_width(subject.title), text_width(subject.summary), narrowest_words});
  layout.width = std::max({layout.x + layout.columns.pixels(), margin + words}) + margin +
                 widest(layout.column_ticks) / 2;
  layout.height = layout.y + layout.rows.pixels() + margin + legend_height;
  return layout;
}

/// What is written into an entry, and the colours of its stripes.
struct Look {
  std::string label;
  std::vector<Rgb> colours;
};

Look look_of(const Subject& subject, const std::vector<Rgb>& palette, const Pattern::Entry& entry) {
  Look look;
  double value = 0;
  for (const Index weight : entry.weights) {
    look.colours.push_back(palette[palette_position(subject.kernel, weight)]);
    look.label += (look.label.empty() ? "w" : "+w") + std::to_string(weight);
    if (subject.by_value()) value += subject.weights[static_cast<std::size_t>(weight)];
  }
  if (!subject.by_value()) return look;
  return {short_number(value), {value_colour(value, subject.largest)}};
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

Rgb text_on(const Rgb& colour) {
  const double light = 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue;
  return light > 0.18 ? Rgb{0.01, 0.01, 0.01} : Rgb{1, 1, 1};
}

/// The largest scale at which words fit a cell, 0 where none does.
int fitting_scale(const std::string& words, Index width, Index height) {
  for (const int scale : {2, 1}) {
    if (text_width(words, scale) + 4 <= width && 9 * scale <= height) return scale;
  }
  return 0;
}

void draw_entries(Figure& figure, const Layout& layout, const Subject& subject) {
  const Index width = layout.columns.zoom;
  const Index height = layout.rows.zoom;
  const Index gap = std::min(width, height) >= 5 ? 1 : 0;
  const std::vector<Rgb> palette = kernel_palette(palette_extents(subject.kernel));
  for (Index row = 0; row < subject.pattern.rows(); ++row) {
    for (const Pattern::Entry& entry : subject.pattern.row(row)) {
      const Index x = layout.x + layout.columns.at(entry.column);
      const Index y = layout.y + layout.rows.at(row);
      const Look look = look_of(subject, palette, entry);
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

/// Lines between blocks, where they do not hide what they part.
void draw_block_lines(Figure& figure, const Layout& layout, const Pattern& pattern) {
  const auto colour = [](const Scale& scale, Index block) {
    return scale.at(block) < wide_block_gap ? pale_block_line : block_line;
  };
  const auto positions = [](const Scale& scale, Index block) {
    std::vector<Index> result;
    if (scale.at(block) < block_gap) return result;
    for (Index index = block; index < scale.extent; index += block) {
      result.push_back(scale.at(index) - (scale.zoom >= 5 ? 1 : 0));
    }
    return result;
  };
  const Index across = block_extent(pattern, MatrixSide::columns);
  const Index down = block_extent(pattern, MatrixSide::rows);
  for (const Index x : positions(layout.columns, across)) {
    figure.rect(layout.x + x, layout.y, 1, layout.rows.pixels(), colour(layout.columns, across));
  }
  for (const Index y : positions(layout.rows, down)) {
    figure.rect(layout.x, layout.y + y, layout.columns.pixels(), 1, colour(layout.rows, down));
  }
}

void draw_ticks(Figure& figure, const Layout& layout) {
  for (const Tick& tick : layout.row_ticks) {
    const Index y = layout.y + layout.rows.at(tick.index) + layout.rows.zoom / 2;
    figure.rect(layout.x - tick_length, y, tick_length - 1, 1, faint);
    figure.text(layout.x - tick_length - 5, y, tick.label, Anchor::end, faint);
  }
  for (const Tick& tick : layout.column_ticks) {
    const Index x = layout.x + layout.columns.at(tick.index) + layout.columns.zoom / 2;
    figure.rect(x, layout.y - tick_length, 1, tick_length - 1, faint);
    figure.text(x, layout.y - tick_length - 11, tick.label, Anchor::middle, faint);
  }
}

void draw_words(Figure& figure, const Subject& subject) {
  figure.text(margin, margin + 8, subject.title, Anchor::start, ink);
  figure.text(margin, margin + 8 + line_height, subject.summary, Anchor::start, faint);
  figure.text(margin, margin + 8 + 2 * line_height,
              side_name(subject.pattern, MatrixSide::rows) + "; " +
                  side_name(subject.pattern, MatrixSide::columns),
              Anchor::start, faint);
}

/// The last two axes of the kernel, or its only one, each position in its colour. Of further axes
/// the middle is shown.
void draw_kernel(Figure& figure, Index x, Index y, const Subject& subject) {
  const Extents extents = palette_extents(subject.kernel);
  const std::vector<Rgb> palette = kernel_palette(extents);
  const Index width = extents.back();
  const Index height = static_cast<Index>(palette.size()) / width;
  const Index cell = std::clamp<Index>(100 / std::max(height, width / 4), 2, legend_cell);
  for (Index k = 0; k < width * height; ++k) {
    const Rgb& colour = palette[static_cast<std::size_t>(k)];
    const Index left = x + k % width * cell;
    const Index top = y + k / width * cell;
    const Index gap = cell >= 5 ? 1 : 0;
    figure.rect(left, top, cell - gap, cell - gap, colour);
    const std::string label = "w" + std::to_string(k);
    const int scale = extents == subject.kernel ? fitting_scale(label, cell, cell) : 0;
    if (scale == 0) continue;
    figure.text(left + cell / 2, top + cell / 2, label, Anchor::middle, text_on(colour), scale);
  }
}

void draw_values(Figure& figure, Index x, Index y, const Subject& subject) {
  constexpr Index width = 360;
  for (Index i = 0; i < width; ++i) {
    const double value = 2.0 * static_cast<double>(i) / (width - 1) - 1;
    figure.rect(x + i, y, 1, 28, diverging(value));
  }
  figure.text(x, y + 44, short_number(-subject.largest), Anchor::start, faint);
  figure.text(x + width / 2, y + 44, "0", Anchor::middle, faint);
  figure.text(x + width, y + 44, short_number(subject.largest), Anchor::end, faint);
}

void draw_legend(Figure& figure, const Layout& layout, const Subject& subject) {
  const Index y = layout.y + layout.rows.pixels() + margin + 10;
  std::string words = subject.by_value() ? "colour: value" : "colour: kernel position";
  const bool by_density = layout.rows.cell > 1 || layout.columns.cell > 1;
  if (by_density) {
    words += "; 1 pixel: " + std::to_string(layout.rows.cell) + " x " +
             std::to_string(layout.columns.cell) + " entries";
  }
  figure.text(layout.x, y, words, Anchor::start, faint);
  if (subject.by_value()) return draw_values(figure, layout.x, y + 18, subject);
  draw_kernel(figure, layout.x, y + 18, subject);
}

bool is_drawn_singly(const Layout& layout, const Pattern& pattern) {
  return layout.rows.cell == 1 && layout.columns.cell == 1 &&
         pattern.rows() <= most_single_extent && pattern.cols() <= most_single_extent &&
         pattern.nnz() <= most_single_entries;
}

void draw_density(Figure& figure, const Layout& layout, const Subject& subject) {
  const MatrixRaster raster = rasterize(subject, layout.rows.cell, layout.columns.cell);
  const Shading shading(subject, raster);
  std::vector<Rgb> colours;
  const Index width = layout.columns.pixels();
  for (Index y = 0; y < layout.rows.pixels(); ++y) {
    for (Index x = 0; x < width; ++x) {
      colours.push_back(shading.on_paper(raster.at(y / layout.rows.zoom, x / layout.columns.zoom)));
    }
  }
  figure.bitmap(layout.x, layout.y, 1, width, std::move(colours));
}

/// The largest magnitude of an entry, which folds make larger than that of any weight.
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

Figure draw(Subject subject, Index size) {
  if (size < smallest_size || size > largest_size) {
    throw GeometryError("plot: size " + std::to_string(size) + ": expected from " +
                        std::to_string(smallest_size) + " to " + std::to_string(largest_size));
  }
  const Layout layout = lay_out(subject, size);
  Figure figure(layout.width, layout.height);
  const bool singly = is_drawn_singly(layout, subject.pattern);
  if (singly && subject.by_value()) subject.largest = largest_entry(subject);
  if (singly) draw_cell_lines(figure, layout);
  if (singly) draw_entries(figure, layout, subject);
  if (!singly) draw_density(figure, layout, subject);
  draw_block_lines(figure, layout, subject.pattern);
  figure.frame(layout.x, layout.y, layout.columns.pixels(), layout.rows.pixels(), ink);
  draw_ticks(figure, layout);
  draw_words(figure, subject);
  draw_legend(figure, layout, subject);
  return figure;
}

template <class Conv>
std::string svg_of(const Conv& conv, const PlotOptions& options) {
  Subject subject = make_subject(conv, options.weights);
  const std::string title = "Matrix of the convolution " + subject.title + ": " + subject.summary;
  return draw(std::move(subject), options.size).to_svg(title);
}

template <class Conv>
Image image_of(const Conv& conv, const PlotOptions& options) {
  return draw(make_subject(conv, options.weights), options.size).to_image();
}

template <class Conv>
void write_any(const std::filesystem::path& path, const Conv& conv, const PlotOptions& options) {
  if (path.extension() == ".png") {
    write_png(path, image_of(conv, options));
    return;
  }
  if (path.extension() != ".svg") {
    throw format_error(path.string(), "expected a name that ends in .png or .svg");
  }
  const std::string svg = svg_of(conv, options);
  write_file(path, std::as_bytes(std::span(svg)));
}

}  // namespace

Image plot_image(const Convolution& conv, const PlotOptions& options) {
  return image_of(conv, options);
}

Image plot_image(const TransposedConvolution& conv, const PlotOptions& options) {
  return image_of(conv, options);
}

std::string plot_svg(const Convolution& conv, const PlotOptions& options) {
  return svg_of(conv, options);
}

std::string plot_svg(const TransposedConvolution& conv, const PlotOptions& options) {
  return svg_of(conv, options);
}

void write_plot(const std::filesystem::path& path, const Convolution& conv,
                const PlotOptions& options) {
  write_any(path, conv, options);
}

void write_plot(const std::filesystem::path& path, const TransposedConvolution& conv,
                const PlotOptions& options) {
  write_any(path, conv, options);
}

}  // namespace toeplix
