#include <toeplix/petsc/matrix.hpp>

#include <toeplix/bands.hpp>
#include <toeplix/compile.hpp>

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
  Part diagonal;
  Part off_diagonal;
  together(comm, [&] {
    const Pattern own = diagonal_part(share.pattern, share.rows, share.columns, share.process);
    const Pattern rest = off_diagonal_part(share.pattern, share.rows, share.columns, share.process);
    check_entries("diagonal", own.nnz());
    check_entries("off-diagonal", rest.nnz());
    compile_into(diagonal, own, weights, {.resources = options.resources});
    compile_into(off_diagonal, rest, weights, {.resources = options.resources});
    number_columns(off_diagonal, columns, share.process);
  });
  const QuietErrors quiet;
  return assemble(comm, std::move(diagonal), std::move(off_diagonal), rows, columns);
}

}  // namespace toeplix::petsc
