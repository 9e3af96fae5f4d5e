#include "support/dense.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>
#include <toeplix/solvers/choose_lambda.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <random>
#include <string>

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

BOOST_AUTO_TEST_CASE(great_and_small_numbers) {
  // A power of two changes no lambda.
  const Problem problem(0.01);
  Tikhonov solver(problem.blur, problem.kernel, 1);
  const LambdaChoice by_discrepancy = choose_by_discrepancy(solver, problem.b, 0.01);
  const LambdaChoice by_validation = choose_by_cross_validation(solver, problem.b);
  BOOST_TEST(!by_validation.at_limit);
  for (const int exponent : {-1000, 600, 1020}) {
    const double unit = std::ldexp(1.0, exponent);
    const Eigen::VectorXd b = problem.b * unit;
    BOOST_TEST(choose_by_discrepancy(solver, b, 0.01 * unit).lambda == by_discrepancy.lambda);
    BOOST_TEST(choose_by_cross_validation(solver, b).lambda == by_validation.lambda);
  }
  // Noise that is nothing beside b, and all of it.
  BOOST_TEST(choose_by_discrepancy(solver, problem.b * 1e300, 1e-300).lambda < 1.01e-8);
  BOOST_TEST(choose_by_discrepancy(solver, problem.b * 1e-300, 1e300).lambda > 0.99e2);
  // Numbers with few digits left.
  const Eigen::VectorXd subnormal = Eigen::VectorXd::Constant(40, 5e-324);
  BOOST_TEST(choose_by_discrepancy(solver, subnormal, 1).at_limit);
  BOOST_TEST(choose_by_cross_validation(solver, subnormal).lambda > 0);
}

BOOST_AUTO_TEST_CASE(zeros) {
  // Every lambda explains them: all is noise, or none of it.
  const Problem problem(0.01);
  Tikhonov solver(problem.blur, problem.kernel, 1);
  const Eigen::VectorXd b = Eigen::VectorXd::Zero(40);
  const LambdaChoice loud = choose_by_discrepancy(solver, b, 1);
  BOOST_TEST(loud.at_limit);
  BOOST_TEST(loud.lambda > 0.99e2);
  BOOST_TEST(choose_by_cross_validation(solver, b).at_limit);
}

BOOST_AUTO_TEST_CASE(a_narrow_range) {
  const Problem problem(0.01);
  Tikhonov solver(problem.blur, problem.kernel, 1);
  const double discrepancy = choose_by_discrepancy(solver, problem.b, 0.01).lambda;
  const double validation = choose_by_cross_validation(solver, problem.b).lambda;
  for (const double width : {3.0, 1e-1, 1e-3, 1e-9, 1e-15}) {
    // Round what is looked for, above it and below it.
    for (const double shift : {1.0, 1e3, 1e-3}) {
      const auto range = [&](double lambda) {
        return LambdaRange{lambda * shift / (1 + width), lambda * shift * (1 + width)};
      };
      const auto check = [&](const LambdaChoice& choice, const LambdaRange& within) {
        BOOST_TEST(choice.lambda >= within.least);
        BOOST_TEST(choice.lambda <= within.greatest);
        BOOST_TEST(choice.trials > 0);
        BOOST_TEST(solver.lambda() == choice.lambda);
        if (shift != 1) BOOST_TEST(choice.at_limit);
      };
      const LambdaRange one = range(discrepancy);
      check(choose_by_discrepancy(solver, problem.b, 0.01, one), one);
      const LambdaRange other = range(validation);
      check(choose_by_cross_validation(solver, problem.b, other), other);
    }
  }
  // Not at its end, if what is looked for is in the middle.
  const LambdaRange narrow{discrepancy / 1.001, discrepancy * 1.001};
  BOOST_TEST(!choose_by_discrepancy(solver, problem.b, 0.01, narrow).at_limit);
}

BOOST_AUTO_TEST_CASE(the_ends_of_a_double) {
  const Problem problem(0.01);
  Tikhonov solver(problem.blur, problem.kernel, 1);
  const LambdaRange widest{std::numeric_limits<double>::denorm_min(),
                           std::numeric_limits<double>::max()};
  const LambdaChoice wide = choose_by_discrepancy(solver, problem.b, 0.01, widest);
  const LambdaChoice usual = choose_by_discrepancy(solver, problem.b, 0.01);
  BOOST_TEST(std::abs(wide.lambda / usual.lambda - 1) < 0.01);
}

BOOST_AUTO_TEST_CASE(nothing_left_to_predict) {
  // So small a lambda is lost beside 1, so x is b, whatever b is. The systems are regular.
  const Convolution identity({.input = {10}, .kernel = {1}});
  Tikhonov solver(identity, std::vector<double>{1}, 1);
  const Eigen::VectorXd b = Eigen::VectorXd::LinSpaced(10, 0, 1);
  BOOST_CHECK_EXCEPTION(choose_by_cross_validation(solver, b, {1e-20, 1e-18}), SolverError,
                        [](const SolverError& error) {
                          return std::string(error.what()) ==
                                 "for every lambda from 10^-20 to 10^-18 x follows all of b, so "
                                 "cross-validation cannot compare them; look among greater ones";
                        });
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
  const double inf = std::numeric_limits<double>::infinity();
  for (const LambdaRange range :
       {LambdaRange{0, 1}, {1, 1}, {2, 1}, {-1, 1}, {1, inf}, {NAN, 1}, {1, NAN}}) {
    BOOST_CHECK_EXCEPTION(choose_by_cross_validation(solver, problem.b, range), SolverError,
                          says("lambda range"));
    BOOST_CHECK_EXCEPTION(choose_by_discrepancy(solver, problem.b, 1, range), SolverError,
                          says("lambda range"));
  }
  for (const double bad : {inf, -inf, static_cast<double>(NAN)}) {
    Eigen::VectorXd b = problem.b;
    b[7] = bad;
    const char* const what = std::isnan(bad) ? "b has a NaN at 7" : "b has an infinity at 7";
    BOOST_CHECK_EXCEPTION(choose_by_discrepancy(solver, b, 1), SolverError, says(what));
    BOOST_CHECK_EXCEPTION(choose_by_cross_validation(solver, b), SolverError, says(what));
  }
  const Eigen::MatrixXd none(40, 0);
  BOOST_CHECK_EXCEPTION(choose_by_discrepancy(solver, none, 1), SolverError, says("no columns"));
  BOOST_CHECK_EXCEPTION(choose_by_cross_validation(solver, none), SolverError, says("no columns"));
  BOOST_TEST(solver.lambda() == 1);
  BOOST_CHECK_EXCEPTION(choose_by_discrepancy(solver, problem.b.head(3), 1), SolverError,
                        says("expected 40"));
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
