#pragma once

#include <toeplix/bands.hpp>

#include <petscmat.h>
#include <Eigen/SparseCore>

namespace toeplix::petsc::detail {

/// A part of a matrix, as PETSc keeps it: row pointers, columns and values.
using Part = Eigen::SparseMatrix<double, Eigen::RowMajor, PetscInt>;

/// Throws CapacityError if PETSc cannot number so many entries of one process's part.
void check_entries(const char* part, Index entries);

/// Turns the columns of an off-diagonal part, which are those of the tensor without the lines of
/// `process`, into PETSc's numbers, and sorts every row by them. Cost: a step per entry.
void number_columns(Part& off_diagonal, const BandNumbering& columns, Index process);

/// The matrix that has these parts; PETSc works on their arrays, which live as long as it.
/// Collective.
Mat assemble(MPI_Comm comm, Part diagonal, Part off_diagonal, const BandNumbering& rows,
             const BandNumbering& columns);

}  // namespace toeplix::petsc::detail
