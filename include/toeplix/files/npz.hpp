#pragma once

#include <toeplix/error.hpp>
#include <toeplix/files/npy.hpp>
#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix {

/// How the arrays lie in a .npz file.
enum class NpzCompression {
  stored,    ///< as they are: fast, and as large as the matrix
  deflated,  ///< compressed, as scipy.sparse.save_npz has it by default: smaller, much slower
};

/// How a matrix is laid out in a .npz file.
enum class NpzFormat {
  csr,  ///< compressed rows
  csc,  ///< compressed columns
  coo,  ///< a row, a column and a value per entry
};

/// Which arrays hold the places of the entries in a file that is written.
enum class NpzLayout {
  compressed,   ///< `csr` for a row-major matrix, `csc` for a column-major one
  coordinates,  ///< `coo`, sorted as the matrix is
};

/// What a .npz file says of its matrix before the entries come.
struct NpzHeader {
  NpzFormat format;
  Index rows;
  Index cols;
  Index nnz;  ///< stored entries; duplicates count
  NpyType scalar;
  NpyType index;
};

struct NpzReadOptions {
  /// `resources.memory_budget` is what reading may take; 0: 64 times the size of the file, at least
  /// 1 GiB, but not more than the memory that is available. A file that needs more is a
  /// CapacityError.
  Resources resources = {};
};

/// Writes a matrix as a file that scipy.sparse.load_npz reads, of any size (Zip64).
///
/// The file appears whole or not at all. The matrix is not copied; it need not be compressed.
/// Indices are as wide in the file as in the matrix. Throws FormatError where the file cannot be
/// written. Scalars: float, double and their complex types; indices: int and std::int64_t.
template <class Scalar, int Order, class StorageIndex>
void write_npz(const std::filesystem::path& path,
               const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
               NpzCompression compression = NpzCompression::stored,
               NpzLayout layout = NpzLayout::compressed);

/// The bytes that `write_npz` writes.
template <class Scalar, int Order, class StorageIndex>
std::vector<std::byte> format_npz(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                  NpzCompression compression = NpzCompression::stored,
                                  NpzLayout layout = NpzLayout::compressed);

/// Reads a matrix that scipy.sparse.save_npz wrote as `csr`, `csc` or `coo`, compressed or not.
///
/// Values are converted as `read_npy` converts them. The result is compressed, its indices ascend
/// and are unique, whatever the file has: duplicates are added, as SciPy does. A file in the other
/// order is transposed in memory, and `coo` is sorted; both take about twice the memory.
///
/// Checksums, counts, row pointers and indices are checked: whatever is wrong is a FormatError
/// (file, member, byte, what was expected). Throws CapacityError where the matrix is too large for
/// `StorageIndex` or for the memory budget.
template <class Scalar, int Order = Eigen::RowMajor, class StorageIndex = int>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> read_npz(const std::filesystem::path& path,
                                                          const NpzReadOptions& options = {});

/// As `read_npz`, from the bytes of a file. Messages call it `name`.
template <class Scalar, int Order = Eigen::RowMajor, class StorageIndex = int>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> parse_npz(std::span<const std::byte> bytes,
                                                           std::string_view name,
                                                           const NpzReadOptions& options = {});

/// Reads shape, counts and types alone; does not look at the entries.
NpzHeader read_npz_header(const std::filesystem::path& path);

/// As `read_npz_header`, from the bytes of a file. Messages call it `name`.
NpzHeader parse_npz_header(std::span<const std::byte> bytes, std::string_view name);

}  // namespace toeplix
