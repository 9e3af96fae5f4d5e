#pragma once

#include <toeplix/tap_table.hpp>

#include <vector>

namespace toeplix::detail {

/// The coordinates from `first` to `last`, both included.
struct PixelRange {
  Index first;
  Index last;

  Index count() const { return last < first ? 0 : last - first + 1; }
};

/// The coordinates of the extended image that windows reach.
PixelRange extension_of(const AxisGeometry& geometry);

/// The positions of a window that lie on the spread image: on its pixels and holes.
PixelRange positions_inside(const AxisGeometry& geometry, Index output);

/// The numbers `first + i * step`, for i in [0, count).
struct Progression {
  Index first;
  Index step;
  Index count;
};

/// The coordinates of the extended image at which it shows what lies at `home` of the spread one,
/// `home` included: the inverse of folding. At most two progressions.
std::vector<Progression> coordinates_folded_onto(Index home, const AxisGeometry& geometry);

}  // namespace toeplix::detail
