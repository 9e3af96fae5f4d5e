#pragma once

#include <toeplix/compile.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

/// \file
/// What a matrix is like: counts, bands, and the structure that is found in it. What every claim
/// means exactly is in docs/inspection.md.

namespace toeplix {

/// How many rows (or columns) have this many entries.
struct LengthCount {
  Index length;
  Index count;

  friend bool operator==(const LengthCount&, const LengthCount&) = default;
};

/// Where a row or a column of the matrix is: a channel and a coordinate on every axis of the spec.
/// Of a matrix that no convolution belongs to: its number as the only coordinate, and channel 0.
struct MatrixPosition {
  Index index;
  Index channel;
  Extents coordinate;

  friend bool operator==(const MatrixPosition&, const MatrixPosition&) = default;
};

/// Rows or columns without an entry. They make a square matrix singular.
struct Vacant {
  Index count = 0;
  std::vector<MatrixPosition> first;  ///< the first of them, at most `InspectOptions::most_places`

  friend bool operator==(const Vacant&, const Vacant&) = default;
};

/// One level of a matrix of blocks of blocks. Rows count as tensors of all levels' rows, the
/// slowest level first, columns likewise.
struct MatrixLevel {
  Index rows;
  Index cols;
  std::string name = {};  ///< `axis 0`, `channels`

  friend bool operator==(const MatrixLevel&, const MatrixLevel&) = default;
};

/// A claim that is found to hold, found not to hold, or not decided (nothing): it would have taken
/// more work than inspection does, or it depends on weights that are not given.
using Finding = std::optional<bool>;

/// What the blocks of one level do when their coordinates change, everything else staying the same.
struct LevelStructure {
  MatrixLevel level;
  Finding toeplitz;              ///< A(o + 1, i + 1) = A(o, i) wherever both exist
  Finding circulant;             ///< as many rows as columns, and the same modulo their number
  Finding toeplitz_plus_hankel;  ///< A(o, i) = T(i - o) + H(i + o) for some T and H

  friend bool operator==(const LevelStructure&, const LevelStructure&) = default;
};

/// Structure that was found. Without weights: what holds for every kernel.
struct Structure {
  std::vector<LevelStructure> levels;  ///< the slowest first
  Finding toeplitz;                    ///< of the matrix as it is: A(r + 1, c + 1) = A(r, c)
  Finding circulant;                   ///< likewise modulo the number of rows
  Finding symmetric;                   ///< A = A^T, nothing conjugated
  Finding normal;                      ///< A A^H = A^H A
  /// No entry is negative, and every row and every column sums to 1. Nothing without weights.
  Finding doubly_stochastic;

  friend bool operator==(const Structure&, const Structure&) = default;
};

/// Block Toeplitz with Toeplitz blocks, on every level but the channels'.
Finding block_toeplitz(const Structure& structure);
/// Block circulant with circulant blocks, likewise (BCCB).
Finding block_circulant(const Structure& structure);
/// Toeplitz plus Hankel on every level, likewise.
Finding block_toeplitz_plus_hankel(const Structure& structure);

/// Whether a kernel is a product of one factor per axis, and how far it is from that. Of a matrix
/// given as it is, with two levels: whether it is a Kronecker product of one matrix per level.
struct Separability {
  /// The kernel is channel(out, in) * product over axes of factors[axis](position). Then, with
  /// `order=channels_first` and one group, A = C (x) A_0 (x) A_1 ... with A_d = compile of
  /// `axis_convolution(conv, d)` and its factor; see docs/inspection.md for the other orders.
  Finding separable;
  /// Of a kernel with two axes: the largest rank among the kernels of all pairs of channels, which
  /// is the number of Kronecker products Ay (x) Ax that add up to a block. Nothing for other
  /// kernels.
  std::optional<Index> kernel_rank;
  /// Of a matrix given as it is: the least number of Kronecker products B (x) C that add up to it,
  /// B of the first level's rows and columns. Nothing for a kernel, and where it is not decided.
  std::optional<Index> kronecker_rank;
  /// One kernel per axis; empty unless `separable`.
  std::vector<std::vector<double>> factors;
  /// Shape (weights[0], weights[1]), C order; empty unless `separable`.
  std::vector<double> channel_factor;

  friend bool operator==(const Separability&, const Separability&) = default;
};

/// Bytes of the compiled matrix, row-major, compressed; nothing where its index type is too narrow.
struct StorageBytes {
  std::optional<Index> float_32;   ///< float, 32-bit indices
  std::optional<Index> double_32;  ///< double, 32-bit indices
  std::optional<Index> float_64;
  std::optional<Index> double_64;

  friend bool operator==(const StorageBytes&, const StorageBytes&) = default;
};

/// The convolution that was inspected.
struct InspectedConvolution {
  std::string spec;  ///< text form
  Index in_channels;
  Extents input;
  Index out_channels;
  Extents output;
  Extents weights;  ///< shape

  friend bool operator==(const InspectedConvolution&, const InspectedConvolution&) = default;
};

/// What a matrix is like. Plain data.
struct Inspection {
  std::optional<InspectedConvolution> convolution;  ///< nothing for a matrix given as it is
  Index rows = 0;
  Index cols = 0;
  Index nnz = 0;  ///< stored entries, whatever their value
  /// nnz / (rows * cols)
  double density = 0;
  StorageBytes bytes;
  std::vector<LengthCount> row_lengths;     ///< ascending
  std::vector<LengthCount> column_lengths;  ///< ascending
  Index lower_bandwidth = 0;                ///< largest row - column of a stored entry, at least 0
  Index upper_bandwidth = 0;                ///< largest column - row of a stored entry, at least 0
  /// Generalized diagonals with a stored entry, not padded; see diagonals.hpp.
  std::optional<Index> cyclic_diagonals;
  Vacant empty_rows;
  Vacant unused_inputs;  ///< columns without an entry
  Structure structure;
  /// Nothing without weights, and of a matrix that is given with other than two levels: for more
  /// there is no rank that can be computed, and one level is its own factor.
  std::optional<Separability> separability;

  friend bool operator==(const Inspection&, const Inspection&) = default;
};

struct InspectOptions {
  std::size_t most_places = 10;  ///< empty rows, and unused inputs, that are listed
  /// Multiplications and look-ups that finding structure may take; what needs more is not decided.
  Index most_work = Index{1} << 28;
};

/// What a convolution's matrix is like, whatever the weights. Structure that is found holds for
/// every kernel; the lack of it is shown by two kernels drawn at random.
///
/// The matrix is not built. Counts come from the tap tables, in time that does not depend on the
/// length of their middles. Structure is that of a convolution with shorter middles, which has the
/// same. Throws CapacityError where entries exceed 64 bits.
Inspection inspect(const Convolution& convolution, const InspectOptions& options = {});
Inspection inspect(const TransposedConvolution& convolution, const InspectOptions& options = {});

/// What the matrix is like with these weights. Claims hold up to rounding: 16 units in the last
/// place of the largest number that enters a comparison, times the number of terms. Throws
/// GeometryError for weights of the wrong length.
Inspection inspect(const Convolution& convolution, std::span<const double> weights,
                   const InspectOptions& options = {});
Inspection inspect(const TransposedConvolution& convolution, std::span<const double> weights,
                   const InspectOptions& options = {});

/// What a matrix is like that is given as it is. Entries that are stored count, whatever their
/// value; structure looks at values alone, and what is not stored is zero.
///
/// `levels`, the slowest first, say what blocks to look for; their rows multiply to the matrix's
/// rows, their columns to its columns. Without any the matrix is one level. Cost: a copy with
/// 64-bit indices. Throws GeometryError for levels that do not fit. Scalars: float, double and
/// their complex types.
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
Inspection inspect(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                   std::span<const MatrixLevel> levels = {}, const InspectOptions& options = {});

/// The levels of a convolution's matrix, the slowest first: the channels and the axes in the order
/// of memory.
std::vector<MatrixLevel> matrix_levels(const Convolution& convolution);
std::vector<MatrixLevel> matrix_levels(const TransposedConvolution& convolution);

/// The convolution along one axis alone, one channel: with a separable kernel, one factor of the
/// matrix. Throws GeometryError for an axis that does not exist.
Convolution axis_convolution(const Convolution& convolution, std::size_t axis);
TransposedConvolution axis_convolution(const TransposedConvolution& convolution, std::size_t axis);

/// Several lines for people, each ended by a newline.
std::string to_text(const Inspection& inspection);
/// One JSON object, indented by two blanks, ended by a newline; every member of the struct by its
/// name, null where it is nothing. docs/inspection.md has an example.
std::string to_json(const Inspection& inspection);

}  // namespace toeplix
