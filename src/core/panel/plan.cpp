#include "core/panel/plan.hpp"

#include "core/base/integer_math.hpp"
#include "core/panel/taps.hpp"
#include "core/panel/tiles.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include <unistd.h>

namespace toeplix::detail {
namespace {

/// Kernel positions times phases, of all axes. Beyond it the lists of offsets would take more
/// memory than they are worth.
constexpr Index most_taps = Index{1} << 17;
/// Tiles of a slab beyond an edge, if there is work for them. Their sums are added one tile after
/// another: for the same bits, there are as many for any number of threads.
constexpr Index fewest_beyond = 4;
/// Panels of more groups than this do not wait for one another's stores.
constexpr Index most_groups_together = 16;

/// Whether the taps of an axis are few enough to be listed.
bool is_listable(const TapTable& table) {
  const AxisGeometry& g = table.geometry();
  const bool folds = g.boundary != Boundary::zero;
  const Index spacing = folds ? 1 : g.input_dilation;
  const Index common = std::gcd(g.stride, spacing);
  const auto work = checked_product(g.kernel, std::max(spacing, g.stride) / common);
  return work && *work <= most_taps;
}

Lattice::Range steps_of(const Lattice& lattice, Lattice::Range rows) {
  return {floor_div(rows.begin, lattice.row_step()), ceil_div(rows.end, lattice.row_step())};
}

bool is_empty(const StepBox& box) {
  return std::any_of(box.begin(), box.end(),
                     [](const Lattice::Range& steps) { return steps.begin >= steps.end; });
}

StepBox inner_box(const PanelPlan& plan) {
  StepBox box;
  for (const PanelPlan::Axis& axis : plan.axes) {
    box.push_back(steps_of(axis.lattice, axis.lattice.inner_rows()));
  }
  return box;
}

/// A part of what lies beyond the edges.
struct Slab {
  StepBox box;
  std::size_t axis;  // along which it is beyond
};

/// All that is folded onto rows: along each axis a slab on either side, over the whole of the axes
/// before it and the inside of those after it.
std::vector<Slab> frame_of(const PanelPlan& plan) {
  std::vector<Slab> frame;
  StepBox box = inner_box(plan);
  const auto append = [&](std::size_t axis, Lattice::Range rows) {
    box[axis] = steps_of(plan.axes[axis].lattice, rows);
    if (rows.begin < rows.end && !is_empty(box)) frame.push_back({box, axis});
  };
  for (std::size_t axis = 0; axis < plan.axes.size(); ++axis) {
    const Lattice::Range inner = plan.axes[axis].lattice.inner_rows();
    const Lattice::Range all = plan.axes[axis].lattice.extended_rows();
    append(axis, {all.begin, inner.begin});
    append(axis, {inner.end, all.end});
    box[axis] = steps_of(plan.axes[axis].lattice, all);
  }
  return frame;
}

/// The channels and axes of a pattern, in a plan that is not finished; nothing if its taps are too
/// many to be listed.
std::optional<PanelPlan> unfinished_plan(const Pattern& pattern, Index parts,
                                         const KernelShape& shape) {
  if (pattern.is_per_pixel()) return {};
  PanelPlan plan{};
  const Pattern::Channels& c = pattern.channels();
  plan.parts = parts;
  plan.groups = c.groups;
  plan.inputs = c.columns_per_group * parts;
  plan.outputs = c.rows_per_group * parts;
  plan.row_channel_stride = c.row_stride * parts;
  plan.column_channel_stride = c.column_stride * parts;
  plan.channels_innermost = c.innermost();
  plan.blocks = ceil_div(plan.outputs, shape.most_channels);
  plan.most_in_block = ceil_div(plan.outputs, plan.blocks);
  for (const Pattern::Axis& axis : pattern.axes()) {
    if (!is_listable(axis.table)) return {};
    plan.axes.push_back({Lattice(axis.table), axis.row_stride * parts, axis.column_stride * parts,
                         axis.weight_stride});
    const Lattice& lattice = plan.axes.back().lattice;
    // Each of the factors is at most `most_taps`, so that no product exceeds 64 bits.
    plan.taps *= std::ssize(lattice.taps());
    plan.row_phase_count *= lattice.row_step();
    plan.column_phases *= std::ssize(lattice.column_phases());
    if (std::max({plan.taps, plan.row_phase_count, plan.column_phases}) > most_taps) return {};
  }
  if (plan.taps == 0) return {};
  plan.packed_group = plan.inputs * plan.outputs * plan.taps;
  set_bands(plan, shape);
  return plan;
}

/// Finishes a plan: the layout of its panels, and tiles that cover a box.
void finish(PanelPlan& plan, const TileShape& tile, const StepBox& box, const PlanTarget& target) {
  plan.plane = 1;
  Index flat = 1;
  for (std::size_t axis = plan.axes.size(); axis-- > 0;) {
    plan.axes[axis].panel_stride = plan.plane;
    flat += (tile.count()[axis] - 1) * plan.plane;
    plan.axes[axis].panel_extent = tile.extent(axis);
    // Rolled rows of sums are whole vectors.
    if (plan.rolls() && axis + 1 == plan.axes.size()) {
      plan.axes[axis].panel_extent =
          ceil_div(tile.extent(axis), target.shape.lanes) * target.shape.lanes;
    }
    plan.plane *= plan.axes[axis].panel_extent;
  }
  // Lines are written by whole vectors.
  plan.plane += target.shape.lanes;
  // An odd number of cache lines, so that channels do not fall on the same few sets of the cache.
  const Index line = std::max<Index>(1, 64 / target.number_bytes);
  plan.channel_pitch = (ceil_div(plan.plane * plan.column_phases, line) | 1) * line;
  plan.result_pitch = ceil_div(flat, target.shape.lanes) * target.shape.lanes;
  set_taps(plan);
  plan.groups_together = std::clamp<Index>(static_cast<Index>(target.numbers() / tile.numbers()), 1,
                                           std::min(plan.groups, most_groups_together));
  plan.tiles = tiles_of(box, tile);
}

}  // namespace

Index panel_cache_bytes() {
  const long reported = sysconf(_SC_LEVEL2_CACHE_SIZE);
  const Index bytes = reported > 0 ? reported : Index{512} << 10;
  return std::clamp<Index>(bytes, Index{128} << 10, Index{2} << 20) / 4 * 3;
}

Index PanelPlan::Axis::row_at(Index coordinate) const {
  const Lattice::Range inner = lattice.inner_rows();
  const Lattice::Range all = lattice.extended_rows();
  const bool within = coordinate >= inner.begin && coordinate < inner.end;
  const bool belongs = part == Part::inside ? within
                                            : coordinate >= all.begin && coordinate < all.end &&
                                                  !(part == Part::beyond && within);
  return belongs ? lattice.row_at(coordinate) : -1;
}

Index PanelPlan::panel_size(const KernelShape& shape) const {
  // A call reads whole vectors, at most so many, from a row of the box on.
  const Index beyond = shape.lanes * KernelShape::most_vectors;
  return groups_together * inputs * channel_pitch + beyond;
}

Index PanelPlan::result_size(const KernelShape& shape) const {
  return groups_together * row_phase_count * most_in_block * result_pitch + 2 * shape.lanes;
}

std::vector<PanelPlan> panel_plans(const Pattern& pattern, Index parts, const PlanTarget& target) {
  const std::optional<PanelPlan> unfinished = unfinished_plan(pattern, parts, target.shape);
  if (!unfinished) return {};
  std::vector<PanelPlan> plans = {*unfinished};
  const StepBox box = inner_box(*unfinished);
  const Index fewest_inside = target.threads > 1 ? 4 * Index{target.threads} : 1;
  const std::optional<TileShape> tile = tile_shape(plans.front(), box, target, fewest_inside);
  if (!tile || !tile->is_worth_a_panel()) return {};
  finish(plans.front(), *tile, box, target);
  for (const Slab& slab : frame_of(*unfinished)) {
    plans.push_back(*unfinished);
    PanelPlan& plan = plans.back();
    StepBox beyond = slab.box;
    for (std::size_t axis = 0; axis <= slab.axis; ++axis) {
      plan.axes[axis].part = axis < slab.axis ? PanelPlan::Part::whole : PanelPlan::Part::beyond;
    }
    plan.beyond_edges = true;
    plan.turned = slab.axis > 0 && slab.axis + 1 == plan.axes.size();
    if (plan.turned) {
      std::rotate(plan.axes.begin(), plan.axes.end() - 1, plan.axes.end());
      std::rotate(beyond.begin(), beyond.end() - 1, beyond.end());
      plan.bands.clear();
    }
    const std::optional<TileShape> slab_tile = tile_shape(plan, beyond, target, fewest_beyond);
    if (!slab_tile) return {};
    finish(plan, *slab_tile, beyond, target);
  }
  return plans;
}

}  // namespace toeplix::detail
