#pragma once

#include <toeplix/pattern.hpp>

#include <string>
#include <vector>

namespace toeplix::detail {

/// Rows or columns of a matrix.
enum class MatrixSide { rows, columns };

/// One digit of a row's or column's number: a channel or a coordinate.
struct Digit {
  Index extent;
  Index stride;
  bool is_channel = false;
};

/// The rows or the columns of a matrix, and what their numbers mean.
struct MatrixLines {
  Index count;
  std::string name;              ///< `rows: output coordinates`
  std::vector<Digit> digits;     ///< from the slowest to the fastest
  bool last_axis_first = false;  ///< whether labels have the coordinates in the reverse order
};

/// Of a convolution's matrix in the order `order`.
MatrixLines lines_of(const Pattern& pattern, MatrixSide side, TensorOrder order);
/// Of a matrix whose rows and columns have numbers alone.
MatrixLines plain_lines(Index count, MatrixSide side);

/// A place on one side of a matrix, and what it is: `c2 0,5` is channel 2, coordinates 0 and 5.
/// The coordinates that are not given begin there.
struct Tick {
  Index index;
  std::string label;
};

/// Coordinates in round steps, at most `most` of them.
std::vector<Tick> ticks(const MatrixLines& lines, Index most);

/// Extents of the blocks that one side is cut into, from the largest: channels, rows of pixels,
/// pixels with all their channels; as the order of memory has it. Blocks of one are left out.
std::vector<Index> block_extents(const MatrixLines& lines);

}  // namespace toeplix::detail
