#pragma once

#include "files/plot/colour.hpp"

#include <toeplix/pattern.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
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

/// A matrix seen from afar: pixels of `row_cell` x `column_cell` entries. Most pixels of a large
/// picture have no ink, so memory is taken for strips of pixels when the first of them gets some.
class MatrixRaster {
 public:
  MatrixRaster(Index height, Index width, Index row_cell = 1, Index column_cell = 1);

  Index height() const { return height_; }
  Index width() const { return width_; }
  Index row_cell() const { return row_cell_; }
  Index column_cell() const { return column_cell_; }

  const Ink& at(Index y, Index x) const;
  /// The ink of a pixel, to add to.
  Ink& ink(Index y, Index x);
  /// Pixels that memory was taken for.
  Index held() const { return static_cast<Index>(inked_.size()) * strip_length; }
  /// Takes all ink away.
  void clear();

  /// Calls `visit(y, x, ink)` for every pixel that has ink, row by row.
  template <class Visit>
  void for_each_inked(const Visit& visit) const {
    for (std::size_t strip = 0; strip < strips_.size(); ++strip) {
      if (strips_[strip] < 0) continue;
      const Index y = static_cast<Index>(strip) / strips_per_row_;
      const Index first = static_cast<Index>(strip) % strips_per_row_ * strip_length;
      for (Index x = first; x < std::min(first + strip_length, width_); ++x) {
        const Ink& here = at(y, x);
        if (here.count > 0) visit(y, x, here);
      }
    }
  }

 private:
  static constexpr Index strip_length = 16;
  using Strip = std::array<Ink, strip_length>;

  std::size_t strip_of(Index y, Index x) const {
    return static_cast<std::size_t>(y * strips_per_row_ + x / strip_length);
  }

  Index height_;
  Index width_;
  Index row_cell_;
  Index column_cell_;
  Index strips_per_row_;
  std::vector<std::int32_t> strips_;  // which of `inked_` a strip is; -1 for none
  std::deque<Strip> inked_;           // does not move what it holds when it grows
};

/// Adds up the entries of every pixel, without visiting them: diagonals are followed from pixel to
/// pixel, and a block that lies within one is added at once. Sums are exact, but for kernels of
/// hundreds of positions a side: where they would take too long, a block that is smaller than a
/// pixel and lies across several is divided among them by area.
///
/// Memory: the pixels that have ink, the inks and the taps that are runs (toeplix/tap_runs.hpp).
/// Time: at worst the number of pixels on the border of the picture, times the runs of every axis
/// but the outermost; throws CapacityError if that would take more than about a second.
MatrixRaster rasterize(const Pattern& pattern, const WeightInks& inks, Index row_cell,
                       Index column_cell);

}  // namespace toeplix::detail
