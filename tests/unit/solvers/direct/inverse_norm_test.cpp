#include "support/dense.hpp"
#include "support/random.hpp"

#include "solvers/direct/inverse_norm.hpp"

#include <boost/test/unit_test.hpp>

// The estimate of the 1-norm of an inverse against the inverse itself.

BOOST_AUTO_TEST_SUITE(norm_of_an_inverse)

namespace {

using namespace toeplix::test;
using toeplix::Index;
using toeplix::detail::inverse_norm;

/// The largest absolute sum of a column.
double one_norm(const Eigen::MatrixXd& a) {
  double norm = 0;
  for (Index column = 0; column < a.cols(); ++column) {
    norm = std::max(norm, a.col(column).lpNorm<1>());
  }
  return norm;
}

/// The estimate for a matrix with this inverse.
double estimate(const Eigen::MatrixXd& inverse) {
  return inverse_norm(
      inverse.cols(), [&](Eigen::VectorXd& x) { x = (inverse * x).eval(); },
      [&](Eigen::VectorXd& x) { x = (inverse.transpose() * x).eval(); });
}

Eigen::MatrixXd random_matrix(Random& random, Index size) {
  Eigen::MatrixXd a(size, size);
  for (double& value : a.reshaped()) value = static_cast<double>(random.between(-9, 9));
  return a;
}

}  // namespace

BOOST_AUTO_TEST_CASE(never_above_and_seldom_below) {
  int exact = 0;
  constexpr int count = 300;
  for (int number = 0; number < count; ++number) {
    Random random("inverse " + std::to_string(number));
    const Index size = random.between(1, 20);
    const Eigen::MatrixXd a =
        random_matrix(random, size) + 0.5 * Eigen::MatrixXd::Identity(size, size);
    const Eigen::MatrixXd inverse = dense_inverse(a);
    if (!inverse.allFinite()) continue;
    const double norm = one_norm(inverse);
    const double estimated = estimate(inverse);
    BOOST_TEST(estimated <= norm * (1 + 1e-12), number);
    // Higham found a factor of 3 in the worst of millions.
    BOOST_TEST(estimated >= norm / 3, number);
    exact += estimated >= norm * (1 - 1e-12) ? 1 : 0;
  }
  BOOST_TEST(exact > 0.8 * count);
}

BOOST_AUTO_TEST_CASE(exact_for_inverses_without_negative_entries) {
  // The first step's signs are those of every column then, so that the second takes the longest.
  for (int number = 0; number < 100; ++number) {
    Random random("positive " + std::to_string(number));
    const Eigen::MatrixXd inverse = random_matrix(random, random.between(1, 12)).cwiseAbs();
    BOOST_TEST(estimate(inverse) == one_norm(inverse), boost::test_tools::tolerance(1e-14));
  }
}

BOOST_AUTO_TEST_CASE(columns_that_hide_from_the_search) {
  // I + u v^T with sums of zero: the search sees I alone and stops; a vector of alternating signs
  // meets the rest.
  Eigen::VectorXd u(6);
  Eigen::VectorXd v(6);
  u << 1, -1, 1, -1, 1, -1;
  v << 0, 1e6, -1e6, 0, 0, 0;
  const Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(6, 6) + u * v.transpose();
  BOOST_TEST(estimate(inverse) > 0.2 * one_norm(inverse));
}

BOOST_AUTO_TEST_CASE(one_number) {
  BOOST_TEST(estimate(Eigen::MatrixXd::Constant(1, 1, -4)) == 4);
}

BOOST_AUTO_TEST_SUITE_END()
