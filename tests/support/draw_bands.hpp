#pragma once

#include "support/random.hpp"

#include <toeplix/bands.hpp>

#include <vector>

namespace toeplix::test {

/// So many lines on so many processes, some of which may have none.
inline Bands draw_bands(Random& random, Index lines, Index processes) {
  if (random.once_in(3)) return Bands::even(lines, processes);
  std::vector<Index> each;
  for (Index process = 0; process + 1 < processes; ++process) {
    each.push_back(random.once_in(4) ? 0 : random.between(0, lines));
    lines -= each.back();
  }
  each.push_back(lines);
  return Bands(each);
}

}  // namespace toeplix::test
