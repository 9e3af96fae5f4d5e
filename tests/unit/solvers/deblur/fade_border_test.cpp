#include "support/solving.hpp"

#include "solvers/deblur/fade_border.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

BOOST_AUTO_TEST_SUITE(fading_a_border)

// A ramp, which would fall from 63 to 0 where it goes round.
BOOST_AUTO_TEST_CASE(leaves_no_step_and_the_middle_as_it_is) {
  const toeplix::Convolution blur({.input = {64},
                                   .kernel = {9},
                                   .padding = toeplix::Padding::same_upper(),
                                   .boundary = toeplix::Boundary::circular});
  const Eigen::MatrixXd ramp = Eigen::VectorXd::LinSpaced(64, 0, 63);
  const toeplix::test::Numbers kernel(9, 1.0 / 9);
  const Eigen::MatrixXd faded = toeplix::detail::fade_border(ramp, blur, kernel, {});
  BOOST_TEST(std::abs(faded(0, 0) - faded(63, 0)) < 15);
  for (Eigen::Index i = 9; i < 55; ++i) BOOST_TEST(std::abs(faded(i, 0) - ramp(i, 0)) < 1e-12);
}

BOOST_AUTO_TEST_SUITE_END()
