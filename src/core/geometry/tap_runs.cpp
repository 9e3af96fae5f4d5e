#include <toeplix/tap_runs.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix {

namespace {

/// Outputs in [begin, end).
struct OutputRange {
  Index begin;
  Index end;
};

/// The outputs whose window has its position `window` inside the image.
OutputRange outputs_inside(const AxisGeometry& g, Index window) {
  const Index offset = g.lower - window * g.dilation;
  const Index begin = std::clamp<Index>(detail::ceil_div(offset, g.stride), 0, g.output);
  const Index end = detail::floor_div(g.input - 1 + offset, g.stride) + 1;
  return {begin, std::clamp<Index>(end, begin, g.output)};
}

/// Appends the taps of one window position that lie beyond the border, for these outputs.
void append_folded(std::vector<TapRun>& runs, const AxisGeometry& g, Index window,
                   OutputRange outputs) {
  if (g.boundary == Boundary::zero) return;
  for (Index output = outputs.begin; output < outputs.end; ++output) {
    const Index input = fold_coordinate(g.coordinate(output, window), g.input, g.boundary);
    runs.push_back({output, 1, input, 1, 1, g.kernel_position(window)});
  }
}

void append_runs(std::vector<TapRun>& runs, const AxisGeometry& g, Index window) {
  const auto [begin, end] = outputs_inside(g, window);
  append_folded(runs, g, window, {0, begin});
  if (begin < end) {
    runs.push_back(
        {begin, 1, g.coordinate(begin, window), g.stride, end - begin, g.kernel_position(window)});
  }
  append_folded(runs, g, window, {end, g.output});
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
