#include "core/panel/waves.hpp"

#include <algorithm>

namespace toeplix::detail {
namespace {

/// Rows along an axis, as ranges that ascend.
using AxisRows = std::vector<Lattice::Range>;
/// The rows that a tile writes: along each axis of the image.
using TileRows = std::vector<AxisRows>;

AxisRows rows_along(const PanelPlan::Axis& axis, Index first, Index count) {
  const Index step = axis.lattice.row_step();
  std::vector<Index> rows;
  for (Index coordinate = first * step; coordinate < (first + count) * step; ++coordinate) {
    const Index row = axis.row_at(coordinate);
    if (row >= 0) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end());
  AxisRows ranges;
  for (const Index row : rows) {
    if (ranges.empty() || row > ranges.back().end) {
      ranges.push_back({row, row + 1});
    } else {
      ranges.back().end = row + 1;
    }
  }
  return ranges;
}

TileRows rows_of(const PanelPlan& plan, const PanelTile& tile) {
  TileRows rows;
  for (std::size_t axis = 0; axis < plan.axes.size(); ++axis) {
    rows.push_back(rows_along(plan.axes[axis], tile.first[axis], tile.count[axis]));
  }
  if (plan.turned) std::rotate(rows.begin(), rows.begin() + 1, rows.end());
  return rows;
}

bool have_common(const AxisRows& a, const AxisRows& b) {
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (a[i].begin < b[k].end && b[k].begin < a[i].end) return true;
    a[i].end < b[k].end ? ++i : ++k;
  }
  return false;
}

bool have_common(const TileRows& a, const TileRows& b) {
  for (std::size_t axis = 0; axis < a.size(); ++axis) {
    if (!have_common(a[axis], b[axis])) return false;
  }
  return true;
}

void append(PanelWave& wave, const PanelPlan& plan, const PanelTile& tile) {
  double work = static_cast<double>(plan.groups * plan.packed_group);
  for (const Index count : tile.count) work *= static_cast<double>(count);
  wave.parts.push_back({&plan, &tile});
  wave.work += work;
  wave.groups_together = std::min(wave.groups_together, plan.groups_together);
}

}  // namespace

std::vector<PanelWave> panel_waves(std::span<const PanelPlan> plans) {
  const PanelWave none{{}, plans.front().groups, 0};
  std::vector<PanelWave> waves = {none};
  for (const PanelTile& tile : plans.front().tiles) append(waves.back(), plans.front(), tile);
  std::vector<TileRows> taken;  // by the tiles of the wave
  for (const PanelPlan& plan : plans.subspan(1)) {
    for (const PanelTile& tile : plan.tiles) {
      TileRows rows = rows_of(plan, tile);
      const bool shared = std::any_of(taken.begin(), taken.end(), [&](const TileRows& others) {
        return have_common(rows, others);
      });
      if (shared || waves.size() == 1) {
        waves.push_back(none);
        taken.clear();
      }
      append(waves.back(), plan, tile);
      taken.push_back(std::move(rows));
    }
  }
  return waves;
}

}  // namespace toeplix::detail
