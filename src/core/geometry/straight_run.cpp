#include "core/geometry/straight_run.hpp"

#include "core/base/integer_math.hpp"
#include "core/geometry/congruence.hpp"

#include <algorithm>

namespace toeplix::detail {

OutputRange outputs_inside(const AxisGeometry& g, Index window) {
  const Index offset = g.lower - window * g.dilation;
  const Index begin = std::clamp<Index>(ceil_div(offset, g.stride), 0, g.output);
  const Index end = floor_div(g.spread_input() - 1 + offset, g.stride) + 1;
  return {begin, std::clamp<Index>(end, begin, g.output)};
}

std::optional<TapRun> straight_run(const AxisGeometry& g, Index window, OutputRange outputs) {
  const Congruence congruence = congruence_of(g.stride, g.input_dilation);
  const auto first = congruence.first_solution(g.coordinate(0, window), outputs.begin);
  if (!first || *first >= outputs.end) return std::nullopt;
  return TapRun{*first,
                congruence.step,
                g.coordinate(*first, window) / g.input_dilation,
                g.stride / congruence.common,
                (outputs.end - 1 - *first) / congruence.step + 1,
                g.kernel_position(window)};
}

}  // namespace toeplix::detail
