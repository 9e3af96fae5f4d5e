#pragma once

#include <toeplix/bands.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/petsc/options.hpp>

#include <functional>
#include <span>

namespace toeplix::petsc::detail {

/// What a process knows of a matrix that is shared.
struct Share {
  Pattern pattern;  ///< of the whole
  Bands rows;       ///< who has which lines of the output
  Bands columns;    ///< likewise of the input
  Index process;    ///< this one
};

/// Checks all that processes must agree on before they make a matrix, and resolves the layout.
/// Collective; every process throws the same. Cost: one gathering of a few numbers, and one more if
/// something is wrong on one process.
Share share(MPI_Comm comm, const std::function<Pattern()>& make_pattern,
            std::span<const double> weights, const Options& options);

/// Throws CapacityError if PETSc's indices cannot number the rows or columns of a matrix.
void check_numbering(const BandNumbering& rows, const BandNumbering& columns);

}  // namespace toeplix::petsc::detail
