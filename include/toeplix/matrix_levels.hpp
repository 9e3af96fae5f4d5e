#pragma once

#include <toeplix/convolution.hpp>

#include <cstddef>
#include <string>
#include <vector>

/// \file
/// The levels of a matrix of blocks of blocks: the channels and the axes of a convolution.

namespace toeplix {

/// What the blocks of a level stand for.
enum class MatrixLevelKind {
  blocks,    ///< what its owner says: the level of a matrix that is given as it is
  axis,      ///< the coordinates along one axis of a convolution
  channels,  ///< the channels of a convolution
};

/// One level of a matrix of blocks of blocks. Rows count as tensors of all levels' rows, the
/// slowest level first, columns likewise.
///
///     // A matrix of 4 x 4 blocks of size 3 x 3.
///     std::vector<toeplix::MatrixLevel> levels{{.rows = 4, .cols = 4}, {.rows = 3, .cols = 3}};
struct MatrixLevel {
  Index rows;             ///< rows of blocks
  Index cols;             ///< columns of blocks
  std::string name = {};  ///< `axis 0`, `channels`; for people, and of any text
  MatrixLevelKind kind = MatrixLevelKind::blocks;  ///< what its blocks stand for

  friend bool operator==(const MatrixLevel&, const MatrixLevel&) = default;
};

/// The levels of a convolution's matrix, the slowest first: the channels and the axes in the order
/// of memory. Cost: one step per axis.
///
///     toeplix::matrix_levels(conv).front().name;  // "channels", unless channels come last
[[nodiscard]] std::vector<MatrixLevel> matrix_levels(const Convolution& convolution);
/// The levels of the matrix of a transposed convolution.
[[nodiscard]] std::vector<MatrixLevel> matrix_levels(const TransposedConvolution& convolution);

/// The convolution along one axis alone, one channel: with a separable kernel, one factor of the
/// matrix. Throws GeometryError for an axis that does not exist.
///
///     // One channel, separable kernel, factors y and x: compile(conv, kernel) is the Kronecker
///     // product of these two.
///     auto Ay = toeplix::compile(toeplix::axis_convolution(conv, 0), y);
///     auto Ax = toeplix::compile(toeplix::axis_convolution(conv, 1), x);
[[nodiscard]] Convolution axis_convolution(const Convolution& convolution, std::size_t axis);
/// The transposed convolution along one axis alone, likewise.
[[nodiscard]] TransposedConvolution axis_convolution(const TransposedConvolution& convolution,
                                                     std::size_t axis);

}  // namespace toeplix
