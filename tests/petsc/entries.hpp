#pragma once

#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/bands.hpp>
#include <toeplix/compile.hpp>
#include <toeplix/petsc/options.hpp>
#include <toeplix/petsc/vectors.hpp>

#include <petscmat.h>

#include <string>
#include <vector>

namespace toeplix::test {

inline int processes() {
  int size = 1;
  MPI_Comm_size(PETSC_COMM_WORLD, &size);
  return size;
}

inline int rank() {
  int number = 0;
  MPI_Comm_rank(PETSC_COMM_WORLD, &number);
  return number;
}

/// So many lines on this process, the same draw on all: even, or anything that adds up.
inline Index draw_lines(Random& random, Index lines) {
  if (random.once_in(3)) return PETSC_DECIDE;
  Index mine = 0;
  Index left = lines;
  for (int process = 0; process < processes(); ++process) {
    const bool last = process + 1 == processes();
    const Index count = last ? left : random.once_in(4) ? 0 : random.between(0, left);
    left -= count;
    if (process == rank()) mine = count;
  }
  return mine;
}

template <class Conv>
petsc::Options draw_options(Random& random, const Conv& conv) {
  const Index output = draw_lines(random, row_lines(conv));
  return {
      .layout = {.output_lines = output, .input_lines = draw_lines(random, column_lines(conv))}};
}

using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// What is wrong with the rows of `mat` that this process has, given the serial matrix; empty if
/// nothing is. Entries that are stored, and their values, must be the same.
inline std::string wrong_rows(Mat mat, const Rows& serial, const BandNumbering& rows,
                              const BandNumbering& columns) {
  PetscInt begin = 0;
  PetscInt end = 0;
  MatGetOwnershipRange(mat, &begin, &end);
  if (begin != rows.first(rank()) || end - begin != rows.size(rank())) return "its rows";
  for (PetscInt row = begin; row < end; ++row) {
    PetscInt count = 0;
    const PetscInt* numbers = nullptr;
    const double* values = nullptr;
    MatGetRow(mat, row, &count, &numbers, &values);
    const Index natural = rows.natural(row);
    Index expected = 0;
    for (Rows::InnerIterator it(serial, natural); it; ++it, ++expected) {
      const auto* const at = std::find(numbers, numbers + count, columns.banded(it.col()));
      if (at == numbers + count || values[at - numbers] != it.value()) {
        return "entry (" + std::to_string(natural) + ", " + std::to_string(it.col()) + ")";
      }
    }
    if (!std::is_sorted(numbers, numbers + count)) return "the order of " + std::to_string(natural);
    if (count != expected) return "the length of row " + std::to_string(natural);
    MatRestoreRow(mat, row, &count, &numbers, &values);
  }
  return "";
}

}  // namespace toeplix::test
