#include "support/dense.hpp"
#include "support/random.hpp"
#include "support/solving.hpp"

#include "solvers/spectrum/block_values.hpp"

#include <boost/test/unit_test.hpp>

// Small decompositions against Eigen's rotations, where values repeat or vanish above all.

BOOST_AUTO_TEST_SUITE(block_values)

namespace {

using namespace toeplix::test;

Eigen::MatrixXd draw(Random& random, Eigen::Index rows, Eigen::Index cols) {
  Eigen::MatrixXd matrix(rows, cols);
  for (double& value : matrix.reshaped()) {
    value = static_cast<double>(random.between(-1000, 1000)) / 1000;
  }
  return matrix;
}

/// Copies of a block on the diagonal, and columns of zeros.
Eigen::MatrixXd repeated(const Eigen::MatrixXd& block, Eigen::Index times, Eigen::Index zeros) {
  Eigen::MatrixXd matrix =
      Eigen::MatrixXd::Zero(times * block.rows(), times * block.cols() + zeros);
  for (Eigen::Index i = 0; i < times; ++i) {
    matrix.block(i * block.rows(), i * block.cols(), block.rows(), block.cols()) = block;
  }
  return matrix;
}

}  // namespace

BOOST_AUTO_TEST_CASE(are_those_of_rotations) {
  Random random("block values");
  for (int i = 0; i < 300; ++i) {
    const Eigen::MatrixXd block = draw(random, random.between(1, 9), random.between(1, 9));
    const Eigen::MatrixXd matrix =
        repeated(block, random.between(1, 5), random.once_in(2) ? random.between(0, 4) : 0);
    const Eigen::VectorXd expected = dense_svd(matrix).values;
    BOOST_TEST(close(toeplix::detail::dense_values(matrix), expected, 1e-13) == "");
    const Eigen::MatrixXcd turned = matrix * std::complex<double>(0.6, 0.8);
    BOOST_TEST(close(toeplix::detail::block_values(turned), expected, 1e-13) == "");
    const toeplix::detail::DenseSvd svd = toeplix::detail::dense_svd(matrix);
    BOOST_TEST((svd.u * svd.values.asDiagonal() * svd.v.transpose() - matrix).norm() < 1e-11);
    BOOST_TEST(std::abs(toeplix::detail::top_value(turned) - expected[0]) < 1e-7);
    const Eigen::VectorXcd v = toeplix::detail::top_right_vector(turned);
    BOOST_TEST(std::abs((turned * v).norm() - expected[0]) < 1e-7);
  }
}

BOOST_AUTO_TEST_SUITE_END()
