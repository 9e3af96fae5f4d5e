#include "support/compare.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>
#include <toeplix/operator.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <string>
#include <vector>

// What an operator says of its entries is what the compiled matrix says.

BOOST_AUTO_TEST_SUITE(operator_entries)

namespace {

using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Operator;
using toeplix::PerPixelWeights;
using toeplix::test::check_throws;
using toeplix::test::Failures;
using toeplix::test::make;
using toeplix::test::Random;
using toeplix::test::small_integers;
using Numbers = std::vector<double>;
using Complex = std::complex<double>;

template <class Scalar>
using Sparse = Eigen::SparseMatrix<Scalar, Eigen::RowMajor>;
template <class Scalar>
using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

Numbers list(const Eigen::VectorXd& vector) {
  return {vector.begin(), vector.end()};
}

/// Whether two compressed matrices have the same entries. (Zeros may differ in their signs: the
/// conjugate of a sum is not that of its terms.)
template <class Matrix>
bool equal(const Matrix& a, const Matrix& b) {
  const Index count = b.nonZeros();
  return a.rows() == b.rows() && a.cols() == b.cols() && a.nonZeros() == count &&
         std::equal(b.outerIndexPtr(), b.outerIndexPtr() + b.outerSize() + 1, a.outerIndexPtr()) &&
         std::equal(b.innerIndexPtr(), b.innerIndexPtr() + count, a.innerIndexPtr()) &&
         std::equal(b.valuePtr(), b.valuePtr() + count, a.valuePtr());
}

/// The first thing that an operator says otherwise than the matrix; empty if there is none.
template <class Scalar>
std::string entries_difference(const Operator<Scalar>& op, const Sparse<Scalar>& matrix) {
  const Dense<Scalar> dense = matrix;
  if (op.nnz() != matrix.nonZeros()) return "nnz";
  if (Dense<Scalar>(op) != dense) return "evalTo";
  for (Index i = 0; i < op.rows(); ++i) {
    const auto row = op.row(i);
    if (row.nonZeros() != matrix.row(i).nonZeros()) return "length of row " + std::to_string(i);
    Index place = matrix.outerIndexPtr()[i];
    for (typename Operator<Scalar>::InnerIterator it(op, i); it; ++it, ++place) {
      if (it.index() != matrix.innerIndexPtr()[place] || it.value() != matrix.valuePtr()[place]) {
        return "entry " + std::to_string(place);
      }
    }
    for (Index j = 0; j < op.cols(); ++j) {
      if (op.coeff(i, j) != dense(i, j)) return "coeff " + std::to_string(i) + std::to_string(j);
    }
  }
  for (Index j = 0; j < op.cols(); ++j) {
    if (Dense<Scalar>(op.col(j)) != Dense<Scalar>(dense.col(j))) return "column";
  }
  return {};
}

/// Likewise of what the entries add up to.
template <class Scalar>
std::string sums_difference(const Operator<Scalar>& op, const Sparse<Scalar>& matrix) {
  const Dense<Scalar> dense = matrix;
  if (op.diagonal() != dense.diagonal()) return "diagonal";
  if (op.row_sums() != dense.rowwise().sum()) return "row_sums";
  if (op.column_sums() != dense.colwise().sum().transpose()) return "column_sums";
  if (op.row_squared_norms() != dense.rowwise().squaredNorm()) return "row_squared_norms";
  if (op.column_squared_norms() != dense.colwise().squaredNorm().transpose()) {
    return "column_squared_norms";
  }
  if (op.frobenius_norm() != std::sqrt(dense.squaredNorm())) return "frobenius_norm";
  // Absolute values of complex numbers are rounded, in the order of the sums.
  const double tolerance = Eigen::NumTraits<Scalar>::IsComplex ? 1e-12 : 0;
  const auto near = [&](double a, double b) { return std::abs(a - b) <= tolerance * b; };
  if (!near(op.norm_1(), dense.cwiseAbs().colwise().sum().maxCoeff())) return "norm_1";
  if (!near(op.norm_inf(), dense.cwiseAbs().rowwise().sum().maxCoeff())) return "norm_inf";
  return {};
}

template <class Scalar>
void expect_the_matrix(Failures& failures, const auto& spec, const std::string& what,
                       const Operator<Scalar>& op, const Sparse<Scalar>& matrix) {
  const auto check = [&](const std::string& form, const Operator<Scalar>& one,
                         const Sparse<Scalar>& expected) {
    failures.expect_none(spec, what + form, entries_difference(one, expected));
    failures.expect_none(spec, what + form, sums_difference(one, expected));
    failures.expect(spec, what + form + " compiled", equal(one.to_sparse(), expected));
    failures.expect(spec, what + form + " compiled by columns",
                    equal(one.template to_sparse<std::int64_t, Eigen::ColMajor>(),
                          Eigen::SparseMatrix<Scalar, Eigen::ColMajor, std::int64_t>(expected)));
    const Index count = std::min<Index>(3, one.rows() - 1);
    const Sparse<Scalar> some = expected.middleRows(1, count);
    failures.expect(spec, what + form + " middle rows", equal(one.middle_rows(1, count), some));
  };
  check("", op, matrix);
  check(" transposed", op.transpose(), matrix.transpose());
  check(" conjugated", op.conjugate(), matrix.conjugate());
  check(" adjoint", op.adjoint(), matrix.adjoint());
}

template <class Scalar>
void expect_the_matrices(Failures& failures, const auto& spec, Random& random) {
  const auto conv = make(spec);
  const auto weights = small_integers<Scalar>(random, conv.weight_count());
  expect_the_matrix(failures, spec, "one kernel", Operator<Scalar>(conv, weights),
                    toeplix::compile(conv, weights));
  const Index pixels = toeplix::Pattern(conv).kernel_pixels();
  const auto kernels = small_integers<Scalar>(random, conv.weight_count() * pixels);
  const PerPixelWeights varying(kernels);
  expect_the_matrix(failures, spec, "per pixel", Operator<Scalar>(conv, varying),
                    toeplix::compile(conv, varying));
}

}  // namespace

BOOST_AUTO_TEST_CASE(entries_and_sums_are_those_of_the_matrix) {
  Failures failures;
  const auto check = [&](auto spec, Random& random) {
    toeplix::test::draw_weights_order(random, spec);
    expect_the_matrices<double>(failures, spec, random);
    if (random.once_in(3)) expect_the_matrices<Complex>(failures, spec, random);
  };
  Random random("operator_entries");
  for (int i = 0; i < 60; ++i) {
    check(toeplix::test::draw_sound_spec<toeplix::ConvolutionSpec>(random, 4000), random);
    check(toeplix::test::draw_sound_spec<toeplix::TransposedConvolutionSpec>(random, 4000), random);
  }
}

BOOST_AUTO_TEST_CASE(weights_that_fold_are_added_first) {
  // -1 1 1 / . 0 1 / 1 1 -1: the weights -1 and 1 meet on one pixel, which stays an entry.
  const Operator<double> op(Convolution({.input = {3},
                                         .kernel = {3},
                                         .padding = {{0, 2}},
                                         .boundary = toeplix::Boundary::reflect}),
                            Numbers{-1, 1, 1});
  BOOST_TEST(op.coeff(1, 1) == 0);
  BOOST_TEST(op.row(1).nonZeros() == 2);
  BOOST_TEST(list(op.row_squared_norms()) == (Numbers{3, 1, 3}), boost::test_tools::per_element());
  BOOST_TEST(op.norm_inf() == 3);
  BOOST_TEST(op.norm_1() == 3);
}

BOOST_AUTO_TEST_CASE(norms_of_matrices_of_any_size) {
  // 10^12 rows, of which all but two have the sum of squares 14; nothing is taken by the row.
  const Operator<double> op(Convolution("input=1000000,1000000 kernel=1,3 padding=0,1"),
                            Numbers{1, -2, 3});
  BOOST_TEST(op.norm_inf() == 6);
  BOOST_TEST(op.norm_1() == 6);
  BOOST_TEST(op.frobenius_norm() == std::sqrt(14e12 - 10e6));
  BOOST_TEST(op.nnz() == 2'999'998'000'000);
  BOOST_TEST(op.coeff(999'999'999'999, 999'999'999'998) == 1);
  BOOST_TEST(op.coeff(999'999'999'999, 0) == 0);
  BOOST_TEST(op.row(999'999'999'999).nonZeros() == 2);
  BOOST_TEST(op.middle_rows<std::int64_t>(2'147'483'648, 2).nonZeros() == 6);
  check_throws<GeometryError>([&] { op.row(1'000'000'000'000); },
                              "row 1000000000000 is outside the matrix; it has 1000000000000 rows");
}

BOOST_AUTO_TEST_CASE(sums_over_the_budget_are_refused) {
  const Operator<double> op(Convolution("input=8000000 kernel=1"), Numbers{1},
                            {.memory_budget = 1000});
  BOOST_CHECK_THROW(op.row_sums(), CapacityError);
  BOOST_CHECK_THROW(op.column_squared_norms(), CapacityError);
}

BOOST_AUTO_TEST_CASE(what_is_outside_is_refused) {
  const Operator<double> op(Convolution("input=4 kernel=2"), Numbers{1, 2});
  check_throws<GeometryError>([&] { op.coeff(3, 0); },
                              "row 3 is outside the matrix; it has 3 rows");
  check_throws<GeometryError>([&] { op.coeff(-1, 0); },
                              "row -1 is outside the matrix; it has 3 rows");
  check_throws<GeometryError>([&] { op.coeff(0, 4); },
                              "column 4 is outside the matrix; it has 4 columns");
  check_throws<GeometryError>([&] { op.coeff(0, -1); },
                              "column -1 is outside the matrix; it has 4 columns");
  check_throws<GeometryError>([&] { op.col(4); },
                              "column 4 is outside the matrix; it has 4 columns");
  check_throws<GeometryError>([&] { op.middle_rows(2, 2); },
                              "2 rows from row 2 on are not within the matrix; it has 3 rows");
  check_throws<GeometryError>(
      [&] { op.middle_rows(1, std::numeric_limits<Index>::max()); },
      "9223372036854775807 rows from row 1 on are not within the matrix; it has 3 rows");
  BOOST_TEST(op.middle_rows(3, 0).rows() == 0);
}

BOOST_AUTO_TEST_CASE(numbers_that_are_none_stay_in_norms) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  // In the first row and in the last.
  for (const Numbers& weights : {Numbers{nan, 1}, Numbers{1, nan}}) {
    const Operator<double> op(Convolution("input=3 kernel=2 padding=1"), weights);
    BOOST_TEST(std::isnan(op.norm_inf()));
    BOOST_TEST(std::isnan(op.norm_1()));
    BOOST_TEST(std::isnan(op.frobenius_norm()));
  }
}

BOOST_AUTO_TEST_SUITE_END()
