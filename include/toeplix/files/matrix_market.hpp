#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix {

/// What the values of a Matrix Market file are; the word of its first line.
enum class MatrixMarketField {
  real,     ///< decimal numbers
  complex,  ///< real and imaginary part
  integer,  ///< whole numbers
  pattern,  ///< no values: every entry is 1
};

/// Which entries a Matrix Market file leaves out, since others tell them; the word of its first
/// line.
enum class MatrixMarketSymmetry {
  general,         ///< none
  symmetric,       ///< those above the diagonal: A = A^T
  skew_symmetric,  ///< those above the diagonal: A = -A^T; on it are zeros, if entries at all
  hermitian,       ///< those above the diagonal: A = A^H; complex only
};

/// The word of the first line, e.g. `real`.
///
///     toeplix::to_string(toeplix::MatrixMarketField::pattern);  // "pattern"
[[nodiscard]] std::string_view to_string(MatrixMarketField field);

/// The word of the first line, e.g. `skew-symmetric`.
///
///     toeplix::to_string(toeplix::MatrixMarketSymmetry::general);  // "general"
[[nodiscard]] std::string_view to_string(MatrixMarketSymmetry symmetry);

/// What a Matrix Market file says of its matrix before the entries come.
struct MatrixMarketHeader {
  MatrixMarketField field;        ///< what the values are
  MatrixMarketSymmetry symmetry;  ///< which entries are left out
  Index rows;                     ///< of the matrix
  Index cols;                     ///< of the matrix
  Index entries;        ///< lines with an entry; a symmetric matrix has more entries than that
  std::string comment;  ///< lines after `%` and a blank, joined by newlines; the first MiB
};

/// Whether values are written.
enum class MatrixMarketValues {
  numbers,  ///< `real` or `complex`, as the scalar is
  pattern,  ///< none
};

/// How a Matrix Market file is written.
struct MatrixMarketWriteOptions {
  /// Lines that follow the first one as comments, e.g. the text form of the convolution. What
  /// exceeds 1000 characters goes on in the next line, as old readers have short buffers.
  std::string comment = {};
  /// Entries to leave out. The matrix must have that symmetry, bit by bit.
  MatrixMarketSymmetry symmetry = MatrixMarketSymmetry::general;
  MatrixMarketValues values = MatrixMarketValues::numbers;  ///< whether values are written
  Resources resources = {};                                 ///< `threads` alone is looked at
};

/// What reading a Matrix Market file may take.
struct MatrixMarketReadOptions {
  /// `resources.memory_budget` is what reading may take; 0: 64 times the size of the file, at least
  /// 1 GiB, but not more than the memory that is available. A file that needs more is a
  /// CapacityError.
  Resources resources = {};
};

/// A matrix that cannot be written with the symmetry asked for. The message says why.
///
///     try {
///       toeplix::write_matrix_market("W.mtx", W, {.symmetry =
///       toeplix::MatrixMarketSymmetry::symmetric});
///     } catch (const toeplix::MatrixMarketSymmetryError& error) {
///       toeplix::write_matrix_market("W.mtx", W);
///     }
class MatrixMarketSymmetryError : public FormatError {
 public:
  using FormatError::FormatError;
};

/// Writes a matrix as Matrix Market coordinates (https://math.nist.gov/MatrixMarket/formats.html),
/// line by line in the order of the matrix.
///
/// Values have the fewest digits that read back as the same bits; infinities are `inf` and `-inf`,
/// NaN is `nan` or `-nan` (its payload is lost). The file appears whole or not at all. The matrix
/// is not copied; it need not be compressed. Throws FormatError if the file cannot be written,
/// MatrixMarketSymmetryError if the matrix does not have the symmetry asked for (the first entry
/// that lacks it is named). Scalars: float, double and their complex types; indices: int and
/// std::int64_t. Cost: one pass, in parallel; a second one, with a binary search per entry, for a
/// symmetry.
///
///     toeplix::write_matrix_market("W.mtx", W, {.comment = toeplix::to_string(conv.spec())});
template <class Scalar, int Order, class StorageIndex>
void write_matrix_market(const std::filesystem::path& path,
                         const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                         const MatrixMarketWriteOptions& options = {});

/// Writes the same text on a stream, in pieces, so that it is never in memory as a whole. Answers
/// how many bytes it has. Throws FormatError if the stream takes no more; a matrix without the
/// symmetry asked for is refused before anything is written.
///
///     toeplix::write_matrix_market(std::cout, W);
template <class Scalar, int Order, class StorageIndex>
std::uint64_t write_matrix_market(std::ostream& out,
                                  const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                  const MatrixMarketWriteOptions& options = {});

/// The bytes that `write_matrix_market` writes.
///
///     std::vector<std::byte> text = toeplix::format_matrix_market(W);
template <class Scalar, int Order, class StorageIndex>
[[nodiscard]] std::vector<std::byte> format_matrix_market(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
    const MatrixMarketWriteOptions& options = {});

/// Reads a Matrix Market file of coordinates, of any field and symmetry.
///
/// Values are converted as `read_npy` converts them: a decimal number is rounded to nearest in
/// `Scalar` and must not overflow it, an integer must be exact, a complex value is never read as a
/// real one. `inf`, `infinity` and `nan` are read in any case and with either sign. An entry that a
/// symmetry leaves out is there in the result. The result is compressed, its indices ascend and are
/// unique: entries of the same place are added, in the order of the file. Comments and blank lines
/// may be anywhere, and lines may end in CR LF. Of a symmetric matrix the file may have either
/// triangle, but not both. On the diagonal a skew-symmetric matrix may have zeros, and a
/// hermitian one real numbers.
///
/// Throws FormatError (file, line, what was expected) for everything else, such as an index beyond
/// the extents or another number of entries than the file promises; CapacityError if the matrix is
/// too large for its index type or for the memory budget. Nothing is allocated for more entries
/// than the file is long enough for. Cost: one pass over the file, in parallel; peak memory is the
/// entries twice.
///
///     auto W = toeplix::read_matrix_market("W.mtx");  // double, row-major, 32-bit indices
///     using Columns = Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t>;
///     auto V = toeplix::read_matrix_market<Columns>("W.mtx", {.resources = {.threads = 2}});
template <class Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>>
[[nodiscard]] Matrix read_matrix_market(const std::filesystem::path& path,
                                        const MatrixMarketReadOptions& options = {});

/// As `read_matrix_market`, from the bytes of a file. Messages call it `name`.
///
///     auto W = toeplix::parse_matrix_market(bytes, "W.mtx");
template <class Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>>
[[nodiscard]] Matrix parse_matrix_market(std::span<const std::byte> bytes, std::string_view name,
                                         const MatrixMarketReadOptions& options = {});

/// Reads the lines before the entries alone.
///
///     auto spec = toeplix::parse_spec(toeplix::read_matrix_market_header("W.mtx").comment);
[[nodiscard]] MatrixMarketHeader read_matrix_market_header(const std::filesystem::path& path);

/// As `read_matrix_market_header`, from the bytes of a file. Messages call it `name`.
///
///     toeplix::Index rows = toeplix::parse_matrix_market_header(bytes, "W.mtx").rows;
[[nodiscard]] MatrixMarketHeader parse_matrix_market_header(std::span<const std::byte> bytes,
                                                            std::string_view name);

}  // namespace toeplix
