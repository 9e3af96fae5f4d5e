#include "core/panel/plan.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include <unistd.h>

namespace toeplix::detail {
namespace {

/// Kernel positions times phases, of all axes. Beyond it the lists of offsets would take more
/// memory than they are worth.
constexpr Index most_taps = Index{1} << 17;
/// Numbers of a panel, at most: a tile of a few pixels whose taps lie far apart.
constexpr Index most_cells = Index{1} << 24;
/// A row of fewer pixels is not cut into pieces.
constexpr Index shortest_line = 32;
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

/// Row steps along each axis.
using Box = std::vector<Lattice::Range>;

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

/// Chooses the extents of a tile.
class TileShape {
 public:
  TileShape(const PanelPlan& plan, const Box& box) : plan_(plan) {
    for (const Lattice::Range& steps : box) steps_.push_back(steps.end - steps.begin);
    for (const PanelPlan::Axis& axis : plan.axes) {
      halo_.push_back(axis.lattice.greatest_shift() - axis.lattice.least_shift());
    }
    count_ = steps_;
    pieces_.assign(steps_.size(), 1);
  }

  const std::vector<Index>& count() const { return count_; }
  Index extent(std::size_t axis) const { return count_[axis] + halo_[axis]; }

  Index tiles() const {
    Index product = 1;
    for (std::size_t axis = 0; axis < count_.size(); ++axis) {
      product *= ceil_div(steps_[axis], count_[axis]);
    }
    return product;
  }
  /// Numbers of a channel's box in the panel, of one combination of column phases.
  double box() const {
    double product = 1;
    for (std::size_t axis = 0; axis < count_.size(); ++axis) {
      product *= static_cast<double>(extent(axis));
    }
    return product;
  }
  double rows() const {
    double product = 1;
    for (const Index count : count_) product *= static_cast<double>(count);
    return product;
  }
  /// Numbers of the panel and of a block's results.
  double numbers() const {
    return box() * static_cast<double>(plan_.column_phases * plan_.inputs +
                                       plan_.row_phase_count * plan_.most_in_block);
  }

  /// Whether there is more to multiply than to gather.
  bool is_worth_a_panel() const {
    return rows() * static_cast<double>(plan_.taps * plan_.outputs) >=
           box() * static_cast<double>(plan_.column_phases);
  }

  /// Cuts the tile along the axis where it costs least. False if it cannot be cut.
  bool cut() {
    std::size_t best = count_.size();
    double least = 0;
    for (std::size_t axis = 0; axis < count_.size(); ++axis) {
      const bool fastest = axis + 1 == count_.size();
      if (count_[axis] <= (fastest ? shortest_line : 1)) continue;
      // What is read and computed in vain, as a part of the shorter tile. Short lines cost more.
      const double lost = static_cast<double>(halo_[axis]) * (fastest ? 2 : 1) + (fastest ? 8 : 0);
      const double cost = (lost + 0.01) / static_cast<double>(shorter(axis));
      if (best != count_.size() && cost >= least) continue;
      best = axis;
      least = cost;
    }
    if (best == count_.size()) return false;
    // By an eighth at most, and by one at least.
    const Index before = count_[best];
    pieces_[best] += std::max<Index>(1, pieces_[best] / 8);
    count_[best] = std::min(ceil_div(steps_[best], pieces_[best]), before - 1);
    pieces_[best] = ceil_div(steps_[best], count_[best]);
    return true;
  }

 private:
  Index shorter(std::size_t axis) const {
    return std::max<Index>(1, ceil_div(steps_[axis], pieces_[axis] + 1));
  }

  const PanelPlan& plan_;
  std::vector<Index> steps_;
  std::vector<Index> halo_;
  std::vector<Index> count_;
  std::vector<Index> pieces_;
};

/// Cuts the box of the ranges, in steps, into tiles.
void append_tiles(const Box& box, const std::vector<Index>& count, std::vector<PanelTile>& tiles) {
  std::vector<Index> first;
  for (const Lattice::Range& range : box) first.push_back(range.begin);
  while (true) {
    PanelTile tile{first, {}};
    for (std::size_t axis = 0; axis < box.size(); ++axis) {
      tile.count.push_back(std::min(count[axis], box[axis].end - first[axis]));
    }
    tiles.push_back(std::move(tile));
    std::size_t axis = box.size();
    while (axis-- > 0) {
      first[axis] += count[axis];
      if (first[axis] < box[axis].end) break;
      first[axis] = box[axis].begin;
      if (axis == 0) return;
    }
  }
}

Lattice::Range steps_of(const Lattice& lattice, Lattice::Range rows) {
  return {floor_div(rows.begin, lattice.row_step()), ceil_div(rows.end, lattice.row_step())};
}

bool is_empty(const Box& box) {
  return std::any_of(box.begin(), box.end(),
                     [](const Lattice::Range& steps) { return steps.begin >= steps.end; });
}

Box inner_box(const PanelPlan& plan) {
  Box box;
  for (const PanelPlan::Axis& axis : plan.axes) {
    box.push_back(steps_of(axis.lattice, axis.lattice.inner_rows()));
  }
  return box;
}

/// A part of what lies beyond the edges.
struct Slab {
  Box box;
  std::size_t axis;  // along which it is beyond
};

/// All that is folded onto rows: along each axis a slab on either side, over the whole of the axes
/// before it and the inside of those after it.
std::vector<Slab> frame_of(const PanelPlan& plan) {
  std::vector<Slab> frame;
  Box box = inner_box(plan);
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

/// Rows of the image that are worth rolling down: at the first of them there is nothing to share.
constexpr Index fewest_rolled_rows = 24;

/// Divides the kernel rows into bands if they can roll.
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

/// The largest tile of a box that fits the cache; several for each thread if there is work for
/// them. Nothing if even the smallest is too large.
std::optional<TileShape> tile_shape(const PanelPlan& plan, const Box& box,
                                    const PlanTarget& target) {
  TileShape tile(plan, box);
  const double room = target.numbers();
  while (tile.numbers() > room && tile.cut()) {
  }
  if (tile.numbers() > static_cast<double>(most_cells)) return {};
  // Threads that find no tile left share the weights; of short tiles more is multiplied in vain.
  constexpr Index fewest_vectors = 8;
  const auto fewest_rows = static_cast<double>(fewest_vectors * target.shape.lanes);
  while (target.threads > 1 && tile.tiles() * plan.groups < 4 * Index{target.threads} &&
         tile.rows() >= 2 * fewest_rows && tile.cut()) {
  }
  return tile;
}

/// Kernel rows of all bands.
Index rolled_rows(const PanelPlan& plan) {
  return plan.bands.back().first + plan.bands.back().rows;
}

/// Finishes a plan: the layout of its panels, and tiles that cover a box.
void finish(PanelPlan& plan, const TileShape& tile, const Box& box, const PlanTarget& target) {
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
  plan.row_phases = combined_phases(plan);
  if (plan.rolls()) {
    const PanelPlan::Band& band = plan.bands.front();
    const std::vector<std::int32_t>& offsets = plan.row_phases.front().offsets;
    const Index stride = plan.axes[plan.rolled_axis()].panel_stride;
    for (Index tap = 0; tap < plan.taps / rolled_rows(plan); ++tap) {
      const Index last_row = offsets[static_cast<std::size_t>(tap * band.rows)];
      plan.across.push_back(static_cast<std::int32_t>(last_row - (band.rows - 1) * stride));
    }
  }
  plan.groups_together = std::clamp<Index>(static_cast<Index>(target.numbers() / tile.numbers()), 1,
                                           std::min(plan.groups, most_groups_together));
  append_tiles(box, tile.count(), plan.tiles);
}

}  // namespace

Index panel_cache_bytes() {
  const long reported = sysconf(_SC_LEVEL2_CACHE_SIZE);
  const Index bytes = reported > 0 ? reported : Index{512} << 10;
  return std::clamp<Index>(bytes, Index{128} << 10, Index{2} << 20) / 4 * 3;
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
  const Box box = inner_box(*unfinished);
  const std::optional<TileShape> tile = tile_shape(plans.front(), box, target);
  if (!tile || !tile->is_worth_a_panel()) return {};
  finish(plans.front(), *tile, box, target);
  for (const Slab& slab : frame_of(*unfinished)) {
    plans.push_back(*unfinished);
    PanelPlan& plan = plans.back();
    Box beyond = slab.box;
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
    const std::optional<TileShape> slab_tile = tile_shape(plan, beyond, target);
    if (!slab_tile) return {};
    finish(plan, *slab_tile, beyond, target);
  }
  return plans;
}

}  // namespace toeplix::detail
