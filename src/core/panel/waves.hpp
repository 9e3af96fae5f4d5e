#pragma once

#include "core/panel/plan.hpp"

#include <span>
#include <vector>

namespace toeplix::detail {

/// Tiles that may be worked on side by side: no two of them write the same row.
struct PanelWave {
  struct Part {
    const PanelPlan* plan;
    const PanelTile* tile;
  };

  std::vector<Part> parts;
  Index groups_together;  ///< whose panels are gathered before they are multiplied
  double work;            ///< multiplications of an image
};

/// The tiles of the plans of a product, which must outlive the waves, in their order: first those
/// within the edges, and then, as they are added to rows, those beyond, as many in a wave as share
/// no row. Cost: the pairs of tiles of a wave, and the extents of tiles beyond the edges.
std::vector<PanelWave> panel_waves(std::span<const PanelPlan> plans);

}  // namespace toeplix::detail
