#pragma once

#include "cli/arguments.hpp"
#include "cli/json.hpp"
#include "cli/standard_streams.hpp"

#include <toeplix/files/matlab.hpp>
#include <toeplix/files/matrix_market.hpp>
#include <toeplix/files/npz.hpp>
#include <toeplix/resources.hpp>

#include <Eigen/SparseCore>

#include <complex>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace toeplix::cli {

/// What a matrix is written as; the extension of the file says it.
enum class MatrixFormat { npz, matrix_market, matlab };

/// The file that a command writes a matrix to, and how.
struct MatrixFile {
  std::string path;
  NpzFormat layout = NpzFormat::csr;
  bool deflates = false;
  MatrixMarketWriteOptions matrix_market;
  std::string variable = "W";

  MatrixFormat format() const;
  /// Whether the file holds the matrix by columns.
  bool by_columns() const;
};

/// Adds `--output` and the options on formats.
void add_matrix_file(CLI::App& command, MatrixFile& file);
/// Adds the options on formats alone.
void add_matrix_format(CLI::App& command, MatrixFile& file);

/// Bits of an index.
enum class IndexWidth { automatic, bits32, bits64 };
/// Adds `--index`.
void add_index_width(CLI::App& command, IndexWidth& width);
/// Whether a matrix has 64-bit indices: if that is chosen, or if `largest`, the largest of its
/// numbers of rows, columns and entries, needs them.
bool needs_wide_index(IndexWidth width, Index largest);

/// Throws UsageError for an extension that is not known and for options that are for other formats,
/// FormatError for a folder that does not exist.
void check_matrix_file(const CLI::App& command, const MatrixFile& file);

/// Writes the matrix as a file of the format that its extension says.
template <class Matrix>
void write_matrix_file(const Matrix& matrix, const MatrixFile& file) {
  if (file.format() == MatrixFormat::matrix_market) {
    return write_matrix_market(file.path, matrix, file.matrix_market);
  }
  const auto compression = file.deflates ? FileCompression::deflated : FileCompression::stored;
  if (file.format() == MatrixFormat::matlab) {
    return write_matlab(file.path, matrix, {.variable = file.variable, .compression = compression});
  }
  const bool as_coordinates = file.layout == NpzFormat::coo;
  write_npz(file.path, matrix,
            {.compression = compression,
             .layout = as_coordinates ? NpzLayout::coordinates : NpzLayout::line_pointers});
}

/// Writes the matrix as `.mtx` on standard output; answers how many bytes that are.
template <class Matrix>
std::uintmax_t print_matrix(const Matrix& matrix, const MatrixFile& file) {
  std::uintmax_t bytes = 0;
  write_standard_output(
      [&](std::ostream& out) { bytes = write_matrix_market(out, matrix, file.matrix_market); });
  return bytes;
}

/// Writes the matrix as a file, or as `.mtx` on standard output; answers how many bytes it has.
/// `.mtx` files have the text form as their last comment. Throws UsageError for a symmetry that the
/// matrix does not have.
template <class Matrix>
std::uintmax_t write_matrix(const Matrix& matrix, const MatrixFile& file) {
  try {
    if (is_stream(file.path)) return print_matrix(matrix, file);
    write_matrix_file(matrix, file);
    return std::filesystem::file_size(file.path);
  } catch (const MatrixMarketSymmetryError& error) {
    throw UsageError(output_name(file.path) + ": --symmetry: " + error.what());
  }
}

/// What was written, in a few words: `csr, float64, 32-bit indices`.
/// `numbers` are `float` or `complex`.
std::string describe(const MatrixFile& file, std::string_view numbers, std::size_t scalar_bytes,
                     std::size_t index_bytes);
template <class Matrix>
std::string describe(const MatrixFile& file) {
  using Scalar = typename Matrix::Scalar;
  return describe(file, std::is_arithmetic_v<Scalar> ? "float" : "complex", sizeof(Scalar),
                  sizeof(typename Matrix::StorageIndex));
}

/// What was written: one line, and one JSON object.
template <class Matrix>
std::string matrix_text(const Matrix& matrix, const MatrixFile& file, std::uintmax_t bytes) {
  const std::string layout = describe<Matrix>(file);
  return output_name(file.path) + ": " + std::to_string(matrix.rows()) + " x " +
         std::to_string(matrix.cols()) + ", " + std::to_string(matrix.nonZeros()) + " entries, " +
         layout + ", " + std::to_string(bytes) + " bytes\n";
}
template <class Matrix>
Json matrix_json(const Matrix& matrix, const MatrixFile& file, std::uintmax_t bytes) {
  return {{"file", file.path},
          {"rows", matrix.rows()},
          {"cols", matrix.cols()},
          {"nnz", matrix.nonZeros()},
          {"layout", describe<Matrix>(file)},
          {"bytes", bytes}};
}

template <class Scalar>
using FileMatrix = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, std::int64_t>;

/// A sparse matrix in the precision that its file has; integers are read as double.
using AnyMatrix = std::variant<FileMatrix<float>, FileMatrix<double>,
                               FileMatrix<std::complex<float>>, FileMatrix<std::complex<double>>>;

/// Adds `--variable` to a command that reads matrix files (and has no `add_matrix_file`, whose
/// `--variable` is the one to write).
void add_variable(CLI::App& command, std::string& variable);

/// Whether the words in the place of a SPEC are the name of a matrix file: one word without `=`
/// that has an extension; any that is the name of a file with the extension of one; or `-`.
bool names_matrix_file(const std::vector<std::string>& words);

/// Whether a command is given the name of a matrix file in the place of a SPEC. Throws UsageError
/// for `--weights` with a file, which has its values in it, and for `--variable` without one.
bool takes_matrix_file(const std::vector<std::string>& spec, const std::string& weights,
                       const std::string& variable);

/// Reads a sparse matrix from a file of any format that the program knows, told by its extension:
/// `.npz`, `.mtx` or `.mat`; or `.mtx` from standard input. `variable` is the one to read of a .mat
/// file; empty: the only sparse one. Throws UsageError for another extension, for a variable of
/// another file and for a .mat file of several sparse matrices if none is chosen (the message says
/// how to choose: `choice`); otherwise what the format's reader throws, and TooLarge beyond the
/// memory budget of `resources`.
AnyMatrix read_matrix(const std::filesystem::path& path, const std::string& variable,
                      const Resources& resources, const std::string& choice = "--variable NAME");

}  // namespace toeplix::cli
