#include "petsc/entries.hpp"
#include "support/failures.hpp"

#include <toeplix/normal_equations.hpp>
#include <toeplix/petsc/matrix.hpp>

#include <boost/test/unit_test.hpp>

// Assembled matrices entry by entry against the serial one.

BOOST_AUTO_TEST_SUITE(matrix)

namespace {

using namespace toeplix::test;
namespace petsc = toeplix::petsc;
using toeplix::Index;
using Columns = Eigen::SparseMatrix<double>;

bool is_of_type(Mat mat, const char* type) {
  PetscBool same = PETSC_FALSE;
  PetscObjectTypeCompare(reinterpret_cast<PetscObject>(mat), type, &same);
  return same == PETSC_TRUE;
}

template <class Spec>
void check_matrix(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const auto weights = small_integers<double>(random, conv.weight_count());
  const auto options = draw_options(random, conv);
  Mat mat = petsc::matrix(PETSC_COMM_WORLD, conv, weights, options);
  const auto rows = petsc::row_numbering(mat, conv);
  const auto columns = petsc::column_numbering(mat, conv);
  const Rows serial = toeplix::compile(conv, weights);
  failures.expect(spec, "type", is_of_type(mat, processes() == 1 ? MATSEQAIJ : MATMPIAIJ));
  failures.expect_none(spec, "entries", wrong_rows(mat, serial, rows, columns));
  if (options.layout.output_lines != PETSC_DECIDE) {
    failures.expect(spec, "layout", rows.bands().size(rank()) == options.layout.output_lines);
  }
  MatDestroy(&mat);
}

template <class Spec>
void check_update(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const auto weights = small_integers<double>(random, conv.weight_count());
  const auto others = small_integers<double>(random, conv.weight_count());
  Mat mat = petsc::matrix(PETSC_COMM_WORLD, conv, weights, draw_options(random, conv));
  Mat copy = nullptr;
  MatDuplicate(mat, MAT_COPY_VALUES, &copy);
  const auto rows = petsc::row_numbering(mat, conv);
  const auto columns = petsc::column_numbering(mat, conv);
  petsc::update(copy, conv, others);
  failures.expect_none(spec, "others",
                       wrong_rows(copy, toeplix::compile(conv, others), rows, columns));
  failures.expect_none(spec, "its own",
                       wrong_rows(mat, toeplix::compile(conv, weights), rows, columns));
  petsc::update(mat, conv, others);
  failures.expect_none(spec, "again",
                       wrong_rows(mat, toeplix::compile(conv, others), rows, columns));
  MatDestroy(&copy);
  MatDestroy(&mat);
}

}  // namespace

BOOST_AUTO_TEST_CASE(entries_of_random_matrices) {
  Failures failures;
  for_random_specs("petsc matrices", 300,
                   [&](const auto& spec, Random& random) { check_matrix(failures, spec, random); });
}

BOOST_AUTO_TEST_CASE(normal_equations_of_random_matrices) {
  Failures failures;
  for_random_specs("petsc normal equations", 200, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    const auto weights = small_integers<double>(random, conv.weight_count());
    Mat mat = petsc::normal_equations(PETSC_COMM_WORLD, conv, weights, draw_options(random, conv));
    const Columns upper = toeplix::normal_equations(conv, weights);
    const Rows both = Columns(upper.selfadjointView<Eigen::Upper>());
    const Rows a = toeplix::compile(conv, weights);
    failures.expect(spec, "as a product", Eigen::MatrixXd(a.transpose() * a) == both.toDense());
    const auto columns = petsc::column_numbering(mat, conv);
    failures.expect_none(spec, "entries", wrong_rows(mat, both, columns, columns));
    PetscBool known = PETSC_FALSE;
    PetscBool symmetric = PETSC_FALSE;
    MatIsSymmetricKnown(mat, &known, &symmetric);
    failures.expect(spec, "symmetric", known && symmetric);
    MatDestroy(&mat);
  });
}

BOOST_AUTO_TEST_CASE(new_values_in_random_matrices) {
  Failures failures;
  for_random_specs("petsc updates", 100,
                   [&](const auto& spec, Random& random) { check_update(failures, spec, random); });
}

BOOST_AUTO_TEST_SUITE_END()
