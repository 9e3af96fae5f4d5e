#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/petsc/options.hpp>

#include <petscmat.h>

#include <functional>
#include <span>

namespace toeplix::petsc {

namespace detail {

/// What makes the pattern of a convolution: within the collective call, so that all processes learn
/// of it if it cannot be made on one.
using MakePattern = std::function<Pattern()>;

Mat matrix(MPI_Comm comm, const MakePattern& pattern, std::span<const double> weights,
           const Options& options);
void update(Mat mat, const MakePattern& pattern, std::span<const double> weights,
            const Resources& resources);
Mat normal_equations(MPI_Comm comm, const MakePattern& pattern, std::span<const double> weights,
                     const Options& options);

}  // namespace detail

/// The matrix of a convolution, assembled: MATMPIAIJ, or MATSEQAIJ on one process. Each process
/// compiles its own rows, straight into the arrays of the diagonal and the off-diagonal part that
/// PETSc works on. The caller destroys it (`MatDestroy`).
///
/// Rows and columns are shared by lines of the slowest axis (`Layout`), and numbered as
/// `BandNumbering` says. All entries of the structure are there, whatever their values.
///
/// Collective: every process passes the same convolution and weights, and its own layout. If it
/// fails on one process, it throws the same on all: Error if PETSc is not initialized or fails
/// itself, GeometryError for processes that disagree, layouts that do not add up and weights of the
/// wrong length, CapacityError for rows, columns or entries that PETSc's indices cannot number,
/// before anything is allocated, and for more memory than a process may take. Cost: writing the
/// entries once; PETSc then looks at those of the off-diagonal part.
///
///     PetscCall(PetscInitialize(&argc, &argv, nullptr, nullptr));
///     toeplix::Convolution conv({.input = {4096, 4096}, .kernel = {9, 9}, .padding = 4});
///     Mat A = toeplix::petsc::matrix(PETSC_COMM_WORLD, conv, weights);
///     Vec x, y;
///     PetscCall(MatCreateVecs(A, &x, &y));
template <PatternArgument Conv, WeightsArgument Weights>
[[nodiscard]] Mat matrix(MPI_Comm comm, const Conv& convolution, const Weights& weights,
                         const Options& options = {}) {
  return detail::matrix(
      comm, [&] { return Pattern(convolution); }, detail::weights_of(weights), options);
}

/// Writes new values into a matrix that `matrix` made of the same geometry, or into a duplicate of
/// one. Collective. Throws as `matrix`; also GeometryError for a matrix of another type, size or
/// structure, as far as it finds out: by all row pointers, the columns of the off-diagonal part,
/// and those of the diagonal part that `recompile` looks at. The matrix is then unchanged, unless
/// only the last differ. Cost: writing the values once; memory: the off-diagonal part once more.
///
///     toeplix::petsc::update(A, conv, other_weights);
template <PatternArgument Conv, WeightsArgument Weights>
void update(Mat mat, const Conv& convolution, const Weights& weights,
            const Resources& resources = {.threads = 1}) {
  detail::update(
      mat, [&] { return Pattern(convolution); }, detail::weights_of(weights), resources);
}

/// A^T A, assembled: both triangles, rows and columns shared as the columns of A are. Nothing is
/// multiplied: the entries are emitted as `toeplix::normal_equations` emits them. Of the layout the
/// input lines count. Errors and the rest as for `matrix`, and as for `toeplix::normal_equations`.
///
///     Mat N = toeplix::petsc::normal_equations(PETSC_COMM_WORLD, conv, weights);
///     PetscCall(KSPSetOperators(ksp, A, N));  // KSPLSQR: A^T A for the preconditioner
template <PatternArgument Conv, WeightsArgument Weights>
[[nodiscard]] Mat normal_equations(MPI_Comm comm, const Conv& convolution, const Weights& weights,
                                   const Options& options = {}) {
  return detail::normal_equations(
      comm, [&] { return Pattern(convolution); }, detail::weights_of(weights), options);
}

}  // namespace toeplix::petsc
