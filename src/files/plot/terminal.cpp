#include <toeplix/error.hpp>
#include <toeplix/files/plot.hpp>

#include "core/base/integer_math.hpp"
#include "files/plot/painter.hpp"
#include "files/plot/shading.hpp"
#include "files/plot/ticks.hpp"
#include "files/plot/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace toeplix::detail {
namespace {

constexpr Index dots_across = 2;
constexpr Index dots_down = 4;
/// Lines that are not matrix: spec, summary, column ticks, frame, legend.
constexpr Index other_lines = 6;
constexpr Index most_named_positions = 25;
/// A matrix that is flat or narrow gets at least as many dots across.
constexpr Index least_dots = 16;

const Rgb block_edge = decode({140, 149, 159});

/// How entries become characters.
struct Grid {
  Index row_cell = 1;
  Index column_cell = 1;
  bool magnified = false;  ///< two whole characters per entry

  Index line_of(Index row) const { return magnified ? row : row / row_cell / dots_down; }
  Index character_of(Index column) const {
    return magnified ? 2 * column : column / column_cell / dots_across;
  }
};

Grid grid_of(const Subject& subject, Index characters, Index lines) {
  if (subject.columns.count <= characters / 2 && subject.rows.count <= lines)
    return {.magnified = true};
  const Index cell = std::max(ceil_div(subject.rows.count, dots_down * lines),
                              ceil_div(subject.columns.count, dots_across * characters));
  const auto cell_of = [&](Index extent, Index most_dots) {
    return std::clamp<Index>(ceil_div(extent, std::min(least_dots, most_dots)), 1, cell);
  };
  return {.row_cell = cell_of(subject.rows.count, dots_down * lines),
          .column_cell = cell_of(subject.columns.count, dots_across * characters)};
}

/// A part of all dots: if no more are blank, a picture has no lines that could get lost.
constexpr double nearly_all = 0.6;

/// The part of the dots that is drawn where entries are densest. A picture that is filled evenly
/// would be a solid block otherwise, however few entries it has.
double densest_dots(const Shading& shading, const MatrixRaster& raster) {
  if (shading.filled() < nearly_all) return 1;
  const double cell =
      static_cast<double>(raster.row_cell()) * static_cast<double>(raster.column_cell());
  return std::min(1.0, std::sqrt(std::sqrt(shading.densest() / cell)));
}

/// Ordered dithering: of entries that fill a part of a cell, about as many dots are drawn; where
/// there is anything at all, some dot is.
bool is_dotted(double strength, Index x, Index y) {
  constexpr std::array<int, 16> bayer = {0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5};
  const double threshold = 0.7 * bayer[static_cast<std::size_t>(y % 4 * 4 + x % 4)] / 16;
  return strength > threshold;
}

class TerminalPlot {
 public:
  TerminalPlot(Subject subject, const TerminalPlotOptions& options)
      : subject_(std::move(subject)), options_(options), painter_(options.colour) {
    const Index lines = std::max<Index>(4, options.lines - other_lines);
    row_ticks_ = ticks(subject_.rows, std::max<Index>(2, lines / 2));
    for (const Tick& tick : row_ticks_) {
      indent_ = std::max(indent_, static_cast<Index>(tick.label.size()));
    }
    indent_ = std::min(indent_, options.columns / 3);
    grid_ = grid_of(subject_, options.columns - indent_ - 3, lines);
    row_block_ = slowest_block(subject_.rows);
    column_block_ = slowest_block(subject_.columns);
    if (grid_.magnified) {
      row_ticks_ = ticks(subject_.rows, subject_.rows.count);
    }
  }

  std::string draw() && {
    line(subject_.title);
    line(subject_.summary);
    draw_column_ticks();
    const MatrixRaster raster = rasterize(subject_, grid_.row_cell, grid_.column_cell);
    const Shading shading(subject_, raster);
    const Index lines = grid_.magnified ? raster.height() : ceil_div(raster.height(), dots_down);
    densest_dots_ = densest_dots(shading, raster);
    for (Index y = 0; y < lines; ++y) draw_line(raster, shading, y);
    draw_legend(shading);
    return std::move(painter_).release();
  }

 private:
  static Index slowest_block(const MatrixLines& lines) {
    const std::vector<Index> extents = block_extents(lines);
    return extents.empty() ? 0 : extents.front();
  }

  void line(const std::string& words) {
    painter_.plain(words.substr(0, static_cast<std::size_t>(options_.columns)));
    painter_.end_line();
  }

  void draw_column_ticks() {
    const auto width = static_cast<std::size_t>(options_.columns - indent_ - 3);
    Index most = static_cast<Index>(width) / 2;
    std::string words = column_labels(most, width);
    while (words.empty() && most > 2) words = column_labels(most = most * 3 / 4, width);
    painter_.plain(std::string(static_cast<std::size_t>(indent_ + 2), ' ') + words);
    painter_.end_line();
  }

  /// Up to `most` labels where their columns are; empty if they would overlap.
  std::string column_labels(Index most, std::size_t width) const {
    std::string words(width, ' ');
    std::size_t free_from = 0;
    for (const Tick& tick : ticks(subject_.columns, most)) {
      const auto begin = static_cast<std::size_t>(grid_.character_of(tick.index));
      if (begin < free_from) return "";
      if (begin + tick.label.size() > width) break;
      words.replace(begin, tick.label.size(), tick.label);
      free_from = begin + tick.label.size() + 1;
    }
    return words;
  }

  /// The label of the first tick on a line.
  std::string label_of(Index y) const {
    for (const Tick& tick : row_ticks_) {
      if (grid_.line_of(tick.index) == y) {
        return tick.label.substr(0, static_cast<std::size_t>(indent_));
      }
    }
    return "";
  }

  void draw_line(const MatrixRaster& raster, const Shading& shading, Index y) {
    const std::string label = label_of(y);
    painter_.plain(std::string(static_cast<std::size_t>(indent_) - label.size(), ' ') + label);
    painter_.plain(" │");
    const Index characters =
        grid_.magnified ? raster.width() : ceil_div(raster.width(), dots_across);
    for (Index x = 0; x < characters; ++x) {
      grid_.magnified ? draw_entry(raster, shading, x, y) : draw_dots(raster, shading, x, y);
    }
    painter_.end_line();
  }

  /// Whether a block begins on this line, or at this character: it has a line at its edge.
  bool begins_block(Index index_before, Index index, Index block) const {
    return block > 0 && index > 0 && (index_before / block != index / block);
  }
  bool begins_row_block(Index y) const {
    const Index per_line = grid_.magnified ? 1 : grid_.row_cell * dots_down;
    const bool fits = row_block_ >= 2 * per_line;
    return fits && begins_block((y - 1) * per_line, y * per_line, row_block_);
  }
  bool begins_column_block(Index x) const {
    const Index per_character = grid_.magnified ? 1 : grid_.column_cell * dots_across;
    const bool fits = column_block_ >= (grid_.magnified ? 2 : 4) * per_character;
    return fits && begins_block((x - 1) * per_character, x * per_character, column_block_);
  }

  /// Nothing, but the edge of a block.
  void draw_blank(Index x, Index y) {
    const bool above = begins_row_block(y);
    const bool left = begins_column_block(x);
    const std::string rest = grid_.magnified ? (above ? "▔" : " ") : "";
    if (!above && !left) return painter_.plain(" " + rest);
    painter_.coloured((left ? "▏" : "▔") + rest, block_edge);
  }

  void draw_entry(const MatrixRaster& raster, const Shading& shading, Index x, Index y) {
    const Ink& ink = raster.at(y, x);
    if (ink.count <= 0) return draw_blank(x, y);
    painter_.coloured(braille(0xff) + braille(0xff), shading.colour(ink));
  }

  void draw_dots(const MatrixRaster& raster, const Shading& shading, Index x, Index y) {
    unsigned dots = 0;
    Ink all;
    for (Index i = 0; i < dots_down * dots_across; ++i) {
      const Index row = y * dots_down + i / dots_across;
      const Index column = x * dots_across + i % dots_across;
      if (row >= raster.height() || column >= raster.width()) continue;
      const Ink& ink = raster.at(row, column);
      all.count += ink.count;
      all.sum += ink.sum;
      if (is_dotted(densest_dots_ * shading.strength(ink), column, row)) dots |= 1U << i;
    }
    if (dots == 0) return draw_blank(x, y);
    painter_.coloured(braille(dots), shading.colour(all));
  }

  void draw_legend(const Shading& shading) {
    painter_.plain(std::string(static_cast<std::size_t>(indent_ + 2), ' '));
    Index room = options_.columns - indent_ - 2;
    if (!grid_.magnified && (grid_.row_cell > 1 || grid_.column_cell > 1)) {
      const double cell =
          static_cast<double>(grid_.row_cell) * static_cast<double>(grid_.column_cell);
      const std::string words = "1 dot: " + std::to_string(grid_.row_cell) + " x " +
                                std::to_string(grid_.column_cell) + " entries, up to " +
                                short_number(100 * shading.densest() / cell) + " % stored  ";
      if (static_cast<Index>(words.size()) <= room) {
        painter_.plain(words);
        room -= static_cast<Index>(words.size());
      }
    }
    if (options_.colour != TerminalColour::none) draw_colours(shading, room);
    painter_.end_line();
  }

  void draw_colours(const Shading& shading, Index room) {
    if (subject_.by_value()) return draw_values(shading.largest(), room);
    if (!shading.is_colourful()) return;
    const std::vector<Rgb> palette = kernel_palette(palette_extents(subject_.kernel));
    const auto count = static_cast<Index>(palette.size());
    const auto name = static_cast<Index>(subject_.name_of(count - 1).size());
    if (count > most_named_positions || (name + 2) * count > room) return;
    for (Index k = 0; k < count; ++k) {
      painter_.coloured("█", palette[static_cast<std::size_t>(k)]);
      painter_.plain(subject_.name_of(k) + " ");
    }
  }

  void draw_values(double largest, Index room) {
    constexpr int steps = 8;
    const bool is_mean = grid_.row_cell > 1 || grid_.column_cell > 1;
    const std::string least = (is_mean ? "mean " : "") + short_number(-largest) + " ";
    const std::string most = " " + short_number(largest);
    if (static_cast<Index>(least.size() + most.size()) + 2 * steps + 1 > room) return;
    painter_.plain(least);
    for (int i = -steps; i <= steps; ++i) {
      painter_.coloured("█", diverging(static_cast<double>(i) / steps));
    }
    painter_.plain(most);
  }

  Subject subject_;
  TerminalPlotOptions options_;
  Painter painter_;
  Grid grid_;
  Index row_block_ = 0;  // rows of a block of the slowest level, 0 if there is none
  Index column_block_ = 0;
  double densest_dots_ = 1;
  Index indent_ = 0;
  std::vector<Tick> row_ticks_;
};

std::string terminal_of(Subject subject, const TerminalPlotOptions& options) {
  if (options.columns < 20 || options.columns > 1000 || options.lines < 10 ||
      options.lines > 1000) {
    throw GeometryError("plot: a terminal of " + std::to_string(options.columns) + " columns and " +
                        std::to_string(options.lines) +
                        " lines: expected from 20 x 10 to 1000 x 1000");
  }
  return TerminalPlot(std::move(subject), options).draw();
}

}  // namespace

std::string plot_terminal(const Convolution& conv, std::vector<double> weights,
                          const TerminalPlotOptions& options) {
  return terminal_of(make_subject(conv, std::move(weights), options.title), options);
}

std::string plot_terminal(const TransposedConvolution& conv, std::vector<double> weights,
                          const TerminalPlotOptions& options) {
  return terminal_of(make_subject(conv, std::move(weights), options.title), options);
}

std::string plot_terminal(const SparseEntries& matrix, const TerminalPlotOptions& options) {
  return terminal_of(make_subject(matrix, options.title), options);
}

}  // namespace toeplix::detail
