#pragma once

#include <toeplix/pattern.hpp>

#include <string>
#include <vector>

namespace toeplix::detail {

/// Rows or columns of a matrix.
enum class MatrixSide { rows, columns };

/// A place on one side of a matrix, and what it is: `c2 0,5` is channel 2, coordinates 0 and 5.
/// The coordinates that are not given begin there.
struct Tick {
  Index index;
  std::string label;
};

/// Coordinates in round steps, at most `most` of them.
std::vector<Tick> ticks(const Pattern& pattern, MatrixSide side, Index most);

/// The labels of one side.
std::string side_name(const Pattern& pattern, MatrixSide side);

/// Extents of the blocks that one side is cut into, from the largest: channels, rows of pixels,
/// pixels with all their channels; as the order of memory has it. Blocks of one are left out.
std::vector<Index> block_extents(const Pattern& pattern, MatrixSide side);

}  // namespace toeplix::detail
