#include <toeplix/files/plot.hpp>

#include "core/base/integer_math.hpp"
#include "files/bytes/atomic_file.hpp"
#include "files/bytes/byte_source.hpp"
#include "files/plot/legend.hpp"

#include <algorithm>
#include <cctype>
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

constexpr Index line_height = 26;
constexpr Index tick_length = 6;
constexpr Index tick_gap = 26;
/// Blocks closer than that have no lines between them, the finer ones of two levels closer than
/// that.
constexpr Index block_gap = 10;
constexpr Index fine_block_gap = 24;
constexpr Index wide_block_gap = 60;
/// The widest of the words that do not depend on the spec.
constexpr Index narrowest_words = 900;

const Rgb block_line = decode({140, 149, 159});
const Rgb cell_line = decode({226, 230, 235});

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
      std::max({text_width(subject.title), text_width(subject.summary),
                layout.x + text_width(density_words(layout, subject)), narrowest_words});
  layout.width = std::max({layout.x + layout.columns.pixels(), margin + words}) + margin +
                 widest(layout.column_ticks) / 2;
  layout.height = layout.y + layout.rows.pixels() + margin;
  return layout;
}

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

/// A line between two blocks, in pixels from the edge of the matrix.
struct BlockLine {
  Index at;
  Rgb colour;
};

/// Lines between the blocks of the two slowest levels, where there is room for them; the slower
/// ones last.
std::vector<BlockLine> block_lines(const Scale& scale, const std::vector<Index>& extents) {
  std::vector<BlockLine> lines;
  for (std::size_t level = std::min<std::size_t>(2, extents.size()); level-- > 0;) {
    const Index gap = scale.at(extents[level]);
    if (gap < (level == 0 ? block_gap : fine_block_gap)) continue;
    const bool pale = level > 0 || gap < wide_block_gap;
    for (Index index = extents[level]; index < scale.extent; index += extents[level]) {
      const Index at = scale.at(index) - (scale.zoom >= 5 ? 1 : 0);
      lines.push_back({at, pale ? pale_line : block_line});
    }
  }
  return lines;
}

struct BlockLines {
  std::vector<BlockLine> down;    ///< between columns
  std::vector<BlockLine> across;  ///< between rows
};

BlockLines block_lines(const Layout& layout, const Pattern& pattern) {
  return {block_lines(layout.columns, block_extents(pattern, MatrixSide::columns)),
          block_lines(layout.rows, block_extents(pattern, MatrixSide::rows))};
}

void draw_block_lines(Figure& figure, const Layout& layout, const Pattern& pattern) {
  const BlockLines lines = block_lines(layout, pattern);
  for (const BlockLine& line : lines.down) {
    figure.rect(layout.x + line.at, layout.y, 1, layout.rows.pixels(), line.colour);
  }
  for (const BlockLine& line : lines.across) {
    figure.rect(layout.x, layout.y + line.at, layout.columns.pixels(), 1, line.colour);
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

bool is_drawn_singly(const Layout& layout, const Pattern& pattern) {
  return layout.rows.cell == 1 && layout.columns.cell == 1 &&
         pattern.rows() <= most_single_extent && pattern.cols() <= most_single_extent &&
         pattern.nnz() <= most_single_entries;
}

/// Draws the pixels, with the lines between blocks where there is no entry: on top they would cut
/// diagonals into dashes.
void draw_pixels(Figure& figure, const Layout& layout, const Subject& subject,
                 const MatrixRaster& raster, const Shading& shading) {
  const Index width = layout.columns.pixels();
  const Index height = layout.rows.pixels();
  const Rgb paper{1, 1, 1};
  std::vector<Rgb> colours(static_cast<std::size_t>(width * height), paper);
  const BlockLines lines = block_lines(layout, subject.pattern);
  for (const BlockLine& line : lines.down) {
    for (Index y = 0; y < height; ++y) {
      colours[static_cast<std::size_t>(y * width + line.at)] = line.colour;
    }
  }
  for (const BlockLine& line : lines.across) {
    std::fill_n(colours.begin() + line.at * width, width, line.colour);
  }
  for (Index y = 0; y < height; ++y) {
    for (Index x = 0; x < width; ++x) {
      const Ink& here = raster.at(y / layout.rows.zoom, x / layout.columns.zoom);
      if (here.count <= 0) continue;
      colours[static_cast<std::size_t>(y * width + x)] = shading.on_paper(here);
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

void draw_surroundings(Figure& figure, const Layout& layout, const Subject& subject) {
  figure.frame(layout.x, layout.y, layout.columns.pixels(), layout.rows.pixels(), ink);
  draw_ticks(figure, layout);
  draw_words(figure, subject);
}

Figure draw_singly(const Layout& layout, const Subject& subject) {
  Figure figure(layout.width, layout.height + legend_height(subject));
  const double largest = subject.by_value() ? largest_entry(subject) : 1;
  draw_cell_lines(figure, layout);
  draw_entries(figure, layout, subject, largest);
  draw_block_lines(figure, layout, subject.pattern);
  draw_surroundings(figure, layout, subject);
  draw_legend(figure, layout, subject, largest);
  return figure;
}

Figure draw_by_pixels(const Layout& layout, const Subject& subject) {
  const MatrixRaster raster = rasterize(subject, layout.rows.cell, layout.columns.cell);
  const Shading shading(subject, raster);
  Figure figure(layout.width, layout.height + legend_height(layout, subject, shading));
  draw_pixels(figure, layout, subject, raster, shading);
  draw_surroundings(figure, layout, subject);
  draw_legend(figure, layout, subject, shading);
  return figure;
}

Figure draw(const Subject& subject, Index size) {
  if (size < smallest_size || size > largest_size) {
    throw GeometryError("plot: size " + std::to_string(size) + ": expected from " +
                        std::to_string(smallest_size) + " to " + std::to_string(largest_size));
  }
  const Layout layout = lay_out(subject, size);
  return is_drawn_singly(layout, subject.pattern) ? draw_singly(layout, subject)
                                                  : draw_by_pixels(layout, subject);
}

template <class Conv>
std::string svg_of(const Conv& conv, const PlotOptions& options) {
  const Subject subject = make_subject(conv, options.weights);
  const std::string title = "Matrix of the convolution " + subject.title + ": " + subject.summary;
  return draw(subject, options.size).to_svg(title);
}

template <class Conv>
Image image_of(const Conv& conv, const PlotOptions& options) {
  return draw(make_subject(conv, options.weights), options.size).to_image();
}

template <class Conv>
void write_any(const std::filesystem::path& path, const Conv& conv, const PlotOptions& options) {
  std::string extension = path.extension().string();
  for (char& letter : extension) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  if (extension == ".png") {
    write_png(path, image_of(conv, options));
    return;
  }
  if (extension != ".svg") {
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
