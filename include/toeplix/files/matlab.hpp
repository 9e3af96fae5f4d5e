#pragma once

#include <toeplix/error.hpp>
#include <toeplix/files/numbers.hpp>
#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix {

/// Whether MATLAB can have a variable of that name: a letter, then letters, digits and underscores,
/// at most 63, and not one of the 20 keywords that MATLAB's `iskeyword` lists (`end`, `for`, ...).
///
///     toeplix::is_matlab_name("W2");   // true
///     toeplix::is_matlab_name("end");  // false
[[nodiscard]] bool is_matlab_name(std::string_view name);

/// How a .mat file is written.
struct MatlabWriteOptions {
  /// What MATLAB calls the matrix; see `is_matlab_name`.
  std::string variable = "W";
  /// Stored as `save -v6` does, or deflated as `save -v7`, which is MATLAB's default.
  FileCompression compression = FileCompression::stored;
};

/// Which variable to read, and what reading may take.
struct MatlabReadOptions {
  /// The variable to read; empty: the only one of the file that the function can read, a sparse
  /// matrix or, of `read_matlab_array`, a dense array of real numbers.
  std::string variable = {};
  /// `resources.memory_budget` is what reading may take; 0: 64 times the size of the file, at least
  /// 1 GiB, but not more than the memory that is available. A file that needs more is a
  /// CapacityError.
  Resources resources = {};
};

/// What a .mat file says of one of its variables before the numbers come.
struct MatlabHeader {
  std::string name;    ///< of the variable; empty if MATLAB hides it
  Extents dimensions;  ///< rows, columns, and so on: two or more
  bool is_sparse;      ///< whether `read_matlab` can read it
  bool is_complex;     ///< whether it has imaginary parts
  bool is_logical;     ///< whether its values are true and false
  /// Of the numbers of a dense array (`boolean` if it is logical, float64 if MATLAB calls it
  /// double); nothing for what is none: sparse matrices (also logical ones that Octave wrote as
  /// dense ones), texts, cells, structures. If there is one and the array is not complex,
  /// `read_matlab_array` can read it.
  std::optional<NumberType> type;
};

/// What a variable of a .mat file has to be.
enum class MatlabKind {
  sparse,  ///< a sparse matrix, which `read_matlab` reads
  dense,   ///< a dense array of real numbers, which `read_matlab_array` reads
};

/// A .mat file of several variables that could be read, none of which was named. The message lists
/// them.
///
///     try {
///       auto W = toeplix::read_matlab("several.mat");
///     } catch (const toeplix::MatlabChoiceError& error) {
///       auto W = toeplix::read_matlab("several.mat", {.variable = "Blur"});
///     }
class MatlabChoiceError : public FormatError {
 public:
  using FormatError::FormatError;
};

/// Writes a matrix as a sparse variable of a MATLAB 5 file (.mat), which MATLAB and Octave `load`
/// and scipy.io.loadmat reads. Source: MathWorks, "MAT-File Format", level 5.
///
/// MATLAB's sparse matrices are double or complex double; float is exact in that. The file appears
/// whole or not at all. A column-major matrix is not copied, a row-major one is transposed in
/// memory; it need not be compressed. Throws FormatError if the file cannot be written or MATLAB
/// cannot have the name, CapacityError if the variable exceeds the 2^31 bytes of the format.
/// Scalars: float, double and their complex types; indices: int and std::int64_t.
///
///     toeplix::write_matlab("W.mat", W, {.variable = "Blur"});
template <class Scalar, int Order, class StorageIndex>
void write_matlab(const std::filesystem::path& path,
                  const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                  const MatlabWriteOptions& options = {});

/// The bytes that `write_matlab` writes.
///
///     std::vector<std::byte> bytes = toeplix::format_matlab(W);
template <class Scalar, int Order, class StorageIndex>
[[nodiscard]] std::vector<std::byte> format_matlab(
    const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
    const MatlabWriteOptions& options = {});

/// Reads a sparse matrix from a MATLAB 5 file, compressed or not, of either byte order; what else
/// the file holds is passed over, even if it cannot be understood.
///
/// Values are converted as `read_npy` converts them; logical ones become 0 and 1. The result is
/// compressed, its indices ascend and are unique: duplicates are added. Into a row-major matrix it
/// is transposed in memory, which takes twice the memory.
///
/// Sizes, column pointers, indices and checksums are checked: whatever is wrong is a FormatError
/// (file, byte, what was expected). So are the other formats that MATLAB and Octave save (MATLAB 4;
/// MATLAB 7.3, which is HDF5; Octave's own): the message names the format. If several variables
/// could be read and none is named, that is a MatlabChoiceError; of several of one name the last
/// counts, as in Octave, whose `save -append` leaves the old one in the file. Throws CapacityError
/// if the matrix is too large for its index type or for the memory budget.
///
///     auto W = toeplix::read_matlab("W.mat");  // double, row-major, 32-bit indices
///     auto V = toeplix::read_matlab<Eigen::SparseMatrix<double>>("W.mat", {.variable = "Blur"});
template <class Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>>
[[nodiscard]] Matrix read_matlab(const std::filesystem::path& path,
                                 const MatlabReadOptions& options = {});

/// As `read_matlab`, from the bytes of a file. Messages call it `name`.
///
///     auto W = toeplix::parse_matlab(bytes, "W.mat");
template <class Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>>
[[nodiscard]] Matrix parse_matlab(std::span<const std::byte> bytes, std::string_view name,
                                  const MatlabReadOptions& options = {});

/// What a MATLAB 5 file says of the variable that `read_matlab` or `read_matlab_array`, as `kind`
/// says, reads if it is given this name. Throws FormatError as they do; cost: as
/// `read_matlab_headers`.
///
///     bool is_complex =
///         toeplix::read_matlab_header("W.mat", toeplix::MatlabKind::sparse).is_complex;
[[nodiscard]] MatlabHeader read_matlab_header(const std::filesystem::path& path, MatlabKind kind,
                                              const std::string& variable = {});

/// What a MATLAB 5 file says of its variables, in the order of the file; without those that cannot
/// be understood or are laid out in another way (function handles, objects of classes). Throws
/// FormatError as `read_matlab` does. Cost: the file is read where a variable begins.
///
///     std::string first = toeplix::read_matlab_headers("W.mat").at(0).name;
[[nodiscard]] std::vector<MatlabHeader> read_matlab_headers(const std::filesystem::path& path);

/// As `read_matlab_headers`, from the bytes of a file. Messages call it `name`.
///
///     bool is_sparse = toeplix::parse_matlab_headers(bytes, "W.mat").at(0).is_sparse;
[[nodiscard]] std::vector<MatlabHeader> parse_matlab_headers(std::span<const std::byte> bytes,
                                                             std::string_view name);

}  // namespace toeplix
