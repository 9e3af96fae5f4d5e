#include "support/failures.hpp"
#include "support/solving.hpp"

#include <toeplix/solvers/least_squares.hpp>
#include <toeplix/solvers/solve_square.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

// Every solver calls the same systems singular to rounding: those whose reciprocal condition in the
// 1-norm is below 1e-15. Two diagonals have an inverse that is known exactly, so what is expected
// comes from no decomposition.

BOOST_AUTO_TEST_SUITE(near_singular)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::least_squares;
using toeplix::Padding;
using toeplix::Regularizer;
using toeplix::Solution;
using toeplix::solve_square;
using toeplix::SolveStatus;
using toeplix::Tikhonov;

using LongMatrix = Eigen::Matrix<long double, Eigen::Dynamic, Eigen::Dynamic>;

long double norm(const LongMatrix& a) {
  return a.cwiseAbs().colwise().sum().maxCoeff();
}

/// A square matrix of two diagonals: a spec, its weights, and its inverse if it has one.
struct TwoDiagonals {
  ConvolutionSpec spec;
  Numbers weights;
  LongMatrix inverse;

  Convolution conv() const { return Convolution(spec); }
  LongMatrix matrix() const { return dense(conv(), weights).cast<long double>(); }
  /// Zero if there is no inverse.
  long double reciprocal_condition() const {
    return inverse.size() == 0 ? 0 : 1 / norm(matrix()) / norm(inverse);
  }
  long double reciprocal_condition_of_normal() const {
    if (inverse.size() == 0) return 0;
    return 1 / norm(matrix().transpose() * matrix()) / norm(inverse * inverse.transpose());
  }
};

/// `lower`: the weight before the diagonal is the first one; otherwise the last one lies behind it.
TwoDiagonals two_diagonals(const Numbers& weights, Index length, bool lower, Boundary boundary) {
  TwoDiagonals system{{.input = {length},
                       .kernel = {2},
                       .padding = lower ? Padding{{1, 0}} : Padding{{0, 1}},
                       .boundary = boundary},
                      weights,
                      {}};
  const long double diagonal = weights[lower ? 1 : 0];
  const long double ratio = -static_cast<long double>(weights[lower ? 0 : 1]) / diagonal;
  // (1 - r S)^-1 = 1 + r S + r^2 S^2 + ..., S being a shift, and S^n = 1 if it is circular.
  const long double turn =
      boundary == Boundary::circular ? 1 - std::pow(ratio, static_cast<long double>(length)) : 1;
  if (turn == 0) return system;
  system.inverse = LongMatrix::Zero(length, length);
  for (Index column = 0; column < length; ++column) {
    for (Index step = 0; step < length; ++step) {
      Index row = lower ? column + step : column - step;
      if (boundary == Boundary::circular) row = (row + length) % length;
      if (row < 0 || row >= length) break;
      system.inverse(row, column) =
          std::pow(ratio, static_cast<long double>(step)) / diagonal / turn;
    }
  }
  return system;
}

/// Calls `check(system)` for regular systems, for singular ones, and for all between.
template <class Check>
void for_every_system(const Check& check) {
  for (const Numbers& weights : {Numbers{3, 1}, {1, 3}, {1, 1}, {1, -1}, {2, 1}, {-2, 1}}) {
    for (const Boundary boundary : {Boundary::zero, Boundary::circular}) {
      for (const bool lower : {true, false}) {
        for (const Index length : {10, 11, 20, 30, 45, 60, 101, 200}) {
          check(two_diagonals(weights, length, lower, boundary));
        }
      }
    }
  }
}

/// Neither here nor there: an estimate may be off by a little.
bool is_at_the_limit(long double condition) {
  return condition > 1e-16L && condition < 1e-14L;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_inverses_are_inverses) {
  for_every_system([](const TwoDiagonals& system) {
    if (system.inverse.size() == 0 || system.reciprocal_condition() < 1e-12L) return;
    const LongMatrix product = system.matrix() * system.inverse;
    const LongMatrix identity = LongMatrix::Identity(product.rows(), product.cols());
    BOOST_TEST((product - identity).cwiseAbs().maxCoeff() < 1e-6L);
  });
}

BOOST_AUTO_TEST_CASE(square_systems) {
  Failures failures;
  int singular = 0;
  for_every_system([&](const TwoDiagonals& system) {
    const long double condition = system.reciprocal_condition();
    if (is_at_the_limit(condition)) return;
    const bool lost = condition < 1e-15L;
    singular += lost ? 1 : 0;
    const Convolution conv = system.conv();
    const Numbers b = ones(conv);
    for (const Solution& solution :
         {solve_square(conv, system.weights, b), solve_square(compile(conv, system.weights), b)}) {
      failures.expect(system.spec, "solve_square",
                      (solution.report.status == SolveStatus::singular) == lost);
    }
    const auto report = least_squares(conv, system.weights, b).report;
    const bool deficient = report.status == SolveStatus::singular || report.rank < conv.cols();
    failures.expect(system.spec, "least_squares", deficient == lost);
    failures.expect(system.spec, "its condition", (report.reciprocal_condition < 1e-15) == lost);
    if (lost) return;
    const long double estimate = report.reciprocal_condition.value();
    failures.expect(system.spec, "its estimate",
                    estimate > 0.999L * condition && estimate < 10 * condition);
  });
  BOOST_TEST(singular > 30);
  BOOST_TEST(failures.checked() > 500);
}

BOOST_AUTO_TEST_CASE(tall_and_wide_systems) {
  // The matrix twice, one below the other and side by side: the condition stays.
  Failures failures;
  for_every_system([&](const TwoDiagonals& system) {
    const long double condition = system.reciprocal_condition();
    if (is_at_the_limit(condition)) return;
    Numbers twice = system.weights;
    twice.insert(twice.end(), system.weights.begin(), system.weights.end());
    for (const bool tall : {true, false}) {
      ConvolutionSpec spec = system.spec;
      (tall ? spec.out_channels : spec.in_channels) = 2;
      const Convolution conv(spec);
      const auto report = least_squares(conv, twice, ones(conv)).report;
      const bool deficient =
          report.status == SolveStatus::singular || report.rank < system.conv().cols();
      failures.expect(spec, "least_squares", deficient == (condition < 1e-15L));
    }
  });
  BOOST_TEST(failures.checked() > 200);
}

BOOST_AUTO_TEST_CASE(normal_equations) {
  // Tikhonov's system has the square of the condition. Its limit is the same, and no lambda, or one
  // that is lost beside A^T A, does not move it.
  Failures failures;
  int singular = 0;
  for_every_system([&](const TwoDiagonals& system) {
    const long double condition = system.reciprocal_condition_of_normal();
    if (is_at_the_limit(condition)) return;
    singular += condition < 1e-15L ? 1 : 0;
    for (const double lambda : {0.0, 1e-30}) {
      const Tikhonov solver(system.conv(), system.weights, lambda);
      failures.expect(system.spec, "Tikhonov",
                      (solver.report().status == SolveStatus::singular) == (condition < 1e-15L));
    }
  });
  BOOST_TEST(singular > 30);
  BOOST_TEST(failures.checked() > 200);
}

BOOST_AUTO_TEST_CASE(what_least_squares_says) {
  // All columns are singletons, one after the other, so no tolerance looks at them.
  const Convolution conv({.input = {60}, .kernel = {2}, .padding = Padding{{1, 0}}});
  const Solution solution = least_squares(conv, Numbers{3, 1}, Numbers(60, 1.0));
  BOOST_TEST((solution.report.status == SolveStatus::singular));
  BOOST_TEST(solution.x.size() == 0);
  BOOST_TEST(!solution.report.rank);
  BOOST_TEST(!solution.report.nullity);
  // 1 / (4 (3^60 - 1) / 2)
  const double exact = 2 / (4 * (std::pow(3.0, 60) - 1));
  BOOST_TEST(std::abs(solution.report.reciprocal_condition.value() / exact - 1) < 1e-6);
  BOOST_TEST(solution.report.reason ==
             "the matrix is singular to rounding (reciprocal condition 1.18e-29), and its rank is "
             "not clear");
  BOOST_TEST(solve_square(conv, Numbers{3, 1}, Numbers(60, 1.0)).report.reason ==
             "the matrix is singular to rounding (reciprocal condition 1.18e-29)");
}

BOOST_AUTO_TEST_SUITE_END()
