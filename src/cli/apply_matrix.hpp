#pragma once

#include "cli/matrix_files.hpp"
#include "cli/tensor_files.hpp"
#include "cli/weights.hpp"

#include <filesystem>

namespace toeplix::cli {

enum class Direction { forward, transposed };

/// How the matrix of a file is applied.
struct MatrixProduct {
  Direction direction = Direction::forward;
  Precision precision = Precision::by_file;
  std::filesystem::path input;
  std::filesystem::path output;
  std::filesystem::path offset;  ///< what every row adds, one number each; empty: nothing
  Index budget = 0;              ///< bytes; 0: what is free
};

/// Multiplies the matrix of a file, or its transpose, by the vectors of a .npy file (or of standard
/// input), and writes the products as another (or on standard output).
///
/// An array of as many numbers as the matrix has columns is one vector, whatever its shape; one of
/// shape (N, ...) is N of them. The result has shape (rows) or (N, rows). It is complex if the
/// matrix is. Throws UsageError for pictures, whose height and width a matrix does not know, and
/// GeometryError for another number of numbers; TooLarge beyond the budget, as `check_memory`.
Summary apply_matrix(const AnyMatrix& matrix, const MatrixProduct& product);

}  // namespace toeplix::cli
