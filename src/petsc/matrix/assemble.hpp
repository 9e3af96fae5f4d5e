#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/resources.hpp>

#include <petscmat.h>

#include <Eigen/SparseCore>
#include <memory>

namespace toeplix::petsc::detail {

/// A part of a matrix, as PETSc keeps it: row pointers, columns and values.
using Part = Eigen::SparseMatrix<double, Eigen::RowMajor, PetscInt>;

/// Throws CapacityError if PETSc cannot number the entries of this process's rows, or if these take
/// more memory than there may be.
void check_entries(const Pattern& diagonal, const Pattern& off_diagonal,
                   const Resources& resources);

/// Turns the columns of an off-diagonal part, which are those of the tensor without the lines of
/// `process`, into PETSc's numbers, and sorts every row by them. Cost: a step per entry.
void number_columns(Part& off_diagonal, const BandNumbering& columns, Index process);

/// The matrix that has these parts; PETSc works on their arrays, which live as long as it.
/// Collective.
Mat assemble(MPI_Comm comm, std::unique_ptr<Part> diagonal, std::unique_ptr<Part> off_diagonal,
             const BandNumbering& rows, const BandNumbering& columns);

}  // namespace toeplix::petsc::detail
