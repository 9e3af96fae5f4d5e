#pragma once

#include <toeplix/diagonals.hpp>
#include <toeplix/files/npz.hpp>

#include <filesystem>

namespace toeplix {

/// A matrix that was written without being held.
struct WrittenDiagonals {
  Index rows;     ///< one for every diagonal of every block, zero or not
  Index cols;     ///< n, the size of a block
  Index entries;  ///< stored ones
};

/// Writes diagonals as the rows of a sparse matrix that scipy.sparse.load_npz reads. Row d of the
/// matrix is diagonal d; if there are several blocks, diagonal d of the block in row b and column c
/// of the blocks is row `(b * block_columns + c) * n + d`.
///
/// One diagonal is held at a time, and each is made twice (three times for coordinates). Indices
/// have 64 bits. `options.layout` is `line_pointers` for `csr`, which has n + 1 numbers per block,
/// or `coordinates` for `coo`. The file appears whole or not at all. Throws FormatError if it
/// cannot be written, CapacityError for a diagonal that exceeds the memory budget of `diagonals` or
/// for more rows than 64 bits can count.
///
///     toeplix::write_npz_diagonals("D.npz", toeplix::diagonals(conv, weights));
template <MatrixScalar Scalar>
WrittenDiagonals write_npz_diagonals(const std::filesystem::path& path,
                                     const Diagonals<Scalar>& diagonals,
                                     const NpzWriteOptions& options = {});

/// Of a sparse matrix, likewise.
///
///     toeplix::write_npz_diagonals("D.npz", toeplix::diagonals(A));
template <MatrixScalar Scalar>
WrittenDiagonals write_npz_diagonals(const std::filesystem::path& path,
                                     const MatrixDiagonals<Scalar>& diagonals,
                                     const NpzWriteOptions& options = {});

/// What `write_npz_diagonals` would write; nothing is written. Cost: that of going through the
/// diagonals without making them. Throws CapacityError for more rows than 64 bits can count.
///
///     toeplix::Index entries = toeplix::measure_npz_diagonals(toeplix::diagonals(conv,
///     w)).entries;
template <MatrixScalar Scalar>
[[nodiscard]] WrittenDiagonals measure_npz_diagonals(const Diagonals<Scalar>& diagonals);

/// Of a sparse matrix, likewise.
///
///     toeplix::Index entries = toeplix::measure_npz_diagonals(toeplix::diagonals(A)).entries;
template <MatrixScalar Scalar>
[[nodiscard]] WrittenDiagonals measure_npz_diagonals(const MatrixDiagonals<Scalar>& diagonals);

}  // namespace toeplix
