#pragma once

#include "reference/sliding.hpp"

/// What the oracle sees beyond the border of the image, found by walking there.
namespace toeplix::reference::detail {

/// What a path says of a coordinate beyond the border that shows no pixel.
constexpr Index lost = -1;
/// What it says of a coordinate between two pixels of a spread image.
constexpr Index hole = -2;

/// One axis of the extended image: which real coordinate each of its coordinates shows, `lost`
/// or `hole`.
struct Path {
  Index first;                   ///< the coordinate that `positions` begins with
  std::vector<Index> positions;  ///< the pixel that a walker was on when he got there

  bool reaches(Index coordinate) const {
    return coordinate >= first && coordinate - first < std::ssize(positions);
  }
  Index& operator[](Index coordinate) {
    return positions[static_cast<std::size_t>(coordinate - first)];
  }
  Index operator[](Index coordinate) const {
    return positions[static_cast<std::size_t>(coordinate - first)];
  }
};

/// The coordinate of the extended image that `window` has under its kernel position `tap`.
Index coordinate_under(const Sliding& sliding, std::size_t axis, Index window, Index tap);

/// Walks from the first coordinate that is not cropped, one at a time, both ways, as far as the
/// windows reach.
Path walk(const Sliding& sliding, std::size_t axis);

}  // namespace toeplix::reference::detail
