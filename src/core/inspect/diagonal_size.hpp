#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <algorithm>
#include <string>

namespace toeplix::detail {

/// Sizes of blocks are at most this, so that offsets can be added.
inline constexpr Index largest_diagonal_size = Index{1} << 62;

/// The rows and columns of a block; `size` 0: the larger of the matrix's. Throws GeometryError for
/// a negative size, CapacityError for more than 2^62.
inline Index diagonal_size(Index rows, Index cols, Index size) {
  const Index least = std::max(rows, cols);
  if (least > largest_diagonal_size || size > largest_diagonal_size) {
    throw CapacityError("diagonals of " + std::to_string(std::max(least, size)) +
                        " rows exceed the limit of 2^62");
  }
  if (size < 0) {
    throw GeometryError("size " + std::to_string(size) +
                        " of the diagonals is negative; expected at least 1, or 0 for that of the "
                        "matrix");
  }
  return size == 0 ? least : size;
}

}  // namespace toeplix::detail
