#include "core/panel/tiles.hpp"

#include "core/base/integer_math.hpp"

#include <algorithm>

namespace toeplix::detail {
namespace {

/// Numbers of a panel, at most: a tile of a few pixels whose taps lie far apart.
constexpr Index most_cells = Index{1} << 24;
/// A row of fewer pixels is not cut into pieces.
constexpr Index shortest_line = 32;

}  // namespace

TileShape::TileShape(const PanelPlan& plan, const StepBox& box) : plan_(plan) {
  for (const Lattice::Range& steps : box) steps_.push_back(steps.end - steps.begin);
  for (const PanelPlan::Axis& axis : plan.axes) {
    halo_.push_back(axis.lattice.greatest_shift() - axis.lattice.least_shift());
  }
  count_ = steps_;
  pieces_.assign(steps_.size(), 1);
}

Index TileShape::tiles() const {
  Index product = 1;
  for (std::size_t axis = 0; axis < count_.size(); ++axis) {
    product *= ceil_div(steps_[axis], count_[axis]);
  }
  return product;
}

double TileShape::rows() const {
  double product = 1;
  for (const Index count : count_) product *= static_cast<double>(count);
  return product;
}

/// Numbers of a channel's box in the panel, of one combination of column phases.
double TileShape::box() const {
  double product = 1;
  for (std::size_t axis = 0; axis < count_.size(); ++axis) {
    product *= static_cast<double>(extent(axis));
  }
  return product;
}

double TileShape::numbers() const {
  return box() * static_cast<double>(plan_.column_phases * plan_.inputs +
                                     plan_.row_phase_count * plan_.most_in_block);
}

bool TileShape::is_worth_a_panel() const {
  return rows() * static_cast<double>(plan_.taps * plan_.outputs) >=
         box() * static_cast<double>(plan_.column_phases);
}

Index TileShape::shorter(std::size_t axis) const {
  return std::max<Index>(1, ceil_div(steps_[axis], pieces_[axis] + 1));
}

bool TileShape::cut() {
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

std::optional<TileShape> tile_shape(const PanelPlan& plan, const StepBox& box,
                                    const PlanTarget& target, Index fewest_tiles) {
  TileShape tile(plan, box);
  const double room = target.numbers();
  while (tile.numbers() > room && tile.cut()) {
  }
  if (tile.numbers() > static_cast<double>(most_cells)) return {};
  // Threads that find no tile left share the weights; of short tiles more is multiplied in vain.
  constexpr Index fewest_vectors = 8;
  const auto fewest_rows = static_cast<double>(fewest_vectors * target.shape.lanes);
  while (tile.tiles() * plan.groups < fewest_tiles && tile.rows() >= 2 * fewest_rows &&
         tile.cut()) {
  }
  return tile;
}

std::vector<PanelTile> tiles_of(const StepBox& box, const TileShape& shape) {
  const std::vector<Index>& count = shape.count();
  std::vector<PanelTile> tiles;
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
      if (axis == 0) return tiles;
    }
  }
}

}  // namespace toeplix::detail
