#pragma once

#include "core/panel/plan.hpp"

#include <optional>
#include <vector>

namespace toeplix::detail {

/// A box of row steps: a range along each axis.
using StepBox = std::vector<Lattice::Range>;

/// The extents of a tile of a box, which is the whole box until it is cut.
class TileShape {
 public:
  /// The plan must outlive the shape, and have its channels and axes.
  TileShape(const PanelPlan& plan, const StepBox& box);

  /// Row steps along each axis.
  [[nodiscard]] const std::vector<Index>& count() const { return count_; }
  /// Steps that are read along an axis.
  [[nodiscard]] Index extent(std::size_t axis) const { return count_[axis] + halo_[axis]; }
  /// Tiles of the box.
  [[nodiscard]] Index tiles() const;
  /// Row steps of a tile.
  [[nodiscard]] double rows() const;
  /// Numbers of the panel and of a block's results.
  [[nodiscard]] double numbers() const;
  /// Whether there is more to multiply than to gather.
  [[nodiscard]] bool is_worth_a_panel() const;

  /// Cuts the tile along the axis where it costs least. False if it cannot be cut.
  bool cut();

 private:
  double box() const;
  Index shorter(std::size_t axis) const;

  const PanelPlan& plan_;
  std::vector<Index> steps_;
  std::vector<Index> halo_;
  std::vector<Index> count_;
  std::vector<Index> pieces_;
};

/// The largest tile of a box that fits the cache; smaller if there are to be so many tiles, and
/// work for them. Nothing if even the smallest is too large.
std::optional<TileShape> tile_shape(const PanelPlan& plan, const StepBox& box,
                                    const PlanTarget& target, Index fewest_tiles);

/// The tiles that cover a box; the last axis is the fastest.
std::vector<PanelTile> tiles_of(const StepBox& box, const TileShape& shape);

}  // namespace toeplix::detail
