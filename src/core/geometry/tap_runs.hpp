#pragma once

#include <toeplix/tap_table.hpp>

#include <vector>

namespace toeplix::detail {

/// Taps of one kernel position on one diagonal, evenly spaced: row `first_row + i * row_step`
/// reads input `first_input + i * input_step`, for i in [0, count).
struct TapRun {
  Index first_row;
  Index row_step;
  Index first_input;
  Index input_step;
  Index count;
  Index kernel;
};

/// All taps of a table as runs: one per kernel position that meets the image itself, and one of
/// length 1 per folded tap. A pair of row and input occurs once per kernel position it has.
/// Memory: the kernel extent and the folded taps.
std::vector<TapRun> tap_runs(const TapTable& table);

}  // namespace toeplix::detail
