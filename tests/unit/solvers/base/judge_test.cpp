#include "solvers/base/judge.hpp"

#include "support/solving.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>

BOOST_AUTO_TEST_SUITE(judging)

namespace {

using namespace toeplix::test;
using toeplix::SolveReport;
using toeplix::SolveStatus;
using toeplix::detail::accepted_error;
using toeplix::detail::judge;
using toeplix::detail::power_of_two;
using toeplix::detail::ratio;

}  // namespace

BOOST_AUTO_TEST_CASE(a_power_of_two_near_the_greatest) {
  BOOST_TEST(power_of_two(vector({1, 5, 3})) == 4);
  BOOST_TEST(power_of_two(vector({8, 0})) == 8);
  // Signs do not count.
  BOOST_TEST(power_of_two(vector({1, -5, 3})) == 4);
  BOOST_TEST(power_of_two(vector({0, -0.75})) == 0.5);
  BOOST_TEST(power_of_two(vector({-0x1p1023, 1})) == 0x1p1023);
  BOOST_TEST(power_of_two(vector({0x1p-1074})) == 0x1p-1074);
  // There is nothing to divide.
  BOOST_TEST(power_of_two(vector({0, 0})) == 1);
  BOOST_TEST(power_of_two(vector({})) == 1);
}

BOOST_AUTO_TEST_CASE(ratios) {
  BOOST_TEST(ratio(1, 4) == 0.25);
  BOOST_TEST(ratio(0, 0) == 0);
  BOOST_TEST(ratio(0, infinity) == 0);
  BOOST_TEST(ratio(1, 0) == infinity);
  BOOST_TEST(std::isnan(ratio(1, infinity)));
}

BOOST_AUTO_TEST_CASE(only_a_small_error_is_a_solution) {
  const auto judged = [](const Numbers& x, double error) {
    SolveReport report;
    report.error = error;
    judge(vector(x), report);
    return report;
  };
  BOOST_TEST((judged({1, 2}, 0).status == SolveStatus::solved));
  BOOST_TEST((judged({1, 2}, accepted_error).status == SolveStatus::solved));
  BOOST_TEST(judged({1, 2}, accepted_error).reason == "");
  BOOST_TEST((judged({1, 2}, 1e-9).status == SolveStatus::inaccurate));
  BOOST_TEST(judged({1, 2}, 1e-9).reason ==
             "the equations are missed by 1e-09 of the size of their terms");
  BOOST_TEST((judged({1, 2}, not_a_number).status == SolveStatus::inaccurate));
  for (const double beyond : {infinity, not_a_number}) {
    BOOST_TEST((judged({1, beyond}, 0).status == SolveStatus::inaccurate));
    BOOST_TEST(judged({1, beyond}, 0).reason ==
               "the solution has numbers beyond what a double holds");
  }
}

BOOST_AUTO_TEST_SUITE_END()
