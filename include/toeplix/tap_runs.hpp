#pragma once

#include <toeplix/tap_table.hpp>

#include <vector>

namespace toeplix {

/// Taps of one kernel position on one diagonal, evenly spaced: row `first_row + i * row_step`
/// reads input `first_input + i * input_step`, for i in [0, count).
///
///     // row 1 reads input 0, row 2 input 1, row 3 input 2: three taps of kernel position 0
///     const toeplix::TapRun run = {1, 1, 0, 1, 3, 0};
struct TapRun {
  Index first_row;    ///< the row of the first tap
  Index row_step;     ///< from the row of one tap to that of the next
  Index first_input;  ///< the input of the first tap
  Index input_step;   ///< from the input of one tap to that of the next
  Index count;        ///< number of taps
  Index kernel;       ///< the kernel position of all of them

  /// Whether all members are equal.
  friend bool operator==(const TapRun&, const TapRun&) = default;
};

/// All taps of a table by their diagonals: one run for each kernel position that meets the image
/// itself, and one of length 1 for each folded tap. A pair of row and input occurs as often as it
/// has kernel positions.
///
/// Products with the matrix are made of runs: each is a loop without a condition. Cost and memory:
/// the kernel extent and the number of folded taps.
///
///     // y = A x along one axis
///     for (const toeplix::TapRun& run : toeplix::tap_runs(conv.tap_tables()[0])) {
///       for (toeplix::Index i = 0; i < run.count; ++i) {
///         y[run.first_row + i * run.row_step] +=
///             weights[run.kernel] * x[run.first_input + i * run.input_step];
///       }
///     }
[[nodiscard]] std::vector<TapRun> tap_runs(const TapTable& table);

}  // namespace toeplix
