#pragma once

#include <toeplix/tap_runs.hpp>

#include <optional>

namespace toeplix::detail {

/// Outputs in [begin, end).
struct OutputRange {
  Index begin;
  Index end;
};

/// The outputs whose window has its position `window` on the spread image: on a pixel or a hole.
OutputRange outputs_inside(const AxisGeometry& geometry, Index window);

/// The taps of one window position on pixels, by some of those outputs; nothing if all are holes.
/// Precondition: `outputs` are within `outputs_inside`.
std::optional<TapRun> straight_run(const AxisGeometry& geometry, Index window, OutputRange outputs);

}  // namespace toeplix::detail
