#include "support/optional_libraries.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/operator.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>

// What helps conjugate gradients, by the number of iterations that it saves.

BOOST_AUTO_TEST_SUITE(preconditioners, *toeplix::test::needs_transforms())

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::Padding;
using toeplix::Regularizer;
using toeplix::Solution;
using toeplix::SolveMethod;
using toeplix::SolveStatus;
using toeplix::Tikhonov;

Convolution blur(Index size, Index kernel, Boundary boundary) {
  return Convolution({.input = {size, size},
                      .kernel = {kernel, kernel},
                      .padding = Padding::same_upper(),
                      .boundary = boundary});
}

}  // namespace

// For every boundary fewer iterations with the preconditioner than the table allows
// without.
BOOST_AUTO_TEST_CASE(preconditioned_iterations_are_few) {
  Numbers gaussian;
  for (Index i = 0; i < 81; ++i) {
    const auto y = static_cast<double>(i / 9 - 4);
    const auto x = static_cast<double>(i % 9 - 4);
    gaussian.push_back(std::exp(-(x * x + y * y) / 4.5));
  }
  double sum = 0;
  for (const double value : gaussian) sum += value;
  for (double& value : gaussian) value /= sum;
  for (const Boundary boundary : {Boundary::zero, Boundary::replicate, Boundary::reflect}) {
    const Convolution conv = blur(64, 9, boundary);
    Random random("few");
    const Eigen::VectorXd image = vector(small_integers<double>(random, conv.cols(), 0, 100));
    const Eigen::VectorXd b = toeplix::Operator<double>(conv, gaussian) * image;
    const Tikhonov solver(conv, gaussian, 1e-3, Regularizer::gradient(conv),
                          {.method = SolveMethod::iterative});
    const Solution solution = solver.solve(b);
    BOOST_TEST(solution.report.iterations <= 22);
    BOOST_TEST(!solution.report.preconditioner.empty());
    BOOST_TEST((solution.report.status == SolveStatus::solved));
    const Solution exact = Tikhonov(conv, gaussian, 1e-3, Regularizer::gradient(conv),
                                    {.method = SolveMethod::factorization})
                               .solve(b);
    BOOST_TEST(close(solution.x, exact.x, 1e-3) == "");
  }
}

namespace {

/// 15 x 15 pixels; the lower left half, or a long ellipse aslant: neither is its mirror image.
Numbers triangle() {
  Numbers kernel;
  for (int i = 0; i < 225; ++i) kernel.push_back(i % 15 <= i / 15 ? 1.0 / 120 : 0);
  return kernel;
}
Numbers ellipse() {
  Numbers kernel;
  for (int i = 0; i < 225; ++i) {
    const double along = i / 15 + i % 15 - 14;
    const double across = i / 15 - i % 15;
    kernel.push_back(std::exp(-along * along / 40 - across * across / 6) / 25);
  }
  return kernel;
}

}  // namespace

// Measured with another program: 0.64 and 0.47 of the iterations under `replicate`.
BOOST_AUTO_TEST_CASE(kernels_that_are_not_symmetric_have_a_preconditioner) {
  const auto share = [](const Convolution& conv, const Numbers& kernel) {
    Random random("aslant");
    const Eigen::VectorXd image = vector(small_integers<double>(random, conv.cols(), 0, 100));
    const Eigen::VectorXd b = toeplix::Operator<double>(conv, kernel) * image;
    const auto iterations = [&](toeplix::Preconditioner preconditioner) {
      const Tikhonov solver(conv, kernel, 1e-3, Regularizer::gradient(conv),
                            {.method = SolveMethod::iterative, .preconditioner = preconditioner});
      return static_cast<double>(solver.solve(b).report.iterations);
    };
    return iterations(toeplix::Preconditioner::automatic) /
           iterations(toeplix::Preconditioner::none);
  };
  BOOST_TEST(share(blur(128, 15, Boundary::replicate), triangle()) <= 0.7);
  BOOST_TEST(share(blur(128, 15, Boundary::replicate), ellipse()) <= 0.55);
  BOOST_TEST(share(blur(128, 15, Boundary::zero), ellipse()) <= 0.4);
  // Along one axis round, along the other not.
  const Convolution mixed("input=128,96 kernel=15,15 padding=7 boundary=circular,reflect");
  BOOST_TEST(share(mixed, ellipse()) <= 0.55);
}

// Iterations that began at zero would end with a border that is far too dark.
BOOST_AUTO_TEST_CASE(loose_tolerances_leave_the_border_as_bright_as_it_is) {
  for (const Boundary boundary : {Boundary::replicate, Boundary::reflect, Boundary::zero}) {
    const Convolution conv = blur(64, 15, boundary);
    const Eigen::VectorXd image = Eigen::VectorXd::Constant(conv.cols(), 100);
    const Eigen::VectorXd b = toeplix::Operator<double>(conv, triangle()) * image;
    const Tikhonov solver(conv, triangle(), 1e-3, Regularizer::gradient(conv),
                          {.method = SolveMethod::iterative, .tolerance = 1e-3});
    const Solution solution = solver.solve(b);
    BOOST_TEST((solution.report.status == SolveStatus::solved));
    BOOST_TEST((solution.x - image).lpNorm<Eigen::Infinity>() < 1e-6);
    BOOST_TEST(solution.report.iterations == 0);
  }
}

// The transforms' product and preconditioner on one problem, against a factorization.
BOOST_AUTO_TEST_CASE(large_kernels_are_multiplied_by_fourier_transforms) {
  const Convolution conv("input=40,50 kernel=31,30 padding=15:15,15:14 boundary=reflect");
  const auto solve = [&](SolveMethod method, Numbers kernel) {
    Random random("large");
    const Tikhonov solver(conv, kernel, 1e-2, Regularizer::identity(),
                          {.method = method, .tolerance = 1e-12});
    return solver.solve(small_integers<double>(random, conv.rows()));
  };
  Random random("kernel");
  Numbers kernel = small_integers<double>(random, conv.weight_count());
  for (double& weight : kernel) weight /= 1000;
  const Solution iterated = solve(SolveMethod::iterative, kernel);
  BOOST_TEST(iterated.report.fourier_products);
  BOOST_TEST(close(iterated.x, solve(SolveMethod::factorization, kernel).x, 1e-8) == "");
}

BOOST_AUTO_TEST_SUITE_END()
