#pragma once

#include <toeplix/error.hpp>
#include <toeplix/files/numbers.hpp>
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

/// How a matrix is laid out in a .npz file.
enum class NpzFormat {
  csr,  ///< compressed rows
  csc,  ///< compressed columns
  coo,  ///< a row, a column and a value per entry
};

/// Which arrays say where the entries of a written matrix are.
enum class NpzLayout {
  line_pointers,  ///< where each line begins: `csr` if the matrix is row-major, else `csc`
  coordinates,    ///< a row and a column per entry: `coo`, sorted as the matrix is
};

/// What a .npz file says of its matrix before the entries come.
struct NpzHeader {
  NpzFormat format;   ///< which arrays there are
  Index rows;         ///< of the matrix
  Index cols;         ///< of the matrix
  Index nnz;          ///< stored entries; duplicates count
  NumberType scalar;  ///< of the values
  NumberType index;   ///< of the indices
};

/// How a .npz file is written.
struct NpzWriteOptions {
  FileCompression compression = FileCompression::stored;  ///< how the arrays lie in the file
  NpzLayout layout = NpzLayout::line_pointers;  ///< which arrays say where the entries are
};

/// What reading a .npz file may take.
struct NpzReadOptions {
  /// `resources.memory_budget` is what reading may take; 0: 64 times the size of the file, at least
  /// 1 GiB, but not more than the memory that is available. A file that needs more is a
  /// CapacityError.
  Resources resources = {};
};

/// Writes a matrix as a file that scipy.sparse.load_npz reads, of any size (Zip64).
///
/// The file appears whole or not at all. The matrix is not copied; it need not be compressed.
/// Indices are as wide in the file as in the matrix. Throws FormatError if the file cannot be
/// written. Scalars: float, double and their complex types; indices: int and std::int64_t.
///
///     toeplix::write_npz("W.npz", W);
///     toeplix::write_npz("W.npz", W, {.compression = toeplix::FileCompression::deflated,
///                                     .layout = toeplix::NpzLayout::coordinates});
template <class Scalar, int Order, class StorageIndex>
void write_npz(const std::filesystem::path& path,
               const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
               const NpzWriteOptions& options = {});

/// The bytes that `write_npz` writes.
///
///     std::vector<std::byte> bytes = toeplix::format_npz(W);
template <class Scalar, int Order, class StorageIndex>
[[nodiscard]] std::vector<std::byte> format_npz(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
    const NpzWriteOptions& options = {});

/// Reads a matrix that scipy.sparse.save_npz wrote as `csr`, `csc` or `coo`, compressed or not.
/// `Matrix` is any Eigen::SparseMatrix that can be written.
///
/// Values are converted as `read_npy` converts them. The result is compressed, its indices ascend
/// and are unique, whatever the file has: duplicates are added, as SciPy does. A file in the other
/// order is transposed in memory, and `coo` is sorted; both take about twice the memory.
///
/// Checksums, counts, row pointers and indices are checked: whatever is wrong is a FormatError
/// (file, member, byte, what was expected). Throws CapacityError if the matrix is too large for its
/// index type or for the memory budget.
///
///     auto W = toeplix::read_npz("W.npz");  // double, row-major, 32-bit indices
///     using Columns = Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t>;
///     auto V = toeplix::read_npz<Columns>("W.npz", {.resources = {.memory_budget = 1 << 30}});
template <class Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>>
[[nodiscard]] Matrix read_npz(const std::filesystem::path& path,
                              const NpzReadOptions& options = {});

/// As `read_npz`, from the bytes of a file. Messages call it `name`.
///
///     auto W = toeplix::parse_npz(bytes, "W.npz");
template <class Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>>
[[nodiscard]] Matrix parse_npz(std::span<const std::byte> bytes, std::string_view name,
                               const NpzReadOptions& options = {});

/// Reads shape, counts and types alone; does not look at the entries.
///
///     bool is_complex = toeplix::read_npz_header("W.npz").scalar >=
///     toeplix::NumberType::complex64;
[[nodiscard]] NpzHeader read_npz_header(const std::filesystem::path& path);

/// As `read_npz_header`, from the bytes of a file. Messages call it `name`.
///
///     toeplix::Index entries = toeplix::parse_npz_header(bytes, "W.npz").nnz;
[[nodiscard]] NpzHeader parse_npz_header(std::span<const std::byte> bytes, std::string_view name);

}  // namespace toeplix
