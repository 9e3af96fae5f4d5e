#include "files/plot/raster.hpp"

#include "core/base/integer_math.hpp"
#include "files/plot/raster_levels.hpp"

#include <toeplix/error.hpp>

#include <algorithm>
#include <string>

namespace toeplix::detail {
namespace {

/// Steps from pixel to pixel before small blocks are no longer cut, and before giving up: a quarter
/// of a second, and about a second.
constexpr Index most_exact_steps = Index{1} << 24;
constexpr Index most_steps = Index{1} << 26;

class Rasterizer {
 public:
  Rasterizer(const Pattern& pattern, const WeightInks& inks, MatrixRaster blank)
      : raster_(std::move(blank)), levels_(raster_levels(pattern, inks)) {
    sum_up(inks.inks);
  }

  MatrixRaster draw() && {
    if (!try_to_draw(most_exact_steps)) {
      raster_.clear();
      divide_by_area_ = true;
      if (!try_to_draw(most_steps)) refuse();
    }
    return std::move(raster_);
  }

 private:
  /// A block of all levels from `level` on, after the levels before have chosen `prefix`.
  struct Block {
    std::size_t level;
    Index row;
    Index column;
    Index prefix;
  };

  /// False if that takes more steps.
  bool try_to_draw(Index steps) {
    steps_left_ = steps;
    draw_block({0, 0, 0, 0}, 1);
    return steps_left_ >= 0;
  }

  /// The ink of everything that comes after each prefix, from the last level to the first.
  void sum_up(const std::vector<Rgb>& inks) {
    counts_.assign(levels_.size() + 1, 1);
    sums_.resize(levels_.size() + 1);
    collect_inks(inks, 0, 0);
    for (std::size_t level = levels_.size(); level-- > 0;) contract(level);
  }

  /// The inks in the order of the levels' symbols.
  void collect_inks(const std::vector<Rgb>& inks, std::size_t level, Index at) {
    if (level == levels_.size()) {
      sums_.back().push_back(inks[static_cast<std::size_t>(at)]);
      return;
    }
    const RasterLevel& here = levels_[level];
    const Index stride = here.ink_stride != 0 ? here.ink_stride : plane();
    for (Index symbol = 0; symbol < here.symbols; ++symbol) {
      collect_inks(inks, level + 1, at + symbol * stride);
    }
  }

  /// Inks of one pair of channels.
  Index plane() const {
    Index count = 1;
    for (const RasterLevel& level : levels_) count *= level.ink_stride != 0 ? level.symbols : 1;
    return count;
  }

  void contract(std::size_t level) {
    const RasterLevel& here = levels_[level];
    std::vector<double> times(static_cast<std::size_t>(here.symbols), 0);
    double blocks = 0;
    for (const BlockRun& run : here.runs) {
      const double count = static_cast<double>(run.count) * static_cast<double>(run.repeat);
      times[static_cast<std::size_t>(run.symbol)] += count;
      blocks += count;
    }
    counts_[level] = counts_[level + 1] * blocks;
    const std::vector<Rgb>& after = sums_[level + 1];
    sums_[level].assign(after.size() / times.size(), Rgb{});
    for (std::size_t i = 0; i < after.size(); ++i) {
      sums_[level][i / times.size()] += times[i % times.size()] * after[i];
    }
  }

  void draw_block(const Block& block, Index times) {
    const RasterLevel& level = levels_[block.level];
    for (const BlockRun& run : level.runs) {
      Index i = 0;
      while (i < run.repeat && steps_left_ >= 0) {
        const Block first{block.level, block.row + run.row + i * run.repeat_row_step,
                          block.column + run.column, block.prefix * level.symbols + run.symbol};
        const Index alike = within(first.row, level.block_rows, raster_.row_cell(),
                                   run.repeat_row_step, run.repeat - i);
        draw_run(first, run, times * std::max<Index>(1, alike));
        i += std::max<Index>(1, alike);
      }
    }
  }

  void draw_run(const Block& first, const BlockRun& run, Index times) {
    const RasterLevel& level = levels_[first.level];
    Index i = 0;
    while (i < run.count && --steps_left_ >= 0) {
      const Index row = first.row + i * run.row_step;
      const Index column = first.column + i * run.column_step;
      const Index left = run.count - i;
      const Index inside = std::min(
          within(row, level.block_rows, raster_.row_cell(), run.row_step, left),
          within(column, level.block_columns, raster_.column_cell(), run.column_step, left));
      const Block block{first.level + 1, row, column, first.prefix};
      if (inside > 0) {
        add(block, static_cast<double>(times * inside));
      } else if (divide_by_area_ && level.block_rows <= raster_.row_cell() &&
                 level.block_columns <= raster_.column_cell()) {
        divide(block, level, static_cast<double>(times));
      } else {
        draw_block(block, times);
      }
      i += std::max<Index>(1, inside);
    }
  }

  /// How many of `count` intervals of that `length`, `step` apart, lie in the cell where the first
  /// one begins; 0 if that one does not end in it.
  static Index within(Index begin, Index length, Index cell, Index step, Index count) {
    const Index before = begin % cell;
    const Index after = cell - before - length;
    if (after < 0) return 0;
    if (step == 0) return count;
    return std::min(count, (step > 0 ? after / step : before / -step) + 1);
  }

  void add(const Block& block, double times) {
    Ink& ink = raster_.ink(block.row / raster_.row_cell(), block.column / raster_.column_cell());
    ink.count += times * counts_[block.level];
    ink.sum += times * sums_[block.level][static_cast<std::size_t>(block.prefix)];
  }

  /// Adds a block that is no larger than a pixel to the four that it may lie across.
  void divide(const Block& block, const RasterLevel& level, double times) {
    const Index last_row = block.row + level.block_rows - 1;
    const Index last_column = block.column + level.block_columns - 1;
    const double above = share_before(block.row, level.block_rows, raster_.row_cell());
    const double left = share_before(block.column, level.block_columns, raster_.column_cell());
    const auto add_part = [&](Index row, Index column, double share) {
      if (share > 0) add({block.level, row, column, block.prefix}, times * share);
    };
    add_part(block.row, block.column, above * left);
    add_part(block.row, last_column, above * (1 - left));
    add_part(last_row, block.column, (1 - above) * left);
    add_part(last_row, last_column, (1 - above) * (1 - left));
  }

  /// The part of an interval that lies in the cell where it begins.
  static double share_before(Index begin, Index length, Index cell) {
    const Index before = std::min(length, cell - begin % cell);
    return static_cast<double>(before) / static_cast<double>(length);
  }

  [[noreturn]] void refuse() const {
    throw CapacityError("plot: this kernel has too many positions to follow over a picture of " +
                            std::to_string(raster_.height()) + " x " +
                            std::to_string(raster_.width()) + " pixels",
                        CapacityCause::limit, {}, {}, "use a smaller size");
  }

  MatrixRaster raster_;
  std::vector<RasterLevel> levels_;
  std::vector<double> counts_;          // entries of a block from each level on
  std::vector<std::vector<Rgb>> sums_;  // likewise their ink, by prefix
  Index steps_left_ = 0;
  bool divide_by_area_ = false;
};

}  // namespace

MatrixRaster::MatrixRaster(Index height, Index width, Index row_cell, Index column_cell)
    : height_(height),
      width_(width),
      row_cell_(row_cell),
      column_cell_(column_cell),
      strips_per_row_(ceil_div(width, strip_length)),
      strips_(static_cast<std::size_t>(height * strips_per_row_), -1) {}

const Ink& MatrixRaster::at(Index y, Index x) const {
  static constexpr Ink none;
  const std::int32_t strip = strips_[strip_of(y, x)];
  if (strip < 0) return none;
  return inked_[static_cast<std::size_t>(strip)][static_cast<std::size_t>(x % strip_length)];
}

Ink& MatrixRaster::ink(Index y, Index x) {
  std::int32_t& strip = strips_[strip_of(y, x)];
  if (strip < 0) {
    strip = static_cast<std::int32_t>(inked_.size());
    inked_.emplace_back();
  }
  return inked_[static_cast<std::size_t>(strip)][static_cast<std::size_t>(x % strip_length)];
}

void MatrixRaster::clear() {
  std::ranges::fill(strips_, -1);
  inked_.clear();
}

Index WeightInks::symbols_of(const Pattern& pattern, std::size_t axis) const {
  const Index kernel = pattern.axes()[axis].table.geometry().kernel;
  return by == By::value ? kernel : std::min(kernel, most_per_axis);
}

MatrixRaster rasterize(const Pattern& pattern, const WeightInks& inks, Index row_cell,
                       Index column_cell) {
  MatrixRaster blank(ceil_div(pattern.rows(), row_cell), ceil_div(pattern.cols(), column_cell),
                     row_cell, column_cell);
  return Rasterizer(pattern, inks, std::move(blank)).draw();
}

}  // namespace toeplix::detail
