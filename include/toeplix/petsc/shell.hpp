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

Mat shell(MPI_Comm comm, const std::function<Pattern()>& pattern, std::span<const double> weights,
          const Options& options);

}  // namespace detail

/// The matrix of a convolution without its memory: a MATSHELL that multiplies by an `Operator` on
/// each process. Before a product a process receives the lines that its own rows read of others,
/// the halo: a band of the slowest axis as wide as the kernel reaches, wrapped or reflected as the
/// boundary asks. After a transposed product it sends its sums there, where they are added up. The
/// caller destroys it (`MatDestroy`).
///
/// It knows MatMult, MatMultAdd, MatMultTranspose, MatMultTransposeAdd, MatGetDiagonal (of a square
/// matrix), MatCreateVecs, MatDuplicate and, from PETSc, MatScale, MatShift and MatDiagonalScale.
/// Layout, numbering of rows and columns, and errors are those of `matrix`: see there. What fails
/// in a product on one process returns an error of PETSc's on all, with the same message. Sums are
/// taken part by part, so that rounding depends on the number of processes.
///
/// Memory: the halo, which the memory budget counts, and a copy of the weights for each part of a
/// process's rows: those that it multiplies in place, the halo on either side, and what lies beyond
/// the edges. Cost of a product: that of `Operator::apply`, the exchange, and one reduction of two
/// numbers, by which processes learn that all went through. Diagonal: see `Operator::diagonal`; if
/// a process has other rows than columns, `Operator::coeff` for each of its rows.
///
///     Mat A = toeplix::petsc::shell(PETSC_COMM_WORLD, conv, weights);
///     Vec x, y;
///     PetscCall(MatCreateVecs(A, &x, &y));
///     PetscCall(MatMult(A, x, y));
template <PatternArgument Conv, WeightsArgument Weights>
[[nodiscard]] Mat shell(MPI_Comm comm, const Conv& convolution, const Weights& weights,
                        const Options& options = {}) {
  return detail::shell(
      comm, [&] { return Pattern(convolution); }, detail::weights_of(weights), options);
}

}  // namespace toeplix::petsc
