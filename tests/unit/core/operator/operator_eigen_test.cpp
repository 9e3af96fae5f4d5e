#include "support/compare.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>
#include <toeplix/operator.hpp>

#include <Eigen/Dense>
#include <Eigen/IterativeLinearSolvers>
#include <unsupported/Eigen/IterativeSolvers>

#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdlib>
#include <new>
#include <span>
#include <vector>

// An operator is a matrix to Eigen: in expressions, and in its iterative solvers.

BOOST_AUTO_TEST_SUITE(operator_eigen)

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using toeplix::Convolution;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Operator;
using toeplix::test::check_throws;
using toeplix::test::Failures;
using toeplix::test::make;
using toeplix::test::Random;
using toeplix::test::small_integers;
using Numbers = std::vector<double>;
using Complex = std::complex<double>;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> small_matrix(Random& random, Index rows,
                                                                   Index cols) {
  const auto numbers = small_integers<Scalar>(random, rows * cols);
  return Eigen::Map<const Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>>(numbers.data(),
                                                                                 rows, cols);
}

/// Every way to multiply by a batch, against the compiled matrix.
template <class Scalar>
void check_batches(Failures& failures, const auto& spec, Random& random) {
  using Matrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  using ByRows = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto conv = make(spec);
  const auto weights = small_integers<Scalar>(random, conv.weight_count());
  const Operator<Scalar> op(conv, weights);
  const Matrix dense = op.to_sparse();
  const Index images = random.between(0, 5);
  const Matrix x = small_matrix<Scalar>(random, op.cols(), images);
  const Matrix before = small_matrix<Scalar>(random, op.rows(), images);
  const Matrix expected = dense * x;
  const Scalar factor(3);
  failures.expect(spec, "batch", (op * x).eval() == expected);
  failures.expect(spec, "row-major batch", ByRows(op * ByRows(x)) == expected);
  failures.expect(spec, "adjoint", (op.adjoint() * before).eval() == dense.adjoint() * before);
  failures.expect(spec, "block",
                  (op * x.leftCols(images / 2)).eval() == expected.leftCols(images / 2));
  Matrix y = before;
  y.noalias() += factor * (op * x);
  failures.expect(spec, "+= factor", y == before + factor * expected);
  y = before;
  y -= op * x;
  failures.expect(spec, "-=", y == before - expected);
  y = before + factor * (op * x);
  failures.expect(spec, "sum", y == before + factor * expected);
  y = factor * (op * (x + x)) - before;
  failures.expect(spec, "difference", y == factor * (expected + expected) - before);
  ByRows by_rows = before;
  by_rows.noalias() += op * x;
  failures.expect(spec, "+= by rows", by_rows == before + expected);
  // Columns of a larger matrix, which do not follow one another.
  Matrix large = Matrix::Constant(op.rows() + 2, images, Scalar(7));
  large.middleRows(1, op.rows()).noalias() = op * x;
  failures.expect(spec, "into a block", large.middleRows(1, op.rows()) == expected);
  failures.expect(spec, "around a block",
                  large.row(0) == Matrix::Constant(1, images, Scalar(7)) &&
                      large.row(op.rows() + 1) == Matrix::Constant(1, images, Scalar(7)));
  std::vector<Scalar> memory(static_cast<std::size_t>(op.rows() * images));
  op.apply(std::span<const Scalar>(x.data(), static_cast<std::size_t>(x.size())),
           std::span<Scalar>(memory));
  failures.expect(spec, "from the left",
                  Matrix(before.transpose() * op) == before.transpose() * dense);
  failures.expect(spec, "spans", std::equal(memory.begin(), memory.end(), expected.data()));
}

}  // namespace

BOOST_AUTO_TEST_CASE(batches_are_products_of_the_matrix) {
  Failures failures;
  toeplix::test::for_random_specs("batches", 60, [&](const auto& spec, Random& random) {
    check_batches<double>(failures, spec, random);
    if (random.once_in(4)) check_batches<Complex>(failures, spec, random);
  });
}

BOOST_AUTO_TEST_CASE(many_images_of_a_large_operator) {
  // Several steps of what lies between, and panels.
  const Convolution conv("input=40,41 kernel=3,3 in=4 out=8 padding=1");
  Random random("many_images");
  const Operator<float> op(conv, small_integers<float>(random, conv.weight_count()));
  const auto matrix = op.to_sparse();
  const Eigen::MatrixXf x = small_matrix<float>(random, op.cols(), 45);
  const Eigen::MatrixXf expected = matrix * x;
  BOOST_TEST((Eigen::MatrixXf(op * x) == expected));
  Eigen::MatrixXf y = expected;
  y.noalias() -= 2 * (op * x);
  BOOST_TEST((y == -expected));
}

BOOST_AUTO_TEST_CASE(aliases_are_as_eigen_defines_them) {
  const Operator<double> op(Convolution("input=3 kernel=3 padding=1"), Numbers{1, 2, 3});
  const MatrixXd dense = op.to_sparse();
  MatrixXd x = MatrixXd::Identity(3, 3);
  x = op * x;
  BOOST_TEST((x == dense));
  x += op * x;
  BOOST_TEST((x == dense + dense * dense));
  x = dense;
  x.col(0) = op * x.col(1);
  BOOST_TEST((x.col(0) == dense * dense.col(1)));
  x = dense;
  x = 2 * (op * x) - x;
  BOOST_TEST((x == 2 * dense * dense - dense));
  // Who says that there is no alias, and is wrong, is told so.
  check_throws<GeometryError>([&] { x.noalias() = op * x; },
                              "x and y overlap in memory; expected vectors that lie apart");
}

BOOST_AUTO_TEST_CASE(vectors_of_any_kind) {
  const Operator<double> op(Convolution("input=3 kernel=2"), Numbers{1, 10});
  MatrixXd m(3, 4);
  m << 1, 0, 0, 2, 2, 0, 0, 4, 3, 0, 0, 6;
  BOOST_TEST((VectorXd(op * m.col(0)) == Eigen::Vector2d(21, 32)));
  BOOST_TEST((VectorXd(op * m.transpose().row(0).transpose()) == Eigen::Vector2d(21, 32)));
  BOOST_TEST((VectorXd(op * RowMajor(m).col(3)) == Eigen::Vector2d(42, 64)));
  BOOST_TEST((VectorXd(op * Eigen::Vector3d(1, 2, 3)) == Eigen::Vector2d(21, 32)));
  BOOST_TEST((VectorXd(op * Eigen::Array3d(1, 2, 3)) == Eigen::Vector2d(21, 32)));
  MatrixXd left = MatrixXd::Ones(2, 2);
  const Operator<double> square(Convolution("input=2 kernel=3 padding=1"), Numbers{1, 2, 3});
  left = left * square;
  BOOST_TEST((left == MatrixXd::Ones(2, 2) * MatrixXd(square)));
  left.row(0) *= square;
  BOOST_TEST((Eigen::RowVectorXd(left.row(1) * square) == left.row(0)));
  check_throws<GeometryError>([&] { Eigen::RowVectorXd::Ones(3) * square; },
                              "x has length 3; expected 2");
  const Operator<double> pixel(Convolution("input=1 kernel=1"), Numbers{5});
  BOOST_TEST((MatrixXd(pixel * Eigen::RowVector3d(1, 2, 3)) == Eigen::RowVector3d(5, 10, 15)));
  const Numbers wide = {1, 2, 3, 10, 20, 30};
  Numbers y(4);
  op.apply(wide, y);
  BOOST_TEST(y == (Numbers{21, 32, 210, 320}), boost::test_tools::per_element());
  op.add_product(-1, wide, y);
  BOOST_TEST(y == Numbers(4), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(lengths_that_are_no_batch_are_refused) {
  const Operator<double> op(Convolution("input=3 kernel=2"), Numbers{1, 10});
  Numbers y(4);
  check_throws<GeometryError>([&] { op.apply(Numbers(5), y); },
                              "x has length 5; expected a multiple of 3");
  check_throws<GeometryError>([&] { op.apply(Numbers(3), y); }, "y has length 4; expected 2");
  check_throws<GeometryError>([&] { op.apply(Numbers(9), y); },
                              "y has length 4; expected 3 times 2");
  check_throws<GeometryError>([&] { op.apply(Numbers(), y); },
                              "y has length 4; expected 0 times 2");
  check_throws<GeometryError>([&] { op.add_product(1, Numbers(4), y); },
                              "x has length 4; expected a multiple of 3");
  check_throws<GeometryError>([&] { op* VectorXd(4); }, "x has length 4; expected 3");
  check_throws<GeometryError>([&] { op* Numbers(6); }, "x has length 6; expected 3");
  Numbers none;
  op.apply(Numbers(), none);
  BOOST_TEST(MatrixXd(op * MatrixXd(3, 0)).rows() == 2);
}

namespace {

/// Whole numbers, strictly dominated by the diagonal, so that every solver converges.
Operator<double> symmetric_operator() {
  return {Convolution("input=6,5 kernel=3,3 padding=1"), Numbers{0, -1, 0, -1, 6, -1, 0, -1, 0}};
}

Operator<double> other_operator() {
  return {Convolution("input=6,5 kernel=3,3 padding=1 boundary=symmetric"),
          Numbers{0, -2, 0, -1, 9, -1, 1, -1, 0}};
}

double distance(const VectorXd& a, const VectorXd& b) {
  return (a - b).norm() / b.norm();
}

}  // namespace

BOOST_AUTO_TEST_CASE(conjugate_gradient) {
  const Operator<double> op = symmetric_operator();
  const VectorXd b = VectorXd::LinSpaced(op.rows(), 1, 2);
  const VectorXd expected = MatrixXd(op).ldlt().solve(b);
  using Eigen::Lower;
  using Eigen::Upper;
  Eigen::ConjugateGradient<Operator<double>, Lower | Upper, Eigen::IdentityPreconditioner> plain(
      op);
  BOOST_TEST(distance(plain.solve(b), expected) < 1e-10);
  Eigen::ConjugateGradient<Operator<double>, Lower | Upper> scaled(op);
  BOOST_TEST(distance(scaled.solve(b), expected) < 1e-10);
  BOOST_TEST(distance(scaled.solveWithGuess(b, expected), expected) < 1e-10);
  BOOST_TEST((scaled.info() == Eigen::Success));
}

BOOST_AUTO_TEST_CASE(bicgstab) {
  const Operator<double> op = other_operator();
  const VectorXd b = VectorXd::LinSpaced(op.rows(), 1, 2);
  const VectorXd expected = MatrixXd(op).fullPivLu().solve(b);
  Eigen::BiCGSTAB<Operator<double>, Eigen::IdentityPreconditioner> plain(op);
  BOOST_TEST(distance(plain.solve(b), expected) < 1e-10);
  Eigen::BiCGSTAB<Operator<double>> scaled;
  scaled.compute(op);
  BOOST_TEST(distance(scaled.solve(b), expected) < 1e-10);
}

BOOST_AUTO_TEST_CASE(minres) {
  const Operator<double> op = symmetric_operator();
  const VectorXd b = VectorXd::LinSpaced(op.rows(), 1, 2);
  const VectorXd expected = MatrixXd(op).ldlt().solve(b);
  Eigen::MINRES<Operator<double>, Eigen::Lower | Eigen::Upper, Eigen::IdentityPreconditioner>
      solver(op);
  BOOST_TEST(distance(solver.solve(b), expected) < 1e-8);
}

BOOST_AUTO_TEST_CASE(least_squares_conjugate_gradient) {
  const Operator<double> op(Convolution("input=5,4 kernel=3,3 padding=2"),
                            Numbers{1, 0, 0, 2, 8, 1, 0, 1, 1});
  BOOST_TEST(op.rows() > op.cols());
  const VectorXd b = VectorXd::LinSpaced(op.rows(), 1, 2);
  const VectorXd expected = MatrixXd(op).colPivHouseholderQr().solve(b);
  Eigen::LeastSquaresConjugateGradient<Operator<double>, Eigen::IdentityPreconditioner> plain(op);
  BOOST_TEST(distance(plain.solve(b), expected) < 1e-8);
  Eigen::LeastSquaresConjugateGradient<Operator<double>> scaled(op);
  BOOST_TEST(distance(scaled.solve(b), expected) < 1e-8);
}

BOOST_AUTO_TEST_CASE(solvers_of_complex_systems) {
  const Operator<Complex> op(Convolution("input=9 kernel=3 padding=1"),
                             std::vector<Complex>{{1, 1}, {6, 2}, {0, -1}});
  const Eigen::VectorXcd b = Eigen::VectorXcd::LinSpaced(9, Complex(1, 1), Complex(2, -1));
  const Eigen::VectorXcd expected = Eigen::MatrixXcd(op).fullPivLu().solve(b);
  Eigen::BiCGSTAB<Operator<Complex>> solver(op);
  BOOST_TEST((solver.solve(b) - expected).norm() < 1e-10);
  Eigen::LeastSquaresConjugateGradient<Operator<Complex>, Eigen::IdentityPreconditioner> least(op);
  BOOST_TEST((least.solve(b) - expected).norm() < 1e-10);
}

// Columns of one matrix, written while later ones are still to be read.
BOOST_AUTO_TEST_CASE(blocks_of_one_matrix) {
  Random random("blocks");
  const Operator<double> op(Convolution("input=7 kernel=3 padding=1"), Numbers{1, 2, 3});
  const MatrixXd whole = small_matrix<double>(random, 9, 5);
  for (const Index to : {0, 1, 2}) {
    for (const Index from : {0, 1, 2}) {
      const MatrixXd product = op * whole.topRows(7).middleCols(from, 3);
      MatrixXd expected = whole;
      expected.topRows(7).middleCols(to, 3) = product;
      MatrixXd made = whole;
      made.topRows(7).middleCols(to, 3).noalias() = op * made.topRows(7).middleCols(from, 3);
      BOOST_TEST((made == expected));
      expected.topRows(7).middleCols(to, 3) = whole.topRows(7).middleCols(to, 3) - 2 * product;
      made = whole;
      made.topRows(7).middleCols(to, 3).noalias() -= 2 * (op * made.topRows(7).middleCols(from, 3));
      BOOST_TEST((made == expected));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
