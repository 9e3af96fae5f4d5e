#include "core/geometry/tap_runs.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

/// Outputs whose window has its position `window` inside the image.
struct OutputRange {
  Index first;
  Index last;
};

OutputRange inside(const AxisGeometry& g, Index window) {
  const Index offset = g.lower - window * g.dilation;
  const Index first = std::clamp<Index>(ceil_div(offset, g.stride), 0, g.output);
  const Index last = floor_div(g.input - 1 + offset, g.stride) + 1;
  return {first, std::clamp<Index>(last, first, g.output)};
}

}  // namespace

std::vector<TapRun> tap_runs(const TapTable& table) {
  const AxisGeometry& g = table.geometry();
  std::vector<TapRun> runs;
  for (Index window = 0; window < g.kernel; ++window) {
    const Index kernel = g.operation == Operation::correlation ? window : g.kernel - 1 - window;
    const auto coordinate = [&](Index output) {
      return output * g.stride - g.lower + window * g.dilation;
    };
    const auto add_folded = [&](Index first, Index last) {
      if (g.boundary == Boundary::zero) return;
      for (Index output = first; output < last; ++output) {
        runs.push_back(
            {output, 1, fold_coordinate(coordinate(output), g.input, g.boundary), 1, 1, kernel});
      }
    };
    const OutputRange range = inside(g, window);
    add_folded(0, range.first);
    if (range.first < range.last) {
      runs.push_back(
          {range.first, 1, coordinate(range.first), g.stride, range.last - range.first, kernel});
    }
    add_folded(range.last, g.output);
  }
  if (!table.is_transposed()) return runs;
  for (TapRun& run : runs) {
    std::swap(run.first_row, run.first_input);
    std::swap(run.row_step, run.input_step);
  }
  return runs;
}

}  // namespace toeplix::detail
