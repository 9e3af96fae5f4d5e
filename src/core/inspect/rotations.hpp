#pragma once

#include <toeplix/diagonal_structure.hpp>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace toeplix::detail {

/// Pairs of a column of blocks and an offset other than 0 that diagonals have.
inline Index rotations_of(std::vector<DiagonalPlace> places) {
  for (DiagonalPlace& place : places) place.block_row = 0;
  std::erase_if(places, [](const DiagonalPlace& place) { return place.offset == 0; });
  std::ranges::sort(places);
  return std::distance(places.begin(), std::unique(places.begin(), places.end()));
}

}  // namespace toeplix::detail
