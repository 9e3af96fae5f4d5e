#include <toeplix/tap_runs.hpp>

#include "core/geometry/straight_run.hpp"

#include <algorithm>

namespace toeplix {

namespace {

/// Appends the taps of one window position that lie beyond the border, for these outputs.
void append_folded(std::vector<TapRun>& runs, const AxisGeometry& g, Index window,
                   detail::OutputRange outputs) {
  if (g.boundary == Boundary::zero) return;
  for (Index output = outputs.begin; output < outputs.end; ++output) {
    const Index input = g.source(g.coordinate(output, window));
    if (input >= 0) runs.push_back({output, 1, input, 1, 1, g.kernel_position(window)});
  }
}

void append_runs(std::vector<TapRun>& runs, const AxisGeometry& g, Index window) {
  const detail::OutputRange inside = detail::outputs_inside(g, window);
  append_folded(runs, g, window, {0, inside.begin});
  if (const auto run = detail::straight_run(g, window, inside)) runs.push_back(*run);
  append_folded(runs, g, window, {inside.end, g.output});
}

}  // namespace

std::vector<TapRun> tap_runs(const TapTable& table) {
  std::vector<TapRun> runs;
  for (Index window = 0; window < table.geometry().kernel; ++window) {
    append_runs(runs, table.geometry(), window);
  }
  if (!table.is_transposed()) return runs;
  for (TapRun& run : runs) {
    std::swap(run.first_row, run.first_input);
    std::swap(run.row_step, run.input_step);
  }
  return runs;
}

}  // namespace toeplix
