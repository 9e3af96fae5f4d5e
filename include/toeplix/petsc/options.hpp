#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/index.hpp>
#include <toeplix/resources.hpp>

#include <petscsys.h>

#include <concepts>
#include <span>

namespace toeplix::petsc {

static_assert(std::same_as<PetscScalar, double>,
              "Toeplix: toeplix::petsc takes a PETSc for real numbers in double precision, such as "
              "Debian's libpetsc-real-dev; this one was built for others");

namespace detail {

/// A view of weights, which must be of type double.
template <VectorArgument Weights>
std::span<const double> weights_of(const Weights& weights) {
  static_assert(std::same_as<ScalarOf<Weights>, double>,
                "Toeplix: toeplix::petsc computes in double; convert the weights, e.g. "
                "std::vector<double>(w.begin(), w.end())");
  return as_span(weights);
}

}  // namespace detail

/// The lines of the slowest axis that this process has: rows of pixels of an image, planes of a
/// volume, with all channels. Each process gives its own numbers, perhaps 0; or all leave it to
/// PETSc, which shares lines as evenly as can be. See `Bands` and docs/distributed.md.
///
///     toeplix::petsc::Layout mine = {.output_lines = 30, .input_lines = 32};
struct Layout {
  Index output_lines = PETSC_DECIDE;  ///< of the output: rows of the matrix
  Index input_lines = PETSC_DECIDE;   ///< of the input: columns of the matrix
};

/// How a matrix is shared, and what each process may take.
///
///     Mat A = toeplix::petsc::matrix(comm, conv, weights, {.layout = mine});
struct Options {
  Layout layout = {};  ///< of this process
  /// Of this process. One thread, unless it is told otherwise: there is a process for every core.
  /// The memory budget is for each process; 0: what the machine has free, which processes on one
  /// machine share.
  Resources resources = {.threads = 1};
};

}  // namespace toeplix::petsc
