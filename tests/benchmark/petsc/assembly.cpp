#include "timed.hpp"

#include <toeplix/bands.hpp>
#include <toeplix/compile.hpp>
#include <toeplix/petsc/matrix.hpp>

#include <memory>
#include <random>
#include <string_view>
#include <vector>

// Assembling a matrix: by toeplix::petsc, by compiling alone, by PETSc alone that is given the
// arrays, and by MatSetValues, row by row, from rows that are there already.

namespace bench {

namespace {

using toeplix::Bands;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::Pattern;
using Part = Eigen::SparseMatrix<double, Eigen::RowMajor, PetscInt>;

constexpr Problem to_assemble[] = {
    {"blur_9x9_1024", "input=1024,1024 kernel=9,9 padding=4"},
    {"resnet_3x3_64_56", "input=56,56 kernel=3,3 in=64 out=64 padding=1"},
    {"volume_3_128", "input=128,128,128 kernel=3,3,3 padding=1"},
};

std::vector<double> weights_of(const Convolution& conv) {
  std::vector<double> weights(static_cast<std::size_t>(conv.weight_count()));
  std::mt19937 random(1);
  for (double& weight : weights) weight = static_cast<double>(random() % 1000);
  return weights;
}

/// What this process has of a matrix.
struct Parts {
  Part diagonal;
  Part off_diagonal;  ///< columns in natural order, those of this process left out
};

void compile_parts(const Convolution& conv, const std::vector<double>& weights, Parts& parts) {
  int rank = 0;
  MPI_Comm_rank(PETSC_COMM_WORLD, &rank);
  const Pattern pattern(conv);
  const Bands rows = Bands::even(row_lines(conv), processes());
  const Bands columns = Bands::even(column_lines(conv), processes());
  const toeplix::CompileOptions one_thread = {.resources = {.threads = 1}};
  compile_into(parts.diagonal, diagonal_part(pattern, rows, columns, rank), weights, one_thread);
  if (processes() == 1) return;
  compile_into(parts.off_diagonal, off_diagonal_part(pattern, rows, columns, rank), weights,
               one_thread);
}

/// The rows of this process, with PETSc's numbers of columns.
struct Rows {
  PetscInt first = 0;
  std::vector<PetscInt> own;   ///< entries of each row in the diagonal part
  std::vector<PetscInt> rest;  ///< in the other
  std::vector<std::vector<PetscInt>> columns;
  std::vector<std::vector<double>> values;
  PetscInt local_columns = 0;
};

Rows rows_of(const Convolution& conv, const std::vector<double>& weights) {
  Mat mat = toeplix::petsc::matrix(PETSC_COMM_WORLD, conv, weights);
  Rows rows;
  PetscInt last = 0;
  PetscInt column_begin = 0;
  PetscInt column_end = 0;
  MatGetOwnershipRange(mat, &rows.first, &last);
  MatGetOwnershipRangeColumn(mat, &column_begin, &column_end);
  rows.local_columns = column_end - column_begin;
  for (PetscInt row = rows.first; row < last; ++row) {
    PetscInt count = 0;
    const PetscInt* columns = nullptr;
    const double* values = nullptr;
    MatGetRow(mat, row, &count, &columns, &values);
    rows.columns.emplace_back(columns, columns + count);
    rows.values.emplace_back(values, values + count);
    PetscInt own = 0;
    for (PetscInt i = 0; i < count; ++i) {
      own += columns[i] >= column_begin && columns[i] < column_end ? 1 : 0;
    }
    rows.own.push_back(own);
    rows.rest.push_back(count - own);
    MatRestoreRow(mat, row, &count, &columns, &values);
  }
  MatDestroy(&mat);
  return rows;
}

void set_values(const Rows& rows) {
  Mat mat = nullptr;
  MatCreateAIJ(PETSC_COMM_WORLD, static_cast<PetscInt>(rows.own.size()), rows.local_columns,
               PETSC_DETERMINE, PETSC_DETERMINE, 0, rows.own.data(), 0, rows.rest.data(), &mat);
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    const PetscInt row = rows.first + static_cast<PetscInt>(i);
    MatSetValues(mat, 1, &row, static_cast<PetscInt>(rows.columns[i].size()),
                 rows.columns[i].data(), rows.values[i].data(), INSERT_VALUES);
  }
  MatAssemblyBegin(mat, MAT_FINAL_ASSEMBLY);
  MatAssemblyEnd(mat, MAT_FINAL_ASSEMBLY);
  MatDestroy(&mat);
}

/// PETSc takes arrays of one process that are there.
void take_arrays(Part& part) {
  Mat mat = nullptr;
  MatCreateSeqAIJWithArrays(PETSC_COMM_SELF, static_cast<PetscInt>(part.rows()),
                            static_cast<PetscInt>(part.cols()), part.outerIndexPtr(),
                            part.innerIndexPtr(), part.valuePtr(), &mat);
  MatDestroy(&mat);
}

}  // namespace

void register_assembly() {
  for (const Problem& problem : to_assemble) {
    const Convolution conv(problem.spec);
    const std::string layer = "/" + std::string(problem.name);
    const std::vector<double> weights = weights_of(conv);
    time_together("assemble" + layer + "/toeplix", 15, [=] {
      return [=](benchmark::State&) {
        Mat mat = toeplix::petsc::matrix(PETSC_COMM_WORLD, conv, weights);
        MatDestroy(&mat);
      };
    });
    time_together("assemble" + layer + "/compile", 15, [=] {
      return [=](benchmark::State&) {
        Parts parts;
        compile_parts(conv, weights, parts);
      };
    });
    if (processes() == 1) {
      time_together("assemble" + layer + "/arrays", 15, [=] {
        const auto parts = std::make_shared<Parts>();
        compile_parts(conv, weights, *parts);
        return [parts](benchmark::State&) { take_arrays(parts->diagonal); };
      });
    }
    time_together("assemble" + layer + "/MatSetValues", 5, [=] {
      const auto rows = std::make_shared<const Rows>(rows_of(conv, weights));
      return [rows](benchmark::State&) { set_values(*rows); };
    });
  }
}

}  // namespace bench
