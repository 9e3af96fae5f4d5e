#pragma once

#include <Eigen/SparseCore>

#include <complex>
#include <cstdint>
#include <filesystem>
#include <variant>

namespace toeplix::cli {

template <class Scalar>
using FileMatrix = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, std::int64_t>;

/// A sparse matrix in the precision that its file has; integers are read as double.
using AnyMatrix = std::variant<FileMatrix<float>, FileMatrix<double>,
                               FileMatrix<std::complex<float>>, FileMatrix<std::complex<double>>>;

/// Reads a sparse matrix from a file of any format that the program knows, told by its extension:
/// `.npz`, `.mtx` or `.mat`. Throws UsageError for another extension, otherwise what the format's
/// reader throws.
AnyMatrix read_matrix(const std::filesystem::path& path);

}  // namespace toeplix::cli
