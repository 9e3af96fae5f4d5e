#pragma once

#include "cli/matrix_files.hpp"

#include <complex>
#include <string>
#include <vector>

/// A small matrix, drawn in columns.
namespace toeplix::cli {

using Cells = std::vector<std::vector<std::string>>;

std::string format_value(float value);
std::string format_value(double value);
std::string format_value(std::complex<float> value);
std::string format_value(std::complex<double> value);

/// Whether a picture of the matrix fits a screen.
bool is_small(Index rows, Index cols);

/// The values, and a dot for what is not stored.
template <class Scalar>
Cells cells_of(const FileMatrix<Scalar>& matrix) {
  Cells cells(static_cast<std::size_t>(matrix.rows()),
              std::vector<std::string>(static_cast<std::size_t>(matrix.cols()), "."));
  for (Index row = 0; row < matrix.rows(); ++row) {
    for (typename FileMatrix<Scalar>::InnerIterator entry(matrix, row); entry; ++entry) {
      cells[static_cast<std::size_t>(row)][static_cast<std::size_t>(entry.col())] =
          format_value(entry.value());
    }
  }
  return cells;
}

/// Prints the cells in columns, unless the lines would be too long for a screen.
void print_cells(const Cells& cells);

}  // namespace toeplix::cli
