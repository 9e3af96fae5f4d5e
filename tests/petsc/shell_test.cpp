#include "petsc/products.hpp"
#include "support/failures.hpp"

#include <boost/test/unit_test.hpp>

// Products of shells against those of the serial matrix.

BOOST_AUTO_TEST_SUITE(shell)

namespace {

using namespace toeplix::test;
namespace petsc = toeplix::petsc;
using toeplix::BandNumbering;
using toeplix::Index;
template <class Spec>
void check_products(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Case c(conv, random, draw_options(random, conv));
  const auto of_y = petsc::row_numbering(c.mat, conv);
  const auto of_x = petsc::column_numbering(c.mat, conv);
  const Numbers product = c.serial * c.x;
  const Numbers transposed = c.serial.transpose() * c.y;
  const TensorVec x(of_x, c.x);
  const TensorVec y(of_y, c.y);
  const TensorVec to_y(of_y);
  const TensorVec to_x(of_x);
  // Twice, because the first leaves something in the halo.
  for (const char* const which : {"first", "second"}) {
    MatMult(c.mat, x.vec(), to_y.vec());
    failures.expect(spec, std::string(which) + " product", to_y.equals(product));
    MatMultTranspose(c.mat, y.vec(), to_x.vec());
    failures.expect(spec, std::string(which) + " transposed product", to_x.equals(transposed));
  }
  MatMultAdd(c.mat, x.vec(), y.vec(), to_y.vec());
  failures.expect(spec, "sum", to_y.equals(c.y + product));
  MatMultAdd(c.mat, x.vec(), to_y.vec(), to_y.vec());
  failures.expect(spec, "sum in place", to_y.equals(c.y + 2 * product));
  MatMultTransposeAdd(c.mat, y.vec(), x.vec(), to_x.vec());
  failures.expect(spec, "transposed sum", to_x.equals(c.x + transposed));
  MatMultTransposeAdd(c.mat, y.vec(), to_x.vec(), to_x.vec());
  failures.expect(spec, "transposed sum in place", to_x.equals(c.x + 2 * transposed));
  failures.expect(spec, "unchanged", x.equals(c.x) && y.equals(c.y));
}

bool has_size(Vec vec, const BandNumbering& numbering) {
  PetscInt local = 0;
  PetscInt all = 0;
  VecGetLocalSize(vec, &local);
  VecGetSize(vec, &all);
  return everywhere(local == numbering.size(rank()) && all == numbering.size());
}

template <class Spec>
void check_shape(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Case c(conv, random, draw_options(random, conv));
  PetscBool is_shell = PETSC_FALSE;
  PetscObjectTypeCompare(reinterpret_cast<PetscObject>(c.mat), MATSHELL, &is_shell);
  failures.expect(spec, "type", is_shell == PETSC_TRUE);
  Vec x = nullptr;
  Vec y = nullptr;
  MatCreateVecs(c.mat, &x, &y);
  failures.expect(spec, "x", has_size(x, petsc::column_numbering(c.mat, conv)));
  failures.expect(spec, "y", has_size(y, petsc::row_numbering(c.mat, conv)));
  VecDestroy(&x);
  VecDestroy(&y);
}

/// A convolution whose output is as large as its input, of channels that go two by two.
toeplix::ConvolutionSpec draw_square_spec(Random& random) {
  const auto axes = random.between(1, 3);
  toeplix::ConvolutionSpec spec;
  spec.input = toeplix::Extents(static_cast<std::size_t>(axes));
  for (Index& extent : spec.input) extent = random.between(3, 7);
  spec.kernel = toeplix::Extents(static_cast<std::size_t>(axes), 3);
  spec.padding = 1;
  spec.in_channels = spec.out_channels = random.pick({1, 2, 4});
  spec.groups = spec.in_channels > 1 ? random.pick({1, 2}) : 1;
  spec.boundary = draw_boundary(random);
  spec.order =
      random.pick({toeplix::TensorOrder::channels_first, toeplix::TensorOrder::channels_last,
                   toeplix::TensorOrder::column_major});
  return spec;
}

template <class Conv>
void check_diagonal(Failures& failures, const toeplix::ConvolutionSpec& spec, const Conv& conv,
                    Random& random) {
  const Case c(conv, random, draw_options(random, conv));
  const auto rows = petsc::row_numbering(c.mat, conv);
  const auto columns = petsc::column_numbering(c.mat, conv);
  Numbers expected(c.serial.rows());
  for (Index i = 0; i < rows.size(); ++i) {
    expected[rows.natural(i)] = c.serial.coeff(rows.natural(i), columns.natural(i));
  }
  const TensorVec diagonal(rows);
  MatGetDiagonal(c.mat, diagonal.vec());
  failures.expect(spec, "diagonal", diagonal.equals(expected));
}

}  // namespace

BOOST_AUTO_TEST_CASE(products_of_random_shells) {
  Failures failures;
  for_random_specs("petsc shells", 300, [&](const auto& spec, Random& random) {
    check_products(failures, spec, random);
  });
}

BOOST_AUTO_TEST_CASE(vectors_of_random_shells) {
  Failures failures;
  for_random_specs("petsc shapes", 50,
                   [&](const auto& spec, Random& random) { check_shape(failures, spec, random); });
}

BOOST_AUTO_TEST_CASE(kernels_wider_than_bands) {
  Failures failures;
  Random random("petsc wide kernels");
  for (int i = 0; i < 100; ++i) {
    const toeplix::ConvolutionSpec spec{.input = {random.between(1, 6), 2},
                                        .kernel = {random.between(5, 11), 1},
                                        .in_channels = 2,
                                        .out_channels = 2,
                                        .input_dilation = {random.between(1, 4), 1},
                                        .padding = {random.between(5, 13), 0},
                                        .boundary = draw_boundary(random)};
    if (is_sound(spec)) check_products(failures, spec, random);
  }
}

BOOST_AUTO_TEST_CASE(diagonals_of_square_shells) {
  Failures failures;
  Random random("petsc diagonals");
  for (int i = 0; i < 100; ++i) {
    const auto spec = draw_square_spec(random);
    check_diagonal(failures, spec, make(spec), random);
    const toeplix::TransposedConvolutionSpec transposed{.input = spec.input,
                                                        .kernel = spec.kernel,
                                                        .in_channels = spec.in_channels,
                                                        .out_channels = spec.out_channels,
                                                        .groups = spec.groups,
                                                        .padding = 1};
    check_diagonal(failures, spec, make(transposed), random);
  }
}

BOOST_AUTO_TEST_CASE(shells_that_are_scaled_and_shifted) {
  const toeplix::Convolution conv({.input = {7, 5},
                                   .kernel = {3, 3},
                                   .in_channels = 2,
                                   .out_channels = 2,
                                   .padding = 1,
                                   .boundary = toeplix::Boundary::reflect});
  Random random("petsc scaled");
  const Case c(conv, random, {});
  const auto numbers = petsc::row_numbering(c.mat, conv);
  const Numbers left = draw_numbers(random, c.serial.rows());
  const Numbers right = draw_numbers(random, c.serial.cols());
  const TensorVec l(numbers, left);
  const TensorVec r(numbers, right);
  MatScale(c.mat, 2);
  MatShift(c.mat, 3);
  MatDiagonalScale(c.mat, l.vec(), r.vec());
  const Numbers scaled_x = right.cwiseProduct(c.x);
  const Numbers expected = left.cwiseProduct(2 * (c.serial * scaled_x) + 3 * scaled_x);
  const TensorVec x(numbers, c.x);
  const TensorVec y(numbers, c.y);
  const TensorVec to(numbers);
  MatMult(c.mat, x.vec(), to.vec());
  BOOST_TEST(to.equals(expected));
  MatMultAdd(c.mat, x.vec(), y.vec(), to.vec());
  BOOST_TEST(to.equals(c.y + expected));
  const Numbers scaled_y = left.cwiseProduct(c.y);
  const Numbers transposed =
      right.cwiseProduct(2 * (c.serial.transpose() * scaled_y) + 3 * scaled_y);
  MatMultTranspose(c.mat, y.vec(), to.vec());
  BOOST_TEST(to.equals(transposed));
  MatGetDiagonal(c.mat, to.vec());
  const Numbers diagonal = (2 * Numbers(c.serial.diagonal())).array() + 3;
  BOOST_TEST(to.equals(left.cwiseProduct(right).cwiseProduct(diagonal)));
}

BOOST_AUTO_TEST_CASE(copies_outlive_the_shell) {
  const toeplix::Convolution conv({.input = {7, 5}, .kernel = {3, 3}, .padding = 1});
  Random random("petsc copies");
  Case c(conv, random, {});
  const auto numbers = petsc::row_numbering(c.mat, conv);
  Mat copy = nullptr;
  MatDuplicate(c.mat, MAT_COPY_VALUES, &copy);
  MatDestroy(&c.mat);
  const TensorVec x(numbers, c.x);
  const TensorVec y(numbers);
  MatMult(copy, x.vec(), y.vec());
  BOOST_TEST(y.equals(c.serial * c.x));
  MatDestroy(&copy);
}

BOOST_AUTO_TEST_SUITE_END()
