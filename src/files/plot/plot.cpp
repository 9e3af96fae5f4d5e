#include <toeplix/files/plot.hpp>

#include "files/bytes/atomic_file.hpp"
#include "files/bytes/byte_source.hpp"
#include "files/plot/block_lines.hpp"
#include "files/plot/entries.hpp"
#include "files/plot/figure.hpp"
#include "files/plot/layout.hpp"
#include "files/plot/legend.hpp"
#include "files/plot/shading.hpp"
#include "files/png/bytes.hpp"

#include <algorithm>
#include <cctype>
#include <span>
#include <utility>

namespace toeplix::detail {
namespace {

constexpr Index smallest_size = 16;
constexpr Index largest_size = 8192;
/// A matrix of no more rows and columns, and entries, is drawn entry by entry.
constexpr Index most_single_extent = 400;
constexpr Index most_single_entries = 20000;
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
  figure.text(margin, margin + 8, subject.title, Anchor::start, text_colour);
  figure.text(margin, margin + 8 + line_height, subject.summary, Anchor::start, faint);
  figure.text(margin, margin + 8 + 2 * line_height, subject.rows.name + "; " + subject.columns.name,
              Anchor::start, faint);
}

bool is_drawn_singly(const Layout& layout, const Subject& subject) {
  return layout.rows.cell == 1 && layout.columns.cell == 1 &&
         subject.rows.count <= most_single_extent && subject.columns.count <= most_single_extent &&
         subject.entries() <= most_single_entries;
}

/// White paper with the lines between blocks.
RgbBytes lined_paper(const Layout& layout, const Subject& subject) {
  RgbBytes paper{.height = layout.rows.pixels(), .width = layout.columns.pixels()};
  paper.samples.assign(static_cast<std::size_t>(paper.height * paper.width * 3), 255);
  const BlockLines lines = block_lines(layout, subject);
  const auto set = [&paper](Index y, Index x, const Bytes3& colour) {
    std::ranges::copy(colour, paper.samples.begin() + (y * paper.width + x) * 3);
  };
  for (const BlockLine& line : lines.down) {
    const Bytes3 colour = encode(line.colour);
    for (Index y = 0; y < paper.height; ++y) set(y, line.at, colour);
  }
  for (const BlockLine& line : lines.across) {
    const Bytes3 colour = encode(line.colour);
    for (Index x = 0; x < paper.width; ++x) set(line.at, x, colour);
  }
  return paper;
}

/// Draws the pixels, with the lines between blocks where there is no entry: on top they would cut
/// diagonals into dashes.
void draw_pixels(Figure& figure, const Layout& layout, const Subject& subject,
                 const MatrixRaster& raster, const Shading& shading) {
  RgbBytes picture = lined_paper(layout, subject);
  const Index rows = layout.rows.zoom;
  const Index columns = layout.columns.zoom;
  raster.for_each_inked([&](Index y, Index x, const Ink& ink) {
    const Bytes3 colour = encode(shading.on_paper(ink));
    for (Index row = y * rows; row < (y + 1) * rows; ++row) {
      auto sample = picture.samples.begin() + (row * picture.width + x * columns) * 3;
      for (Index i = 0; i < columns; ++i) sample = std::ranges::copy(colour, sample).out;
    }
  });
  figure.bitmap(layout.x, layout.y, std::move(picture));
}

void draw_surroundings(Figure& figure, const Layout& layout, const Subject& subject) {
  figure.frame(layout.x, layout.y, layout.columns.pixels(), layout.rows.pixels(), text_colour);
  draw_ticks(figure, layout);
  draw_words(figure, subject);
}

Figure draw_singly(const Layout& layout, const Subject& subject) {
  Figure figure(layout.width, layout.height + legend_height(subject));
  const double largest = subject.by_value() ? largest_entry(subject) : 1;
  draw_cell_lines(figure, layout);
  draw_entries(figure, layout, subject, largest);
  draw_block_lines(figure, layout, subject);
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
  return is_drawn_singly(layout, subject) ? draw_singly(layout, subject)
                                          : draw_by_pixels(layout, subject);
}

std::string svg_text(const Figure& figure, const Subject& subject) {
  const std::string kind = subject.pattern() != nullptr ? "Matrix of the convolution " : "Matrix ";
  return figure.to_svg(kind + subject.title + ": " + subject.summary);
}

std::string svg_of(const Subject& subject, Index size) {
  return svg_text(draw(subject, size), subject);
}

PlotExtents write_any(const std::filesystem::path& path, const Subject& subject, Index size) {
  std::string extension = path.extension().string();
  for (char& letter : extension) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  if (extension != ".png" && extension != ".svg") {
    throw format_error(path.string(), "expected a name that ends in .png or .svg");
  }
  const Figure figure = draw(subject, size);
  if (extension == ".png") {
    write_file(path, format_png(figure.to_bytes()));
  } else {
    const std::string svg = svg_text(figure, subject);
    write_file(path, std::as_bytes(std::span(svg)));
  }
  return {figure.width(), figure.height()};
}

}  // namespace

Image plot_image(const Convolution& conv, std::vector<double> weights, const PlotOptions& options) {
  return draw(make_subject(conv, std::move(weights), options.title), options.size).to_image();
}

Image plot_image(const TransposedConvolution& conv, std::vector<double> weights,
                 const PlotOptions& options) {
  return draw(make_subject(conv, std::move(weights), options.title), options.size).to_image();
}

Image plot_image(const SparseEntries& matrix, const PlotOptions& options) {
  return draw(make_subject(matrix, options.title), options.size).to_image();
}

std::string plot_svg(const Convolution& conv, std::vector<double> weights,
                     const PlotOptions& options) {
  return svg_of(make_subject(conv, std::move(weights), options.title), options.size);
}

std::string plot_svg(const TransposedConvolution& conv, std::vector<double> weights,
                     const PlotOptions& options) {
  return svg_of(make_subject(conv, std::move(weights), options.title), options.size);
}

std::string plot_svg(const SparseEntries& matrix, const PlotOptions& options) {
  return svg_of(make_subject(matrix, options.title), options.size);
}

PlotExtents write_plot(const std::filesystem::path& path, const Convolution& conv,
                       std::vector<double> weights, const PlotOptions& options) {
  return write_any(path, make_subject(conv, std::move(weights), options.title), options.size);
}

PlotExtents write_plot(const std::filesystem::path& path, const TransposedConvolution& conv,
                       std::vector<double> weights, const PlotOptions& options) {
  return write_any(path, make_subject(conv, std::move(weights), options.title), options.size);
}

PlotExtents write_plot(const std::filesystem::path& path, const SparseEntries& matrix,
                       const PlotOptions& options) {
  return write_any(path, make_subject(matrix, options.title), options.size);
}

}  // namespace toeplix::detail
