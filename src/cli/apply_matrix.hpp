#pragma once

#include "cli/matrix_files.hpp"
#include "cli/tensor_files.hpp"
#include "cli/weights.hpp"

#include <filesystem>

namespace toeplix::cli {

enum class Direction { forward, transposed };

/// Multiplies the matrix of a file, or its transpose, by the vectors of a .npy file (or of standard
/// input), and writes the products as another (or on standard output).
///
/// An array of as many numbers as the matrix has columns is one vector, whatever its shape; one of
/// shape (N, ...) is N of them. The result has shape (rows) or (N, rows). It is complex if the
/// matrix is. Throws UsageError for pictures, whose height and width a matrix does not know, and
/// GeometryError for another number of numbers; TooLarge beyond `budget`, as `check_memory`.
Summary apply_matrix(const AnyMatrix& matrix, Direction direction, Precision precision,
                     const std::filesystem::path& input, const std::filesystem::path& output,
                     Index budget);

}  // namespace toeplix::cli
