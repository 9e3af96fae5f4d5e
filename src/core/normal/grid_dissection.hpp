#pragma once

#include "core/normal/composed_table.hpp"

#include <vector>

namespace toeplix::detail {

/// A grid of pixels, those at most `reach` apart along every axis being connected.
struct PixelGrid {
  Extents extents;  ///< the slowest axis first
  std::vector<AxisReach> reach;
};

/// The pixels in an order of elimination by nested dissection: a slab as wide as the reach
/// separates a box into two, which come first, each dissected in turn, then the slab.
///
/// result[k] is the index (C order) of the pixel that is eliminated k-th. Source: A. George, Nested
/// dissection of a regular finite element mesh, SIAM J. Numer. Anal. 10 (1973). Cost: one step per
/// pixel, and one per box.
std::vector<Index> dissect(const PixelGrid& grid);

}  // namespace toeplix::detail
