#pragma once

#include "files/plot/raster.hpp"

#include <toeplix/pattern.hpp>

#include <vector>

namespace toeplix::detail {

/// Blocks of a level on one diagonal: block `i` lies at `row + i * row_step`,
/// `column + i * column_step`. All of it is there `repeat` times, each `repeat_row_step` further
/// down; the steps along the run are then horizontal.
struct BlockRun {
  Index row = 0;
  Index row_step = 0;
  Index column = 0;
  Index column_step = 0;
  Index count = 1;
  Index symbol = 0;  ///< which of the level's choices all these blocks have made
  Index repeat = 1;
  Index repeat_row_step = 0;
};

/// An axis, or the channels: cuts a block of the level before into smaller ones.
struct RasterLevel {
  std::vector<BlockRun> runs;
  Index block_rows = 1;
  Index block_columns = 1;
  Index symbols = 1;
  Index ink_stride = 0;  ///< from one symbol to the next among the inks, of an axis
};

/// The axes and the channels of a pattern, from the slowest to the fastest. Throws CapacityError
/// for an axis of too many taps.
std::vector<RasterLevel> raster_levels(const Pattern& pattern, const WeightInks& inks);

}  // namespace toeplix::detail
