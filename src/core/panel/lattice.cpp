#include "core/panel/lattice.hpp"

#include "core/base/integer_math.hpp"
#include "core/geometry/fold.hpp"

#include <algorithm>
#include <numeric>

namespace toeplix::detail {
namespace {

/// Window position `window` of the outputs `output_phase + output_step * u` reads the pixels
/// `input_phase + input_step * (u + shift)`.
struct ForwardTap {
  Index window;
  Index output_phase;
  Index input_phase;
  Index shift;
};

/// `spacing` is that of the pixels in the extended image.
std::vector<ForwardTap> forward_taps(const AxisGeometry& g, Index spacing, Index output_step,
                                     Index input_step) {
  std::vector<ForwardTap> taps;
  for (Index phase = 0; phase < std::min(output_step, g.output); ++phase) {
    for (Index window = 0; window < g.kernel; ++window) {
      const Index coordinate = g.coordinate(phase, window);
      if (floor_mod(coordinate, spacing) != 0) continue;
      const Index pixel = floor_div(coordinate, spacing);
      taps.push_back({window, phase, floor_mod(pixel, input_step), floor_div(pixel, input_step)});
    }
  }
  return taps;
}

}  // namespace

Lattice::Lattice(const TapTable& table)
    : geometry_(table.geometry()),
      folds_(geometry_.boundary != Boundary::zero),
      rows_are_image_(table.is_transposed()),
      columns_(table.columns()) {
  const Index spacing = folds_ ? 1 : geometry_.input_dilation;
  const Index common = std::gcd(geometry_.stride, spacing);
  const Index output_step = spacing / common;
  const Index input_step = geometry_.stride / common;
  row_step_ = rows_are_image_ ? input_step : output_step;
  column_step_ = rows_are_image_ ? output_step : input_step;
  for (const ForwardTap& tap : forward_taps(geometry_, spacing, output_step, input_step)) {
    const Index kernel = geometry_.kernel_position(tap.window);
    taps_.push_back(rows_are_image_ ? Tap{kernel, tap.input_phase, tap.output_phase, -tap.shift}
                                    : Tap{kernel, tap.output_phase, tap.input_phase, tap.shift});
  }
  set_rows(table.rows());
  number_column_phases();
}

void Lattice::set_rows(Index rows) {
  const bool spread = rows_are_image_ && has_holes();
  inner_rows_ = {0, spread ? geometry_.spread_input() : rows};
  extended_rows_ = inner_rows_;
  if (!rows_are_image_ || !folds_) return;
  const PixelRange reached = extension_of(geometry_);
  extended_rows_ = {std::min<Index>(0, reached.first), std::max(inner_rows_.end, reached.last + 1)};
}

void Lattice::number_column_phases() {
  if (taps_.empty()) return;
  std::stable_sort(taps_.begin(), taps_.end(),
                   [](const Tap& a, const Tap& b) { return a.row_phase < b.row_phase; });
  for (const Tap& tap : taps_) column_phases_.push_back(tap.column_phase);
  std::sort(column_phases_.begin(), column_phases_.end());
  column_phases_.erase(std::unique(column_phases_.begin(), column_phases_.end()),
                       column_phases_.end());
  least_shift_ = taps_.front().shift;
  greatest_shift_ = taps_.front().shift;
  for (Tap& tap : taps_) {
    least_shift_ = std::min(least_shift_, tap.shift);
    greatest_shift_ = std::max(greatest_shift_, tap.shift);
    tap.column_phase =
        std::lower_bound(column_phases_.begin(), column_phases_.end(), tap.column_phase) -
        column_phases_.begin();
  }
}

/// Within the edges every pixel lies at its own coordinate, one that is cropped too: no window
/// reaches that.
Index Lattice::pixel_at(Index coordinate) const {
  const Index spacing = folds_ ? geometry_.input_dilation : 1;
  const Index extent = folds_ ? geometry_.spread_input() : geometry_.input;
  if (coordinate >= 0 && coordinate < extent) {
    return coordinate % spacing == 0 ? coordinate / spacing : -1;
  }
  return folds_ ? geometry_.source(coordinate) : -1;
}

}  // namespace toeplix::detail
