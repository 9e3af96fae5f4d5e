#include <toeplix/petsc/matrix.hpp>

#include <toeplix/bands.hpp>
#include <toeplix/compile.hpp>
#include <toeplix/normal_equations.hpp>

#include "petsc/base/check.hpp"
#include "petsc/base/share.hpp"
#include "petsc/base/together.hpp"
#include "petsc/matrix/assemble.hpp"

namespace toeplix::petsc {

using detail::Part;

Mat detail::matrix(MPI_Comm comm, const MakePattern& pattern, std::span<const double> weights,
                   const Options& options) {
  const Share share = detail::share(comm, pattern, weights, options);
  const BandNumbering rows = row_numbering(share.pattern, share.rows);
  const BandNumbering columns = column_numbering(share.pattern, share.columns);
  check_numbering(rows, columns);
  // Of their own from the beginning, because Eigen's matrices cannot be moved without a copy.
  auto diagonal = std::make_unique<Part>();
  auto off_diagonal = std::make_unique<Part>();
  together(comm, [&] {
    const Pattern own = diagonal_part(share.pattern, share.rows, share.columns, share.process);
    const Pattern rest = off_diagonal_part(share.pattern, share.rows, share.columns, share.process);
    check_entries(own, rest, options.resources);
    compile_into(*diagonal, own, weights, {.resources = options.resources});
    compile_into(*off_diagonal, rest, weights, {.resources = options.resources});
    number_columns(*off_diagonal, columns, share.process);
  });
  const QuietErrors quiet;
  return assemble(comm, std::move(diagonal), std::move(off_diagonal), rows, columns);
}

Mat detail::normal_equations(MPI_Comm comm, const MakePattern& pattern,
                             std::span<const double> weights, const Options& options) {
  const Share share = detail::share(comm, pattern, weights, options);
  const BandNumbering columns = column_numbering(share.pattern, share.columns);
  check_numbering(columns, columns);
  auto diagonal = std::make_unique<Part>();
  auto off_diagonal = std::make_unique<Part>();
  together(comm, [&] {
    NormalParts<PetscInt> parts;
    normal_equations_parts(parts, share.pattern, weights, share.columns, share.process,
                           options.resources);
    diagonal->swap(parts.diagonal);
    off_diagonal->swap(parts.off_diagonal);
    number_columns(*off_diagonal, columns, share.process);
  });
  const QuietErrors quiet;
  Mat mat = assemble(comm, std::move(diagonal), std::move(off_diagonal), columns, columns);
  check(MatSetOption(mat, MAT_SYMMETRIC, PETSC_TRUE));
  return mat;
}

}  // namespace toeplix::petsc
