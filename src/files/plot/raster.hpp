#pragma once

#include "files/plot/colour.hpp"

#include <toeplix/pattern.hpp>

#include <span>
#include <vector>

namespace toeplix::detail {

/// What the entries of one pixel add up to.
struct Ink {
  double count = 0;  ///< entries, each as often as kernel positions land on it
  Rgb sum{};         ///< of their inks: see `WeightInks`
};

/// What each weight is drawn with. Colours are added up in linear light, and a weight's ink is
/// linear in what is drawn, so that the ink of a block is the sum over its weights.
///
/// By kernel position: one ink per position, the same for every pair of channels. By value: one per
/// weight, its positive part in `red` and its negative part in `blue`.
struct WeightInks {
  enum class By { kernel_position, value };
  By by = By::kernel_position;
  std::vector<Rgb> inks = {};

  /// Kernel positions of one axis that share an ink with no other, by kernel position: a longer
  /// axis is divided into as many parts. Keeps the inks few.
  Index most_per_axis = 64;
  /// Inks along one axis of a pattern.
  Index symbols_of(const Pattern& pattern, std::size_t axis) const;
};

/// A matrix seen from afar: pixels of `row_cell` x `column_cell` entries.
struct MatrixRaster {
  Index height = 0;
  Index width = 0;
  Index row_cell = 1;
  Index column_cell = 1;
  std::vector<Ink> pixels;  ///< height x width

  const Ink& at(Index y, Index x) const { return pixels[static_cast<std::size_t>(y * width + x)]; }
};

/// Adds up the entries of every pixel, without visiting them: diagonals are followed from pixel to
/// pixel, and a block that lies within one is added at once. Sums are exact, but for kernels of
/// hundreds of positions a side: where they would take too long, a block that is smaller than a
/// pixel and lies across several is divided among them by area.
///
/// Memory: the pixels, the inks and the taps that are runs (toeplix/tap_runs.hpp). Time: at worst
/// the number of pixels on the border of the picture, times the runs of every axis but the
/// outermost; throws CapacityError if that would take minutes.
MatrixRaster rasterize(const Pattern& pattern, const WeightInks& inks, Index row_cell,
                       Index column_cell);

/// As `rasterize` by value, entry by entry: folded weights of opposite sign cancel, and an entry
/// counts once. Cost: the entries.
MatrixRaster rasterize_entries(const Pattern& pattern, std::span<const double> weights,
                               Index row_cell, Index column_cell);

}  // namespace toeplix::detail
