#pragma once

#include <toeplix/tap_table.hpp>

#include <vector>

namespace toeplix::test {

/// Which pixel an extended image shows at `coordinate`; -1 if it shows nothing. Found by walking
/// from pixel 0, one pixel at a time, and turning, jumping or waiting at the border.
inline Index walk_to(Index coordinate, Index extent, Boundary boundary) {
  Index at = 0;
  Index direction = coordinate < 0 ? -1 : 1;
  for (Index left = coordinate < 0 ? -coordinate : coordinate; left > 0; --left) {
    at += direction;
    if (at >= 0 && at < extent) continue;
    if (boundary == Boundary::zero) return -1;
    if (boundary == Boundary::replicate) {
      at -= direction;
    } else if (boundary == Boundary::circular) {
      at -= direction * extent;
    } else {
      direction = -direction;
      at += direction;  // back on the edge, which `symmetric` shows twice
      if (boundary == Boundary::reflect && extent > 1) at += direction;
    }
  }
  return at;
}

/// The same of the image of an axis, spread and cropped before it is extended.
inline Index walk_to(Index coordinate, const AxisGeometry& g) {
  std::vector<Index> ground;  // the pixel or hole at each of its coordinates
  for (Index pixel = 0; pixel < g.input; ++pixel) {
    if (pixel > 0) ground.insert(ground.end(), static_cast<std::size_t>(g.input_dilation - 1), -1);
    ground.push_back(pixel);
  }
  const Index cropped = g.lower < 0 ? -g.lower : 0;
  const Index left = std::ssize(ground) - cropped - g.cropped_upper;
  if (left < 1) return -1;
  const Index at = walk_to(coordinate - cropped, left, g.boundary);
  return at < 0 ? -1 : ground[static_cast<std::size_t>(cropped + at)];
}

}  // namespace toeplix::test
