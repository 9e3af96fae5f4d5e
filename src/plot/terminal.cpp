#include <toeplix/plot.hpp>

#include "../integer_math.hpp"
#include "shading.hpp"
#include "ticks.hpp"

#include <algorithm>
#include <array>

namespace toeplix {
namespace {

using namespace detail;

constexpr Index dots_across = 2;
constexpr Index dots_down = 4;
/// Lines that are not matrix: spec, summary, column ticks, frame, legend.
constexpr Index other_lines = 6;
constexpr Index most_named_positions = 25;
/// A matrix that is flat or narrow gets at least as many dots across.
constexpr Index least_dots = 16;

/// Text with colours, or without.
class Painter {
 public:
  explicit Painter(TerminalColour colour) : colour_(colour) {}

  void plain(const std::string& text) {
    set("");
    text_ += text;
  }
  void coloured(const std::string& text, const Rgb& colour) {
    set(sequence(colour));
    text_ += text;
  }
  void end_line() {
    set("");
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    text_ += '\n';
  }
  std::string release() && { return std::move(text_); }

 private:
  std::string sequence(const Rgb& colour) const {
    if (colour_ == TerminalColour::none) return "";
    if (colour_ == TerminalColour::palette_256) {
      return "\033[38;5;" + std::to_string(nearest_of_256(colour)) + "m";
    }
    const Bytes3 bytes = encode(colour);
    return "\033[38;2;" + std::to_string(bytes[0]) + ";" + std::to_string(bytes[1]) + ";" +
           std::to_string(bytes[2]) + "m";
  }
  void set(const std::string& sequence) {
    if (sequence == current_) return;
    text_ += sequence.empty() ? "\033[0m" : sequence;
    current_ = sequence;
  }

  TerminalColour colour_;
  std::string current_;
  std::string text_;
};

/// The character of the Braille block with these dots; bit 2 * y + x is the dot at column x, line
/// y.
std::string braille(unsigned dots) {
  // The block numbers its dots down the left column, then the right one; the last line came later.
  constexpr std::array<unsigned, 8> bits = {0, 3, 1, 4, 2, 5, 6, 7};
  unsigned code = 0x2800;
  for (unsigned i = 0; i < 8; ++i) {
    if ((dots >> i & 1U) != 0) code |= 1U << bits[i];
  }
  return {static_cast<char>(0xe0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3f)),
          static_cast<char>(0x80 | (code & 0x3f))};
}

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

Grid grid_of(const Pattern& pattern, Index characters, Index lines) {
  if (2 * pattern.cols() <= characters && pattern.rows() <= lines) return {.magnified = true};
  const Index cell = std::max(ceil_div(pattern.rows(), dots_down * lines),
                              ceil_div(pattern.cols(), dots_across * characters));
  const auto cell_of = [&](Index extent, Index most_dots) {
    return std::clamp<Index>(ceil_div(extent, std::min(least_dots, most_dots)), 1, cell);
  };
  return {.row_cell = cell_of(pattern.rows(), dots_down * lines),
          .column_cell = cell_of(pattern.cols(), dots_across * characters)};
}

/// Ordered dithering: of entries that fill a part of a cell, about as many dots are drawn; where
/// there is anything at all, some dot is.
bool is_dotted(const Ink& ink, const Shading& shading, Index x, Index y) {
  constexpr std::array<int, 16> bayer = {0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5};
  const double threshold = 0.7 * bayer[static_cast<std::size_t>(y % 4 * 4 + x % 4)] / 16;
  return ink.count > 0 && shading.strength(ink) > threshold;
}

class TerminalPlot {
 public:
  TerminalPlot(Subject subject, const TerminalPlotOptions& options)
      : subject_(std::move(subject)), options_(options), painter_(options.colour) {
    const Index lines = std::max<Index>(4, options.lines - other_lines);
    row_ticks_ = ticks(subject_.pattern, MatrixSide::rows, std::max<Index>(2, lines / 2));
    for (const Tick& tick : row_ticks_) {
      indent_ = std::max(indent_, static_cast<Index>(tick.label.size()));
    }
    indent_ = std::min(indent_, options.columns / 3);
    grid_ = grid_of(subject_.pattern, options.columns - indent_ - 3, lines);
    if (grid_.magnified) {
      row_ticks_ = ticks(subject_.pattern, MatrixSide::rows, subject_.pattern.rows());
    }
  }

  std::string draw() && {
    line(subject_.title);
    line(subject_.summary);
    draw_column_ticks();
    const MatrixRaster raster = rasterize(subject_, grid_.row_cell, grid_.column_cell);
    const Shading shading(subject_, raster);
    const Index lines = grid_.magnified ? raster.height : ceil_div(raster.height, dots_down);
    for (Index y = 0; y < lines; ++y) draw_line(raster, shading, y);
    draw_legend();
    return std::move(painter_).release();
  }

 private:
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

  /// Up to `most` labels where their columns are; empty where they would overlap.
  std::string column_labels(Index most, std::size_t width) const {
    std::string words(width, ' ');
    std::size_t free_from = 0;
    for (const Tick& tick : ticks(subject_.pattern, MatrixSide::columns, most)) {
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
    const Index characters = grid_.magnified ? raster.width : ceil_div(raster.width, dots_across);
    for (Index x = 0; x < characters; ++x) {
      grid_.magnified ? draw_entry(raster.at(y, x), shading) : draw_dots(raster, shading, x, y);
    }
    painter_.end_line();
  }

  void draw_entry(const Ink& ink, const Shading& shading) {
    if (ink.count <= 0) return painter_.plain("  ");
    painter_.coloured(braille(0xff) + braille(0xff), shading.colour(ink));
  }

  void draw_dots(const MatrixRaster& raster, const Shading& shading, Index x, Index y) {
    unsigned dots = 0;
    Ink all;
    for (Index i = 0; i < dots_down * dots_across; ++i) {
      const Index row = y * dots_down + i / dots_across;
      const Index column = x * dots_across + i % dots_across;
      if (row >= raster.height || column >= raster.width) continue;
      const Ink& ink = raster.at(row, column);
      all.count += ink.count;
      all.sum += ink.sum;
      if (is_dotted(ink, shading, column, row)) dots |= 1U << i;
    }
    if (dots == 0) return painter_.plain(" ");
    painter_.coloured(braille(dots), shading.colour(all));
  }

  void draw_legend() {
    painter_.plain(std::string(static_cast<std::size_t>(indent_ + 2), ' '));
    Index room = options_.columns - indent_ - 2;
    if (!grid_.magnified && (grid_.row_cell > 1 || grid_.column_cell > 1)) {
      const std::string words = "1 dot: " + std::to_string(grid_.row_cell) + " x " +
                                std::to_string(grid_.column_cell) + " entries  ";
      if (static_cast<Index>(words.size()) <= room) {
        painter_.plain(words);
        room -= static_cast<Index>(words.size());
      }
    }
    if (options_.colour != TerminalColour::none) draw_colours(room);
    painter_.end_line();
  }

  void draw_colours(Index room) {
    if (subject_.by_value()) return draw_values(room);
    const std::vector<Rgb> palette = kernel_palette(palette_extents(subject_.kernel));
    const auto count = static_cast<Index>(palette.size());
    if (count > most_named_positions || 5 * count > room) return;
    for (std::size_t k = 0; k < palette.size(); ++k) {
      painter_.coloured("█", palette[k]);
      painter_.plain("w" + std::to_string(k) + " ");
    }
  }

  void draw_values(Index room) {
    constexpr int steps = 8;
    const std::string least = short_number(-subject_.largest) + " ";
    const std::string most = " " + short_number(subject_.largest);
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
  Index indent_ = 0;
  std::vector<Tick> row_ticks_;
};

template <class Conv>
std::string terminal_of(const Conv& conv, const TerminalPlotOptions& options) {
  if (options.columns < 20 || options.columns > 1000 || options.lines < 10 ||
      options.lines > 1000) {
    throw GeometryError("plot: a terminal of " + std::to_string(options.columns) + " columns and " +
                        std::to_string(options.lines) +
                        " lines: expected from 20 x 10 to 1000 x 1000");
  }
  return TerminalPlot(make_subject(conv, options.weights), options).draw();
}

}  // namespace

std::string plot_terminal(const Convolution& conv, const TerminalPlotOptions& options) {
  return terminal_of(conv, options);
}

std::string plot_terminal(const TransposedConvolution& conv, const TerminalPlotOptions& options) {
  return terminal_of(conv, options);
}

}  // namespace toeplix
