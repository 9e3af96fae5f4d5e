#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/affine_map.hpp>
#include <toeplix/error.hpp>
#include <toeplix/linear_map.hpp>
#include <toeplix/operator.hpp>

#include <Eigen/Dense>
#include <Eigen/IterativeLinearSolvers>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <complex>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

// Matrices that are known by their products, against dense ones.

BOOST_AUTO_TEST_SUITE(linear_maps)

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using toeplix::Convolution;
using toeplix::GeometryError;
using toeplix::hstack;
using toeplix::Index;
using toeplix::LinearMap;
using toeplix::Operator;
using toeplix::vstack;
using toeplix::test::check_throws;
using toeplix::test::Failures;
using toeplix::test::make;
using toeplix::test::Random;
using toeplix::test::small_integers;
using Numbers = std::vector<double>;
using Complex = std::complex<double>;
using Sparse = Eigen::SparseMatrix<double, Eigen::RowMajor>;

template <class Scalar>
using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
template <class Scalar>
using Column = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;

/// Every column of the matrix, by a batch and one by one, and its kin. Empty if it is `expected`.
template <class Scalar>
std::string difference(const LinearMap<Scalar>& map, const Dense<Scalar>& expected) {
  if (map.rows() != expected.rows() || map.cols() != expected.cols()) return "shape";
  const Dense<Scalar> right = Dense<Scalar>::Identity(map.cols(), map.cols());
  const Dense<Scalar> left = Dense<Scalar>::Identity(map.rows(), map.rows());
  if (Dense<Scalar>(map * right) != expected) return "product";
  if (Dense<Scalar>(map.transpose() * left) != expected.transpose()) return "transposed";
  if (Dense<Scalar>(map.adjoint() * left) != expected.adjoint()) return "adjoint";
  if (Dense<Scalar>(map.conjugate() * right) != expected.conjugate()) return "conjugate";
  Dense<Scalar> sum = Dense<Scalar>::Ones(map.rows(), map.cols());
  for (Index j = 0; j < map.cols(); ++j) sum.col(j) += Scalar(2) * (map * right.col(j));
  if (sum != Dense<Scalar>::Ones(map.rows(), map.cols()) + Scalar(2) * expected) return "+=";
  sum = Dense<Scalar>::Ones(map.cols(), map.rows());
  sum.noalias() -= map.adjoint() * left;
  if (sum != Dense<Scalar>::Ones(map.cols(), map.rows()) - expected.adjoint()) return "-=";
  return {};
}

template <class Scalar>
Operator<Scalar> random_operator(const auto& spec, Random& random) {
  const auto conv = make(spec);
  return {conv, small_integers<Scalar>(random, conv.weight_count())};
}

template <class Scalar>
void check_algebra(Failures& failures, const auto& spec, Random& random) {
  const auto expect = [&](const char* what, const LinearMap<Scalar>& map,
                          const Dense<Scalar>& expected) {
    failures.expect_none(spec, what, difference(map, expected));
  };
  const Operator<Scalar> op = random_operator<Scalar>(spec, random);
  const Operator<Scalar> other = random_operator<Scalar>(spec, random);
  const Dense<Scalar> a = op;
  const Dense<Scalar> b = other;
  const auto numbers = small_integers<Scalar>(random, op.rows());
  const Column<Scalar> v = Column<Scalar>::Map(numbers.data(), op.rows());
  const auto w = other.template to_sparse<int, Eigen::ColMajor>();
  const Scalar factor = small_integers<Scalar>(random, 1)[0];
  expect("operator", op, a);
  expect("adjoint", op.adjoint(), a.adjoint());
  expect("multiple", factor * op, factor * a);
  expect("negative", -op, -a);
  expect("sum", op + other, a + b);
  expect("difference", op - std::cref(w), a - b);
  expect("product", op * other.transpose(), a * b.transpose());
  expect("normal", op.adjoint() * op + factor * other.adjoint() * other,
         a.adjoint() * a + factor * b.adjoint() * b);
  expect("diagonal", v.asDiagonal() * op, v.asDiagonal() * a);
  expect("diagonal behind", op.transpose() * v.asDiagonal(), a.transpose() * v.asDiagonal());
  expect("above", vstack(op, factor * other, w),
         (Dense<Scalar>(3 * a.rows(), a.cols()) << a, factor * b, b).finished());
  expect("beside", hstack(op, std::cref(w)),
         (Dense<Scalar>(a.rows(), 2 * a.cols()) << a, b).finished());
  expect("nested", (vstack(op, other).adjoint() * vstack(other, -op)).conjugate(),
         (a.adjoint() * b - b.adjoint() * a).conjugate());
}

}  // namespace

BOOST_AUTO_TEST_CASE(algebra_is_that_of_dense_matrices) {
  Failures failures;
  Random random("linear_maps");
  for (int i = 0; i < 40; ++i) {
    const auto forward = toeplix::test::draw_sound_spec<toeplix::ConvolutionSpec>(random, 4000);
    check_algebra<double>(failures, forward, random);
    check_algebra<Complex>(failures, forward, random);
    const auto up =
        toeplix::test::draw_sound_spec<toeplix::TransposedConvolutionSpec>(random, 4000);
    check_algebra<double>(failures, up, random);
  }
}

BOOST_AUTO_TEST_CASE(sparse_matrices_of_every_kind) {
  Random random("sparse_maps");
  MatrixXd dense = MatrixXd::Zero(3, 4);
  dense << 1, 0, 2, 0, 0, 3, 0, -4, 5, 0, 0, 0;
  const Sparse by_rows = dense.sparseView();
  const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> by_columns = dense.sparseView();
  BOOST_TEST(difference<double>(LinearMap<double>(by_rows), dense) == "");
  BOOST_TEST(difference<double>(LinearMap<double>(by_columns), dense) == "");
  BOOST_TEST(difference<double>(LinearMap<double>(by_rows.transpose()), dense.transpose()) == "");
  BOOST_TEST(difference<double>(LinearMap<double>(2 * by_columns), 2 * dense) == "");
  BOOST_TEST(
      difference<double>(LinearMap<double>(std::make_shared<const Sparse>(by_rows)), dense) == "");
  Sparse loose(3, 4);
  loose.reserve(Eigen::Vector3i(2, 3, 4));
  loose.insert(2, 0) = 5;
  loose.insert(0, 2) = 2;
  loose.insert(0, 0) = 1;
  loose.insert(1, 3) = -4;
  loose.insert(1, 1) = 3;
  BOOST_TEST(!loose.isCompressed());
  BOOST_TEST(difference<double>(LinearMap<double>(std::cref(loose)), dense) == "");
  BOOST_TEST(difference<double>(LinearMap<double>(loose), dense) == "");
  BOOST_TEST(difference<double>(LinearMap<double>(std::move(loose)), dense) == "");
  BOOST_TEST(loose.rows() == 0);  // NOLINT: what it has been emptied of
  BOOST_CHECK_THROW(LinearMap<double>(std::shared_ptr<const Sparse>()), GeometryError);
}

BOOST_AUTO_TEST_CASE(copies_and_references) {
  Sparse matrix = MatrixXd(MatrixXd::Constant(1, 1, 3)).sparseView();
  VectorXd diagonal = VectorXd::Constant(1, 5);
  const LinearMap copied(matrix);
  const LinearMap referred(std::cref(matrix));
  const LinearMap<double> scaled = diagonal.asDiagonal();
  matrix.coeffRef(0, 0) = 4;
  diagonal[0] = 6;
  const VectorXd one = VectorXd::Ones(1);
  BOOST_TEST((copied * one).eval()[0] == 3);
  BOOST_TEST((referred * one).eval()[0] == 4);
  BOOST_TEST((scaled * one).eval()[0] == 5);
  BOOST_TEST((scaled * Numbers{2})[0] == 10);
}

BOOST_AUTO_TEST_CASE(maps_with_an_offset_are_their_matrices) {
  const Convolution conv("input=4 kernel=2");
  const Numbers weights = {1, 10};
  const auto layer = toeplix::affine_map(conv, weights, Numbers{7});
  const Operator<double> op(conv, weights);
  const MatrixXd dense = op;
  BOOST_TEST(difference<double>(layer.linear(), dense) == "");
  BOOST_TEST(difference<double>(op + layer, 2 * dense) == "");
  BOOST_TEST(difference<double>(layer * op.transpose(), dense * dense.transpose()) == "");
}

template <class Scalar>
void check_functions(const Dense<Scalar>& a) {
  using Values = Eigen::Map<const Column<Scalar>>;
  const auto into = [](const Column<Scalar>& result, std::span<Scalar> y) {
    std::copy(result.begin(), result.end(), y.begin());
  };
  const auto map = LinearMap<Scalar>::from_products(
      a.rows(), a.cols(),
      [=](std::span<const Scalar> x, std::span<Scalar> y) {
        into(a * Values(x.data(), a.cols()), y);
      },
      [=](std::span<const Scalar> x, std::span<Scalar> y) {
        into(a.transpose() * Values(x.data(), a.rows()), y);
      });
  BOOST_TEST(difference(map, a) == "");
  const LinearMap<Scalar> sum = map.transpose() * map + Scalar(3) * (map.transpose() * map);
  BOOST_TEST(difference(sum, Dense<Scalar>(Scalar(4) * a.transpose() * a)) == "");
}

BOOST_AUTO_TEST_CASE(matrices_that_two_functions_know) {
  MatrixXd a(2, 3);
  a << 1, 2, 3, 4, 5, 6;
  check_functions<double>(a);
  check_functions<Complex>(a.cast<Complex>() * Complex(1, 2) + Dense<Complex>::Ones(2, 3));
}

BOOST_AUTO_TEST_CASE(a_map_of_one_function_has_no_transpose) {
  const auto twice = LinearMap<double>::from_products(
      1, 1, [](std::span<const double> x, std::span<double> y) { y[0] = 2 * x[0]; });
  BOOST_TEST((twice * VectorXd::Ones(1))[0] == 2);
  const VectorXd one = VectorXd::Ones(1);
  check_throws<GeometryError>(
      [&] { VectorXd(twice.transpose() * one); },
      "a map made of the product A x alone was asked for A^T y; expected both");
  check_throws<GeometryError>([] { (void)LinearMap<double>::from_products(1, 1, {}); },
                              "the product of a map is empty; expected a function");
  check_throws<GeometryError>(
      [] { (void)LinearMap<double>::from_products(-1, 1, [](auto, auto) {}); },
      "a map of -1 rows and 1 columns does not exist; expected no negative number");
}

BOOST_AUTO_TEST_CASE(shapes_that_do_not_fit_are_refused) {
  const Operator<double> op(Convolution("input=4 kernel=2"), Numbers{1, 10});
  const Sparse square(4, 4);
  check_throws<GeometryError>([&] { op + square; },
                              "the sum of 3 x 4 and 4 x 4 does not exist; expected equal shapes");
  check_throws<GeometryError>([&] { op - op.transpose(); },
                              "the sum of 3 x 4 and 4 x 3 does not exist; expected equal shapes");
  check_throws<GeometryError>(
      [&] { square* op; },
      "the product of 4 x 4 and 3 x 4 does not exist; expected as many columns of the one as rows "
      "of the other");
  check_throws<GeometryError>([&] { op* VectorXd(3).asDiagonal(); },
                              "the product of 3 x 4 and 3 x 3 does not exist; expected as many "
                              "columns of the one as rows of the other");
  check_throws<GeometryError>([&] { vstack(op, op.transpose()); },
                              "the vertical stack of 3 x 4 and 4 x 3 does not exist; expected "
                              "equal numbers of columns");
  check_throws<GeometryError>([&] { hstack(op, square); },
                              "the horizontal stack of 3 x 4 and 4 x 4 does not exist; expected "
                              "equal numbers of rows");
  check_throws<GeometryError>([&] { vstack(std::vector<LinearMap<double>>()); },
                              "a stack of no maps has no shape; expected at least one");
  check_throws<GeometryError>([&] { hstack(std::vector<LinearMap<double>>()); },
                              "a stack of no maps has no shape; expected at least one");
  const LinearMap<double> map = op.transpose() * op;
  check_throws<GeometryError>([&] { map* VectorXd(3); }, "x has length 3; expected 4");
  check_throws<GeometryError>([&] { map* Numbers(3); }, "x has length 3; expected 4");
  Numbers memory(8);
  check_throws<GeometryError>([&] { map.apply(Numbers(8), std::span<double>(memory).first(4)); },
                              "y has length 4; expected 2 times 4");
  check_throws<GeometryError>([&] { map.apply(memory, memory); },
                              "x and y overlap in memory; expected vectors that lie apart");
  check_throws<GeometryError>([&] { map.add_product(1, memory, memory); },
                              "x and y overlap in memory; expected vectors that lie apart");
}

BOOST_AUTO_TEST_CASE(maps_without_rows_or_columns) {
  const LinearMap<double> no_rows(Sparse(0, 4));
  const LinearMap<double> no_columns = no_rows.transpose();
  const LinearMap<double> nothing = VectorXd(0).asDiagonal();
  BOOST_TEST((MatrixXd(no_rows * MatrixXd::Ones(4, 3)) == MatrixXd(0, 3)));
  BOOST_TEST((MatrixXd(no_columns * MatrixXd(0, 3)) == MatrixXd::Zero(4, 3)));
  BOOST_TEST((MatrixXd(no_columns * no_rows * MatrixXd::Ones(4, 3)) == MatrixXd::Zero(4, 3)));
  BOOST_TEST((nothing * VectorXd(0)).rows() == 0);
  const Operator<double> op(Convolution("input=4 kernel=2"), Numbers{1, 10});
  BOOST_TEST(difference<double>(vstack(no_rows, op, no_rows), MatrixXd(op)) == "");
  BOOST_TEST((op.transpose() * op * MatrixXd(4, 0)).rows() == 4);
  Numbers y(8, 7);
  no_columns.apply(Numbers(), y);
  BOOST_TEST(y == Numbers(8), boost::test_tools::per_element());
  check_throws<GeometryError>([&] { no_columns.apply(Numbers(1), y); },
                              "x has length 1; expected a multiple of 0");
  check_throws<GeometryError>([&] { no_rows.apply(Numbers(4), y); }, "y has length 8; expected 0");
}

BOOST_AUTO_TEST_CASE(batches_that_take_several_steps) {
  const Operator<double> op(Convolution("input=300,300 kernel=3,3 padding=1"),
                            Numbers{1, 0, -1, 2, 3, 0, 0, 1, 1});
  const auto matrix = op.to_sparse();
  Random random("several_steps");
  const auto numbers = small_integers<double>(random, op.cols() * 7);
  const MatrixXd x = MatrixXd::Map(numbers.data(), op.cols(), 7);
  const MatrixXd expected = matrix.transpose() * (matrix * x);
  const LinearMap<double> normal = op.transpose() * op;
  BOOST_TEST((MatrixXd(normal * x) == expected));
  MatrixXd y = x;
  y.noalias() += normal * x;
  BOOST_TEST((y == x + expected));
}

BOOST_AUTO_TEST_CASE(solvers_take_maps) {
  const Operator<double> op(Convolution("input=6,5 kernel=3,3 padding=1"),
                            Numbers{0, 1, 0, 2, 9, 1, 0, 1, 1});
  const Operator<double> slope(Convolution("input=6,5 kernel=1,2"), Numbers{-1, 1});
  const VectorXd b = VectorXd::LinSpaced(30, 1, 2);
  const MatrixXd a = op;
  const MatrixXd l = slope;
  const VectorXd expected =
      (a.transpose() * a + 0.5 * l.transpose() * l).ldlt().solve(a.transpose() * b);
  const LinearMap<double> normal = op.transpose() * op + 0.5 * slope.transpose() * slope;
  Eigen::ConjugateGradient<LinearMap<double>, Eigen::Lower | Eigen::Upper,
                           Eigen::IdentityPreconditioner>
      cg(normal);
  BOOST_TEST((cg.solve(op.transpose() * b) - expected).norm() < 1e-10);
  VectorXd stacked(30 + slope.rows());
  stacked << b, VectorXd::Zero(slope.rows());
  const LinearMap<double> tall = vstack(op, std::sqrt(0.5) * slope);
  Eigen::LeastSquaresConjugateGradient<LinearMap<double>, Eigen::IdentityPreconditioner> least(
      tall);
  BOOST_TEST((least.solve(stacked) - expected).norm() < 1e-10);
}

BOOST_AUTO_TEST_SUITE_END()
