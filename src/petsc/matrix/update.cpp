#include <toeplix/petsc/matrix.hpp>
#include <toeplix/petsc/vectors.hpp>

#include <toeplix/bands.hpp>
#include <toeplix/compile.hpp>

#include "petsc/base/check.hpp"
#include "petsc/base/share.hpp"
#include "petsc/base/together.hpp"
#include "petsc/matrix/assemble.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace toeplix::petsc {

using detail::check;
using detail::Part;

namespace {

[[noreturn]] void refuse_structure() {
  throw GeometryError(
      "petsc::update: the matrix was not made of this geometry (its entries lie elsewhere); use "
      "petsc::matrix");
}

/// The arrays of a sequential matrix of PETSc's, while this exists.
class Arrays {
 public:
  explicit Arrays(Mat mat) : mat_(mat) {
    PetscBool done = PETSC_FALSE;
    check(MatGetRowIJ(mat_, 0, PETSC_FALSE, PETSC_FALSE, &rows_, &pointers_, &columns_, &done));
    check(MatSeqAIJGetArray(mat_, &values_));
  }
  Arrays(const Arrays&) = delete;
  Arrays& operator=(const Arrays&) = delete;
  ~Arrays() {
    PetscBool done = PETSC_FALSE;
    MatSeqAIJRestoreArray(mat_, &values_);
    MatRestoreRowIJ(mat_, 0, PETSC_FALSE, PETSC_FALSE, &rows_, &pointers_, &columns_, &done);
  }

  PetscInt rows() const { return rows_; }
  PetscInt entries() const { return pointers_[rows_]; }
  const PetscInt* pointers() const { return pointers_; }
  const PetscInt* columns() const { return columns_; }
  double* values() const { return values_; }

 private:
  Mat mat_;
  PetscInt rows_ = 0;
  const PetscInt* pointers_ = nullptr;
  const PetscInt* columns_ = nullptr;
  double* values_ = nullptr;
};

/// The parts of a matrix on this process.
struct Parts {
  Mat diagonal = nullptr;
  Mat off_diagonal = nullptr;                ///< nothing on one process
  const PetscInt* column_numbers = nullptr;  ///< those of the off-diagonal part's columns
};

Parts parts_of(Mat mat) {
  const auto object = reinterpret_cast<PetscObject>(mat);
  PetscBool sequential = PETSC_FALSE;
  PetscBool distributed = PETSC_FALSE;
  check(PetscObjectBaseTypeCompare(object, MATSEQAIJ, &sequential));
  check(PetscObjectBaseTypeCompare(object, MATMPIAIJ, &distributed));
  Parts parts;
  if (distributed) {
    check(MatMPIAIJGetSeqAIJ(mat, &parts.diagonal, &parts.off_diagonal, &parts.column_numbers));
  } else if (sequential) {
    parts.diagonal = mat;
  } else {
    MatType type = nullptr;
    check(MatGetType(mat, &type));
    throw GeometryError("petsc::update takes a matrix of the type " MATSEQAIJ " or " MATMPIAIJ
                        "; this one is " +
                        std::string(type == nullptr ? "of none" : type));
  }
  return parts;
}

/// Whether the arrays have the row pointers of a pattern. Cost: a step per row and axis.
bool has_pointers(const Arrays& arrays, const Pattern& pattern) {
  if (arrays.rows() != pattern.rows() || arrays.entries() != pattern.nnz()) return false;
  for (PetscInt row = 0; row < arrays.rows(); ++row) {
    if (arrays.pointers()[row] != pattern.entries_before(row)) return false;
  }
  return true;
}

bool has_entries(const Arrays& arrays, const Part& part, const PetscInt* column_numbers) {
  if (arrays.rows() != part.rows() || arrays.entries() != part.nonZeros()) return false;
  return std::equal(arrays.pointers(), arrays.pointers() + arrays.rows() + 1,
                    part.outerIndexPtr()) &&
         std::equal(
             arrays.columns(), arrays.columns() + arrays.entries(), part.innerIndexPtr(),
             [&](PetscInt column, PetscInt number) { return column_numbers[column] == number; });
}

/// How a matrix is shared, if it can be that of a pattern.
Options options_of(Mat mat, const Pattern& pattern, const Resources& resources) try {
  const int process = detail::rank_in(PetscObjectComm(reinterpret_cast<PetscObject>(mat)));
  return {.layout = {.output_lines = row_numbering(mat, pattern).bands().size(process),
                     .input_lines = column_numbering(mat, pattern).bands().size(process)},
          .resources = resources};
} catch (const GeometryError&) {
  refuse_structure();
}

}  // namespace

void detail::update(Mat mat, const MakePattern& make_pattern, std::span<const double> weights,
                    const Resources& resources) {
  if (mat == nullptr) throw GeometryError("petsc::update: there is no matrix");
  PetscBool assembled = PETSC_FALSE;
  check(MatAssembled(mat, &assembled));
  if (!assembled) throw GeometryError("petsc::update: the matrix is not assembled");
  const MPI_Comm comm = PetscObjectComm(reinterpret_cast<PetscObject>(mat));
  const QuietErrors quiet;
  std::optional<Pattern> pattern;
  Options options;
  together(comm, [&] {
    pattern = make_pattern();
    options = options_of(mat, *pattern, resources);
  });
  const Share share = detail::share(
      comm, [&] { return *pattern; }, weights, options);
  const Pattern own = diagonal_part(share.pattern, share.rows, share.columns, share.process);
  Parts parts;
  Part off_diagonal;
  // Nothing is written before all have found their part as it should be.
  together(comm, [&] {
    parts = parts_of(mat);
    if (!has_pointers(Arrays(parts.diagonal), own)) refuse_structure();
    if (parts.off_diagonal == nullptr) return;
    compile_into(off_diagonal,
                 off_diagonal_part(share.pattern, share.rows, share.columns, share.process),
                 weights, {.resources = resources});
    number_columns(off_diagonal, column_numbering(share.pattern, share.columns), share.process);
    if (!has_entries(Arrays(parts.off_diagonal), off_diagonal, parts.column_numbers)) {
      refuse_structure();
    }
  });
  together(comm, [&] {
    const Arrays arrays(parts.diagonal);
    Eigen::Map<Part> view(own.rows(), own.cols(), arrays.entries(),
                          const_cast<PetscInt*>(arrays.pointers()),
                          const_cast<PetscInt*>(arrays.columns()), arrays.values());
    recompile(view, own, weights, resources);
    if (parts.off_diagonal == nullptr) return;
    std::copy_n(off_diagonal.valuePtr(), off_diagonal.nonZeros(),
                Arrays(parts.off_diagonal).values());
  });
  // So that solvers see that it has changed.
  check(MatAssemblyBegin(mat, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(mat, MAT_FINAL_ASSEMBLY));
}

}  // namespace toeplix::petsc
