#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/pixel_shuffle.hpp>
#include <toeplix/resources.hpp>

#include <optional>
#include <vector>

/// \file
/// The generalized diagonals of a convolution's matrix, as compilers for homomorphic encryption
/// pack them (Halevi and Shoup, Algorithms in HElib, 2014): a matrix times a vector is then a sum
/// of diagonals times rotations of the vector,
/// y[i] = sum over d of diagonal_d[i] * x[(i + d) mod n]. If n is smaller than the matrix, the
/// matrix is cut into blocks of n x n, and y's part b is the sum of the products of the blocks
/// (b, c) with x's part c.

namespace toeplix {

/// One generalized diagonal of a block of n rows and n columns: the entries
/// (i, (i + offset) mod n). Rows are those of the block, from 0 to n - 1.
template <MatrixScalar Scalar>
struct Diagonal {
  Index offset = 0;            ///< d, from 0 to n - 1
  Index size = 0;              ///< n
  std::vector<Index> rows;     ///< rows i that have an entry, ascending
  std::vector<Scalar> values;  ///< their entries
  Index block_row = 0;         ///< the block begins with row block_row * n of the matrix
  Index block_column = 0;      ///< and with column block_column * n

  /// The whole diagonal, as it is packed: n elements, zero if there is no entry.
  [[nodiscard]] std::vector<Scalar> dense() const;
};

/// What diagonals are asked for.
///
///     toeplix::diagonals(conv, weights, {.size = 4096, .prune_zeros = true});
struct DiagonalOptions {
  /// n: a matrix with fewer rows or columns is padded with zeros, below and to the right; one with
  /// more is cut into blocks of n x n, the last of which are padded. 0: the larger of the matrix's
  /// rows and columns.
  Index size = 0;
  /// Leaves out entries that are exactly zero, and diagonals without any other.
  bool prune_zeros = false;
  /// `resources.memory_budget` is the most that a diagonal may take while it is made: at most two
  /// indices and two values per entry. One thread does the work.
  Resources resources = {};
  /// The order of rows and columns: that of the slots of the packed output and input. Of a matrix
  /// that is there, its rows and columns have to be as many as the elements of these.
  std::optional<PixelShuffle> packing = {};
};

}  // namespace toeplix
