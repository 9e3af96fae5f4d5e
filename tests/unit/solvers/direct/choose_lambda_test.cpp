#include "support/dense.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>
#include <toeplix/solvers/choose_lambda.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <random>

BOOST_AUTO_TEST_SUITE(lambda)

using namespace toeplix;

namespace {

/// A blurred step with noise, and what is needed to solve it densely.
struct Problem {
  Convolution blur{
      ConvolutionSpec{.input = {40}, .kernel = {7}, .padding = 3, .boundary = Boundary::reflect}};
  std::vector<double> kernel = {1.0 / 64,  6.0 / 64, 15.0 / 64, 20.0 / 64,
                                15.0 / 64, 6.0 / 64, 1.0 / 64};
  Eigen::MatrixXd a = Eigen::MatrixXd(compile(blur, kernel));
  Eigen::VectorXd b;

  explicit Problem(double noise) {
    std::mt19937_64 random(7);
    Eigen::VectorXd x(40);
    for (Eigen::Index i = 0; i < 40; ++i) x[i] = i < 20 ? 0.2 : 0.9;
    b = a * x;
    for (double& element : b) {
      // A sum of uniform numbers, as library distributions differ.
      double sum = 0;
      for (int k = 0; k < 12; ++k) sum += static_cast<double>(random() >> 11) * 0x1p-53;
      element += noise * (sum - 6);
    }
  }

  double squared_residual(double lambda) const {
    return (a * inverse(lambda) * a.transpose() * b - b).squaredNorm();
  }
  /// GCV with the exact trace.
  double cross_validation(double lambda) const {
    const double freedom = (a * inverse(lambda) * a.transpose()).trace();
    return squared_residual(lambda) / std::pow(1 - freedom / 40, 2);
  }

 private:
  Eigen::MatrixXd inverse(double lambda) const {
    const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(40, 40);
    return test::dense_inverse(a.transpose() * a + lambda * identity);
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(discrepancy_leaves_as_much_as_there_is_noise) {
  for (const double noise : {0.003, 0.01, 0.05}) {
    const Problem problem(noise);
    Tikhonov solver(problem.blur, problem.kernel, 1);
    const LambdaChoice choice = choose_by_discrepancy(solver, problem.b, noise);
    BOOST_TEST(!choice.at_limit);
    BOOST_TEST(choice.trials < 20);
    BOOST_TEST(solver.lambda() == choice.lambda);
    const double wanted = 40 * noise * noise;
    BOOST_TEST(std::abs(problem.squared_residual(choice.lambda) / wanted - 1) < 0.01);
  }
}

BOOST_AUTO_TEST_CASE(cross_validation_is_least_where_it_is_found) {
  for (const double noise : {0.003, 0.01, 0.05}) {
    const Problem problem(noise);
    Tikhonov solver(problem.blur, problem.kernel, 1);
    const LambdaChoice choice = choose_by_cross_validation(solver, problem.b);
    BOOST_TEST(solver.lambda() == choice.lambda);
    double least = std::numeric_limits<double>::infinity();
    for (double decade = -8; decade <= 2; decade += 0.05) {
      least = std::min(least, problem.cross_validation(std::pow(10, decade)));
    }
    // The trace is estimated from 8 random vectors.
    BOOST_TEST(problem.cross_validation(choice.lambda) < 1.1 * least);
    // A wrong lambda is far beyond that.
    BOOST_TEST(problem.cross_validation(100 * choice.lambda) > 1.1 * least);
  }
}

BOOST_AUTO_TEST_CASE(the_end_of_the_range_is_said) {
  const Problem problem(0.01);
  Tikhonov solver(problem.blur, problem.kernel, 1);
  const LambdaChoice loud = choose_by_discrepancy(solver, problem.b, 100);
  BOOST_TEST(loud.at_limit);
  BOOST_TEST(std::abs(loud.lambda / 1e2 - 1) < 0.01);
  BOOST_TEST(choose_by_discrepancy(solver, problem.b, 1e-9).at_limit);
}

BOOST_AUTO_TEST_CASE(no_lambda_helps) {
  // Neither the second difference nor the gradient sees a constant.
  const Convolution conv(
      {.input = {6}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular});
  Tikhonov solver(conv, std::vector<double>{1, -2, 1}, 1, Regularizer::gradient(Pattern(conv)));
  const Eigen::VectorXd b = Eigen::VectorXd::LinSpaced(6, 0, 1);
  const auto says = [](const SolverError& error) {
    return std::string(error.what()) == "no lambda from 10^-8 to 10^2 makes the system regular";
  };
  BOOST_CHECK_EXCEPTION(choose_by_discrepancy(solver, b, 0.1), SolverError, says);
  BOOST_CHECK_EXCEPTION(choose_by_cross_validation(solver, b), SolverError, says);
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Problem problem(0.01);
  Tikhonov solver(problem.blur, problem.kernel, 1);
  const auto says = [](const char* text) {
    return [text](const SolverError& error) {
      BOOST_TEST_MESSAGE(error.what());
      return std::string(error.what()).find(text) != std::string::npos;
    };
  };
  BOOST_CHECK_EXCEPTION(choose_by_discrepancy(solver, problem.b, 0), SolverError, says("noise 0"));
  BOOST_CHECK_EXCEPTION(choose_by_discrepancy(solver, problem.b, NAN), SolverError, says("noise"));
  BOOST_CHECK_EXCEPTION(choose_by_discrepancy(solver, problem.b.head(3), 1), SolverError,
                        says("expected 40"));
  BOOST_CHECK_EXCEPTION(choose_by_cross_validation(solver, problem.b, {0, 1}), SolverError,
                        says("lambda range"));
}

// Where the best lambda lies beyond the range, the end that is nearest to it is taken.
BOOST_AUTO_TEST_CASE(cross_validation_stays_in_its_range) {
  const Problem problem(0.01);
  Tikhonov solver(problem.blur, problem.kernel, 1);
  const double best = choose_by_cross_validation(solver, problem.b).lambda;
  const double close_enough = std::pow(10, 0.15);
  for (const double span : {5.0, 1e3}) {
    const LambdaRange above{.least = 100 * best, .greatest = 100 * best * span};
    const LambdaChoice least = choose_by_cross_validation(solver, problem.b, above);
    BOOST_TEST(least.at_limit);
    BOOST_TEST(least.lambda >= above.least);
    BOOST_TEST(least.lambda < close_enough * above.least);
    const LambdaRange below{.least = best / 100 / span, .greatest = best / 100};
    const LambdaChoice greatest = choose_by_cross_validation(solver, problem.b, below);
    BOOST_TEST(greatest.at_limit);
    BOOST_TEST(greatest.lambda <= below.greatest);
    BOOST_TEST(greatest.lambda > below.greatest / close_enough);
  }
  const LambdaRange round{.least = best / 3, .greatest = 3 * best};
  BOOST_TEST(!choose_by_cross_validation(solver, problem.b, round).at_limit);
}

BOOST_AUTO_TEST_CASE(discrepancy_stays_in_its_range) {
  const Problem problem(0.01);
  Tikhonov solver(problem.blur, problem.kernel, 1);
  const LambdaRange range{.least = 1e-3, .greatest = 1e-1};
  const LambdaChoice quiet = choose_by_discrepancy(solver, problem.b, 1e-9, range);
  BOOST_TEST(quiet.at_limit);
  BOOST_TEST(quiet.lambda >= range.least);
  BOOST_TEST(quiet.lambda < 1.003 * range.least);
  const LambdaChoice loud = choose_by_discrepancy(solver, problem.b, 100, range);
  BOOST_TEST(loud.at_limit);
  BOOST_TEST(loud.lambda <= range.greatest);
  BOOST_TEST(loud.lambda > range.greatest / 1.003);
}

BOOST_AUTO_TEST_SUITE_END()
