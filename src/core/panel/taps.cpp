#include "core/panel/taps.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace toeplix::detail {
namespace {

/// Rows of the image that are worth rolling down: at the first of them there is nothing to share.
constexpr Index fewest_rolled_rows = 24;

/// A tap of the axes so far.
struct Partial {
  Index phase_plane;  // number of the combination of column phases
  Index offset;
  Index kernel;
};

/// Brings the taps into the order that rolling wants.
void sort_by_bands(const PanelPlan& plan, std::vector<Partial>& taps) {
  const PanelPlan::Axis& axis = plan.axes[plan.rolled_axis()];
  const Index stride = axis.panel_stride;
  const Index extent = plan.axes[plan.rolled_axis()].panel_extent;
  const auto row_of = [&](const Partial& tap) { return tap.offset / stride % extent; };
  const auto place = [&](const Partial& tap) {
    const Index row = row_of(tap);
    std::size_t band = 0;
    while (row >= plan.bands[band].first + plan.bands[band].rows) ++band;
    return std::tuple(band, tap.phase_plane, tap.offset - row * stride, -row);
  };
  std::sort(taps.begin(), taps.end(),
            [&](const Partial& a, const Partial& b) { return place(a) < place(b); });
}

/// Row phases of all axes, the last one fastest, with the taps of each.
std::vector<PanelPlan::RowPhase> combined_phases(const PanelPlan& plan) {
  std::vector<std::vector<Partial>> phases = {{{0, 0, 0}}};
  for (const PanelPlan::Axis& axis : plan.axes) {
    const Lattice& lattice = axis.lattice;
    const auto column_phases = std::ssize(lattice.column_phases());
    std::vector<std::vector<Partial>> next;
    for (const std::vector<Partial>& so_far : phases) {
      for (Index phase = 0; phase < lattice.row_step(); ++phase) {
        std::vector<Partial> taps;
        for (const Partial& partial : so_far) {
          for (const Lattice::Tap& tap : lattice.taps()) {
            if (tap.row_phase != phase) continue;
            taps.push_back(
                {partial.phase_plane * column_phases + tap.column_phase,
                 partial.offset + (tap.shift - lattice.least_shift()) * axis.panel_stride,
                 partial.kernel + tap.kernel * axis.weight_stride});
          }
        }
        next.push_back(std::move(taps));
      }
    }
    phases = std::move(next);
  }
  if (!plan.bands.empty()) sort_by_bands(plan, phases.front());
  std::vector<PanelPlan::RowPhase> result;
  Index packed = 0;
  for (const std::vector<Partial>& taps : phases) {
    PanelPlan::RowPhase phase{{}, {}, packed};
    for (const Partial& tap : taps) {
      phase.offsets.push_back(static_cast<std::int32_t>(tap.phase_plane * plan.plane + tap.offset));
      phase.kernels.push_back(tap.kernel);
    }
    packed += plan.inputs * plan.outputs * std::ssize(taps);
    result.push_back(std::move(phase));
  }
  return result;
}

/// Kernel rows of all bands.
Index rolled_rows(const PanelPlan& plan) {
  return plan.bands.back().first + plan.bands.back().rows;
}

/// The taps of one kernel row, as offsets from the first row of a band.
std::vector<std::int32_t> taps_across(const PanelPlan& plan) {
  std::vector<std::int32_t> across;
  const PanelPlan::Band& band = plan.bands.front();
  const std::vector<std::int32_t>& offsets = plan.row_phases.front().offsets;
  const Index stride = plan.axes[plan.rolled_axis()].panel_stride;
  for (Index tap = 0; tap < plan.taps / rolled_rows(plan); ++tap) {
    const Index last_row = offsets[static_cast<std::size_t>(tap * band.rows)];
    across.push_back(static_cast<std::int32_t>(last_row - (band.rows - 1) * stride));
  }
  return across;
}

}  // namespace

void set_bands(PanelPlan& plan, const KernelShape& shape) {
  if (plan.inputs != 1 || plan.outputs != 1 || plan.row_phase_count != 1 || plan.axes.size() < 2) {
    return;
  }
  const Lattice& lattice = plan.axes[plan.rolled_axis()].lattice;
  const auto rows = std::ssize(lattice.taps());
  const bool one_after_another = lattice.column_phases().size() == 1 &&
                                 lattice.greatest_shift() - lattice.least_shift() == rows - 1;
  const auto [begin, end] = lattice.inner_rows();
  if (rows < 2 || !one_after_another || end - begin < fewest_rolled_rows) return;
  const Index count = ceil_div(rows, shape.most_rolled);
  for (Index band = 0; band < count; ++band) {
    const Index first = rows * band / count;
    plan.bands.push_back({first, rows * (band + 1) / count - first, first * (plan.taps / rows)});
  }
}

void set_taps(PanelPlan& plan) {
  plan.row_phases = combined_phases(plan);
  if (plan.rolls()) plan.across = taps_across(plan);
}

}  // namespace toeplix::detail
