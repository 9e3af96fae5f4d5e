#pragma once

#include <toeplix/spec.hpp>

namespace toeplix::test {

/// Which pixel an extended image shows at `coordinate`; -1 for none. Found by walking from pixel 0,
/// one pixel at a time, and turning, jumping or waiting at the border.
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

}  // namespace toeplix::test
