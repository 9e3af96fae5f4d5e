#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/convolution.hpp>
#include <toeplix/matrix_levels.hpp>

#include <Eigen/SparseCore>

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

/// \file
/// What a matrix is like: counts, bands, and the structure that is found in it. What every claim
/// means exactly is in docs/inspection.md.

namespace toeplix {

/// How many rows (or columns) have this many entries.
struct LineLengthCount {
  Index length;  ///< entries of a row
  Index count;   ///< rows that have so many

  friend bool operator==(const LineLengthCount&, const LineLengthCount&) = default;
};

/// A row or a column of the matrix, as a channel and a coordinate on every axis of the spec. Of a
/// matrix that no convolution belongs to: its number as the only coordinate, and channel 0.
struct MatrixPosition {
  Index index;         ///< number of the row or column
  Index channel;       ///< its channel
  Extents coordinate;  ///< one per axis of the spec

  friend bool operator==(const MatrixPosition&, const MatrixPosition&) = default;
};

/// Rows or columns without an entry. They make a square matrix singular.
struct VacantLines {
  Index count = 0;                    ///< how many there are
  std::vector<MatrixPosition> first;  ///< the first of them, at most `InspectOptions::most_places`

  friend bool operator==(const VacantLines&, const VacantLines&) = default;
};

/// A claim that is found to hold, found not to hold, or not decided (nothing): it would have taken
/// more work than inspection does, or it depends on weights that are not given.
///
///     if (inspection.structure.symmetric == true) { ... }
using StructureFinding = std::optional<bool>;

/// What the blocks of one level do if their coordinates change and everything else stays the same.
struct LevelStructure {
  MatrixLevel level;           ///< which one
  StructureFinding toeplitz;   ///< A(o + 1, i + 1) = A(o, i) if both exist
  StructureFinding circulant;  ///< as many rows as columns, and the same modulo their number
  StructureFinding toeplitz_plus_hankel;  ///< A(o, i) = T(i - o) + H(i + o) for some T and H

  friend bool operator==(const LevelStructure&, const LevelStructure&) = default;
};

/// Structure that was found. Without weights: what holds for every kernel.
struct MatrixStructure {
  std::vector<LevelStructure> levels;  ///< the slowest first
  StructureFinding toeplitz;           ///< of the matrix as it is: A(r + 1, c + 1) = A(r, c)
  StructureFinding circulant;          ///< likewise modulo the number of rows
  StructureFinding symmetric;          ///< A = A^T, nothing conjugated
  StructureFinding normal;             ///< A A^H = A^H A
  /// No entry is negative, and every row and every column sums to 1. Nothing without weights.
  StructureFinding doubly_stochastic;

  friend bool operator==(const MatrixStructure&, const MatrixStructure&) = default;
};

/// Block Toeplitz with Toeplitz blocks, on every level but the channels of a convolution.
///
///     toeplix::block_toeplitz(toeplix::inspect(conv).structure);  // true for padding with zeros
[[nodiscard]] StructureFinding block_toeplitz(const MatrixStructure& structure);
/// Block circulant with circulant blocks, likewise (BCCB).
///
///     toeplix::block_circulant(toeplix::inspect(conv).structure);  // true for Boundary::circular
[[nodiscard]] StructureFinding block_circulant(const MatrixStructure& structure);
/// Toeplitz plus Hankel on every level, likewise.
///
///     // true for Boundary::symmetric and a symmetric kernel
///     toeplix::block_toeplitz_plus_hankel(toeplix::inspect(conv, kernel).structure);
[[nodiscard]] StructureFinding block_toeplitz_plus_hankel(const MatrixStructure& structure);

/// Whether a kernel is a product of one factor per axis, and how far it is from that. Of a matrix
/// given as it is, with two levels: whether it is a Kronecker product of one matrix per level.
struct Separability {
  /// The kernel is channel(out, in) * product over axes of factors[axis](position). Then, with
  /// `order=channels_first` and one group, A = C (x) A_0 (x) A_1 ... with A_d = compile of
  /// `axis_convolution(conv, d)` and its factor; see docs/inspection.md for the other orders.
  StructureFinding separable;
  /// Of a kernel with two axes: the largest rank among the kernels of all pairs of channels, which
  /// is the number of Kronecker products Ay (x) Ax that add up to a block. Nothing for other
  /// kernels.
  std::optional<Index> kernel_rank;
  /// Of a matrix given as it is: the least number of Kronecker products B (x) C that add up to it,
  /// B of the first level's rows and columns. Nothing for a kernel, and if it is not decided.
  std::optional<Index> kronecker_rank;
  /// One kernel per axis; empty unless `separable`.
  std::vector<std::vector<double>> factors;
  /// Shape (out_channels, in_channels / groups) of the convolution that slides, C order; empty
  /// unless `separable`.
  std::vector<double> channel_factor;

  friend bool operator==(const Separability&, const Separability&) = default;
};

/// Bytes of the compiled matrix, row-major, compressed; nothing if the index type is too narrow.
struct StorageBytes {
  std::optional<Index> float_32;   ///< float, 32-bit indices
  std::optional<Index> double_32;  ///< double, 32-bit indices
  std::optional<Index> float_64;   ///< float, 64-bit indices
  std::optional<Index> double_64;  ///< double, 64-bit indices

  friend bool operator==(const StorageBytes&, const StorageBytes&) = default;
};

/// The convolution that was inspected.
struct InspectedConvolution {
  std::string spec;       ///< text form
  Index in_channels;      ///< channels of the input
  Extents input;          ///< pixels per axis
  Index out_channels;     ///< channels of the output
  Extents output;         ///< pixels per axis
  Extents weights_shape;  ///< C order
  /// What it pads with. If that is not 0, the product by the matrix is not all: `padding_offset`.
  double padding_value = 0;

  friend bool operator==(const InspectedConvolution&, const InspectedConvolution&) = default;
};

/// What a matrix is like. Plain data.
struct Inspection {
  std::optional<InspectedConvolution> convolution;  ///< nothing for a matrix given as it is
  Index rows = 0;                                   ///< of the matrix
  Index cols = 0;                                   ///< of the matrix
  Index nnz = 0;                                    ///< stored entries, whatever their value
  /// nnz / (rows * cols)
  double density = 0;
  StorageBytes bytes;  ///< of the compiled matrix
  /// Ascending. Empty if the axes have so many different lengths that over 2^21 products of these
  /// would have to be looked at.
  std::vector<LineLengthCount> row_lengths;
  std::vector<LineLengthCount> column_lengths;  ///< likewise
  Index lower_bandwidth = 0;  ///< largest row - column of a stored entry, at least 0
  Index upper_bandwidth = 0;  ///< largest column - row of a stored entry, at least 0
  /// Generalized diagonals with a stored entry, not padded; see diagonals.hpp.
  std::optional<Index> cyclic_diagonals;
  /// Rotations of x that a product by these diagonals takes: those whose offset is not 0.
  std::optional<Index> rotations;
  /// The same if input and output are packed by `pixel_shuffle`. Nothing too if that changes
  /// nothing, as for most convolutions of stride 1, and of a matrix given as it is.
  std::optional<Index> packed_rotations;
  VacantLines empty_rows;     ///< rows without an entry
  VacantLines unused_inputs;  ///< columns without an entry
  MatrixStructure structure;  ///< what was found
  /// Nothing without weights, and of a matrix that is given with other than two levels: for more
  /// there is no rank that can be computed, and one level is its own factor.
  std::optional<Separability> separability;

  friend bool operator==(const Inspection&, const Inspection&) = default;
};

/// How much `inspect` lists and how hard it looks.
///
///     toeplix::inspect(conv, {.most_places = 100});
struct InspectOptions {
  /// Empty rows, and unused inputs, that are listed. CapacityError if these are more than 2^20.
  std::size_t most_places = 10;
  /// Multiplications and look-ups that finding structure may take; what needs more is not decided.
  Index most_work = Index{1} << 28;
};

/// What a convolution's matrix is like, whatever the weights. Structure that is found holds for
/// every kernel; the lack of it is shown by two kernels drawn at random.
///
/// The matrix is not built. Counts come from the tap tables, in time that does not depend on the
/// length of their middles. Structure is that of a convolution with shorter middles, which has the
/// same. A spec stands for its convolution. Throws GeometryError for a spec that describes none,
/// CapacityError if entries exceed 64 bits.
///
///     toeplix::Inspection found = toeplix::inspect(conv);
///     std::cout << toeplix::to_text(found);
[[nodiscard]] Inspection inspect(const Convolution& convolution,
                                 const InspectOptions& options = {});
/// Of the matrix of a transposed convolution, likewise.
///
///     toeplix::inspect(toeplix::TransposedConvolution("transposed input=4 kernel=3 stride=2"));
[[nodiscard]] Inspection inspect(const TransposedConvolution& convolution,
                                 const InspectOptions& options = {});

namespace detail {

/// Weights as numbers of type double, and the unit of rounding of the type that they had.
struct InspectedWeights {
  std::span<const double> values;
  double epsilon;
};

Inspection inspect_weights(const Convolution& convolution, const InspectedWeights& weights,
                           const InspectOptions& options);
Inspection inspect_weights(const TransposedConvolution& convolution,
                           const InspectedWeights& weights, const InspectOptions& options);

template <class Conv, class Weights>
Inspection inspect_any_weights(const Conv& convolution, const Weights& weights,
                               const InspectOptions& options) {
  using Scalar = ScalarOf<Weights>;
  static_assert(std::is_floating_point_v<Scalar>,
                "Toeplix: inspect takes real weights, of float or double");
  constexpr auto epsilon = static_cast<double>(std::numeric_limits<Scalar>::epsilon());
  if constexpr (std::is_same_v<Scalar, double>) {
    return inspect_weights(convolution, {as_span(weights), epsilon}, options);
  } else {
    const auto numbers = as_span(weights);
    const std::vector<double> copy(numbers.begin(), numbers.end());
    return inspect_weights(convolution, {copy, epsilon}, options);
  }
}

}  // namespace detail

/// What the matrix is like with these weights, any contiguous range of float or double. Claims hold
/// up to rounding: 16 units in the last place of the largest number that enters a comparison, in
/// the weights' own type, times the number of terms. Throws GeometryError for weights of the wrong
/// length, and as `inspect` without weights.
///
///     std::vector<float> kernel = {1, 2, 1, 2, 4, 2, 1, 2, 1};
///     toeplix::inspect(conv, kernel).separability->separable;  // true
template <WeightsArgument Weights>
[[nodiscard]] Inspection inspect(const Convolution& convolution, const Weights& weights,
                                 const InspectOptions& options = {}) {
  return detail::inspect_any_weights(convolution, weights, options);
}
/// Of the matrix of a transposed convolution, likewise.
///
///     toeplix::inspect(up, std::vector<double>{1, 1, 1, 1}).structure.doubly_stochastic;
template <WeightsArgument Weights>
[[nodiscard]] Inspection inspect(const TransposedConvolution& convolution, const Weights& weights,
                                 const InspectOptions& options = {}) {
  return detail::inspect_any_weights(convolution, weights, options);
}

/// What a matrix is like that is given as it is. Entries that are stored count, whatever their
/// value; structure looks at values alone, and what is not stored is zero.
///
/// `levels`, the slowest first, say what blocks to look for; their rows multiply to the matrix's
/// rows, their columns to its columns. Without any the matrix is one level. Cost: a copy with
/// 64-bit indices. Throws GeometryError for levels that do not fit. Scalars: float, double and
/// their complex types.
///
///     std::vector<toeplix::MatrixLevel> levels{{4, 4}, {3, 3}};
///     toeplix::inspect(matrix, levels).separability->kronecker_rank;
template <MatrixScalar Scalar, int Order, MatrixIndex StorageIndex>
[[nodiscard]] Inspection inspect(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                 std::span<const MatrixLevel> levels = {},
                                 const InspectOptions& options = {});

/// Several lines for people, each ended by a newline.
///
///     std::cout << toeplix::to_text(toeplix::inspect(conv));
[[nodiscard]] std::string to_text(const Inspection& inspection);
/// One JSON object, indented by two blanks, ended by a newline; every member of the struct by its
/// name, null if it is nothing or not finite. docs/inspection.md has an example.
///
///     std::ofstream("inspection.json") << toeplix::to_json(toeplix::inspect(conv));
[[nodiscard]] std::string to_json(const Inspection& inspection);

}  // namespace toeplix
