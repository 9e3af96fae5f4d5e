#include "support/dense.hpp"
#include "support/diagonal_spec.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/optional_libraries.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/operator.hpp>
#include <toeplix/solvers/choose_lambda.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

#include <cmath>

// Each way to solve Tikhonov's problem against a dense solution.

BOOST_AUTO_TEST_SUITE(tikhonov_methods)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::LambdaChoice;
using toeplix::Padding;
using toeplix::Regularizer;
using toeplix::Solution;
using toeplix::SolveMethod;
using toeplix::SolverError;
using toeplix::SolveStatus;
using toeplix::Tikhonov;

Eigen::MatrixXd dense_of(const Regularizer& l, Index columns) {
  return Eigen::MatrixXd(l.matrix(columns));
}

/// One of the regularizers that a transform may diagonalize together with A.
Regularizer draw_regularizer(Random& random, const ConvolutionSpec& spec) {
  const Convolution conv(spec);
  switch (random.between(0, 2)) {
    case 0:
      return Regularizer::gradient(conv, spec.boundary);
    case 1:
      return Regularizer::laplacian(conv, spec.boundary);
    default:
      return Regularizer::identity();
  }
}

/// trace(A (A^T A + lambda L^T L)^-1 A^T)
double dense_freedom(const Eigen::MatrixXd& a, const Eigen::MatrixXd& l, double lambda) {
  const Eigen::MatrixXd normal = a.transpose() * a + lambda * l.transpose() * l;
  return (normal.ldlt().solve(a.transpose() * a)).trace();
}

Convolution blur(Index size, Index kernel, Boundary boundary) {
  return Convolution({.input = {size, size},
                      .kernel = {kernel, kernel},
                      .padding = Padding::same_upper(),
                      .boundary = boundary});
}

/// A kernel of ones with one pixel that makes it no mirror image of itself.
Numbers lopsided(Index size) {
  Numbers kernel(static_cast<std::size_t>(size * size), 1.0);
  kernel.front() = 5;
  return kernel;
}

}  // namespace

BOOST_AUTO_TEST_CASE(transforms, *needs_transforms()) {
  Failures failures;
  Random random("transforms");
  int solved = 0;
  for (int repeat = 0; repeat < 300; ++repeat) {
    const ConvolutionSpec spec =
        draw_diagonal_spec(random, {Boundary::circular, Boundary::symmetric});
    const Convolution conv(spec);
    if (conv.cols() > 100) continue;
    const Numbers kernel = draw_mirrored_kernel(random, spec);
    const Regularizer l = draw_regularizer(random, spec);
    const Numbers b = small_integers<double>(random, conv.rows());
    Tikhonov solver(conv, kernel, 0.5, l, {.method = SolveMethod::transform});
    if (solver.report().status == SolveStatus::singular) continue;
    ++solved;
    const Eigen::MatrixXd a = dense(conv, kernel);
    const Eigen::MatrixXd dense_l = dense_of(l, conv.cols());
    const Solution solution = solver.solve(b);
    failures.expect_none(spec, "x",
                         close(solution.x, dense_tikhonov(a, dense_l, 0.5, vector(b)), 1e-9));
    failures.expect(spec, "solved", solution.report.status == SolveStatus::solved);
    failures.expect(spec, "method", solution.report.method == SolveMethod::transform);
    const double freedom = dense_freedom(a, dense_l, 0.5);
    failures.expect(
        spec, "degrees of freedom",
        std::abs(solver.effective_degrees_of_freedom() - freedom) < 1e-8 * (1 + freedom));
  }
  BOOST_TEST(solved > 150);
}

namespace {

/// Circular axes with strides that divide them, and channels that are mixed.
ConvolutionSpec draw_strided_circle(Random& random) {
  ConvolutionSpec spec{.input = {}, .kernel = {}};
  std::vector<Index> strides;
  std::vector<toeplix::AxisPadding> padding;
  for (Index axis = random.between(1, 2); axis > 0; --axis) {
    const Index stride = random.between(1, 3);
    const Index kernel = stride + random.between(0, 2);
    const Index lower = random.between(0, kernel - stride);
    spec.input.push_back(stride * random.between(1, 4));
    spec.kernel.push_back(kernel);
    strides.push_back(stride);
    padding.push_back({lower, kernel - stride - lower});
  }
  spec.stride = strides;
  spec.padding = Padding(padding);
  spec.boundary = Boundary::circular;
  spec.groups = random.between(1, 2);
  spec.in_channels = spec.groups * random.between(1, 2);
  spec.out_channels = spec.groups * random.between(1, 3);
  spec.order =
      random.pick({toeplix::TensorOrder::channels_first, toeplix::TensorOrder::channels_last});
  return spec;
}

/// Tikhonov's problem by transforms against a dense solution.
template <class Conv, class Spec>
void check_blocks(const Spec& spec, const Conv& conv, Random& random, Failures& failures) {
  const Numbers kernel = small_integers<double>(random, conv.weight_count());
  const Numbers b = small_integers<double>(random, conv.rows());
  const Regularizer l =
      random.once_in(2) ? Regularizer::identity() : Regularizer::gradient(conv, Boundary::circular);
  Tikhonov solver(conv, kernel, 0.5, l, {.method = SolveMethod::transform});
  // What a gradient and a wide matrix leave undetermined.
  if (solver.report().reciprocal_condition.value_or(0) < 1e-6) return;
  const Eigen::MatrixXd a = dense(conv, kernel);
  const Eigen::MatrixXd dense_l = dense_of(l, conv.cols());
  const Solution solution = solver.solve(b);
  failures.expect_none(spec, "x",
                       close(solution.x, dense_tikhonov(a, dense_l, 0.5, vector(b)), 1e-8));
  failures.expect(spec, "solved", solution.report.status == SolveStatus::solved);
  const double freedom = dense_freedom(a, dense_l, 0.5);
  failures.expect(spec, "degrees of freedom",
                  std::abs(solver.effective_degrees_of_freedom() - freedom) < 1e-7 * (1 + freedom));
}

}  // namespace

BOOST_AUTO_TEST_CASE(blocks_of_channels_and_strides, *needs_transforms()) {
  Failures failures;
  Random random("blocks");
  for (int repeat = 0; repeat < 200; ++repeat) {
    const ConvolutionSpec spec = draw_strided_circle(random);
    const Convolution conv(spec);
    if (conv.cols() > 80) continue;
    check_blocks(spec, conv, random, failures);
    check_blocks(spec,
                 toeplix::TransposedConvolution(
                     toeplix::TransposedConvolutionSpec{.input = conv.output(),
                                                        .kernel = spec.kernel,
                                                        .in_channels = spec.out_channels,
                                                        .out_channels = spec.in_channels,
                                                        .groups = spec.groups,
                                                        .stride = spec.stride,
                                                        .padding = spec.padding,
                                                        .boundary = spec.boundary,
                                                        .order = spec.order}),
                 random, failures);
  }
}

BOOST_AUTO_TEST_CASE(channels_by_themselves, *needs_transforms()) {
  for (const char* const order : {"channels_first", "channels_last"}) {
    const Convolution conv(
        std::string("input=5,6 kernel=3,3 in=3 out=3 groups=3 padding=1 boundary=circular order=") +
        order);
    Random random(order);
    const Numbers kernel = small_integers<double>(random, conv.weight_count());
    const Numbers b = small_integers<double>(random, conv.rows());
    const Regularizer l = Regularizer::gradient(conv, Boundary::circular);
    const Solution solution =
        Tikhonov(conv, kernel, 0.5, l, {.method = SolveMethod::transform}).solve(b);
    BOOST_TEST(close(solution.x,
                     dense_tikhonov(dense(conv, kernel), dense_of(l, conv.cols()), 0.5, vector(b)),
                     1e-9) == "");
  }
}

BOOST_AUTO_TEST_CASE(iterations) {
  Failures failures;
  for_random_specs("iterations", 150, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    if (conv.cols() > 100 || conv.rows() > 300 || conv.rows() == 0) return;
    const Numbers weights = small_integers<double>(random, conv.weight_count());
    const Numbers b = small_integers<double>(random, conv.rows());
    const bool is_gradient = random.once_in(2);
    const Regularizer l = is_gradient ? Regularizer::gradient(conv) : Regularizer::identity();
    // The identity keeps the system from being singular; the gradient alone need not.
    const Eigen::MatrixXd a = dense(conv, weights);
    const Eigen::MatrixXd dense_l = dense_of(l, conv.cols());
    const Eigen::MatrixXd normal = a.transpose() * a + 0.5 * dense_l.transpose() * dense_l;
    if (normal.jacobiSvd().singularValues().tail(1)[0] < 1e-2) return;
    const Tikhonov solver(conv, weights, 0.5, l,
                          {.method = SolveMethod::iterative, .tolerance = 1e-13});
    const Solution solution = solver.solve(b);
    failures.expect_none(spec, "x",
                         close(solution.x, dense_tikhonov(a, dense_l, 0.5, vector(b)), 1e-8));
    failures.expect(spec, "solved", solution.report.status == SolveStatus::solved);
    failures.expect(
        spec, "history",
        static_cast<Index>(solution.report.history.size()) == solution.report.iterations);
  });
}

BOOST_AUTO_TEST_CASE(says_that_it_did_not_converge) {
  const Convolution conv = blur(16, 5, Boundary::replicate);
  const Tikhonov solver(conv, lopsided(5), 1e-6, Regularizer::gradient(conv),
                        {.method = SolveMethod::iterative, .max_iterations = 2});
  Random random("limit");
  const Solution solution = solver.solve(small_integers<double>(random, 256));
  BOOST_TEST((solution.report.status == SolveStatus::iteration_limit));
  BOOST_TEST(solution.report.iterations == 2);
  BOOST_TEST(solution.report.reason.find("2 iterations left a residual of ") == 0);
  BOOST_TEST(solution.x.size() == 256);
}

namespace {

void check_bits(Boundary boundary, const Numbers& kernel, SolveMethod method) {
  const Convolution conv = blur(200, 5, boundary);
  Random random("bits");
  const Numbers b = small_integers<double>(random, conv.rows());
  const auto x = [&](int threads) {
    return Tikhonov(conv, kernel, 1e-2, Regularizer::gradient(conv),
                    {.method = method, .resources = {.threads = threads}})
        .solve(b)
        .x;
  };
  const Eigen::VectorXd one = x(1);
  BOOST_TEST((one == x(2)));
  BOOST_TEST((one == x(7)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(same_bits_of_transforms_for_any_number_of_threads, *needs_transforms()) {
  check_bits(Boundary::symmetric, Numbers(25, 1.0), SolveMethod::transform);
}

BOOST_AUTO_TEST_CASE(same_bits_of_iterations_for_any_number_of_threads) {
  check_bits(Boundary::replicate, lopsided(5), SolveMethod::iterative);
}

namespace {

void check_no_transform(Boundary boundary, const std::string& reason) {
  const Convolution conv = blur(8, 3, boundary);
  const Numbers kernel(9, 1.0);
  check_throws<SolverError>(
      [&] {
        Tikhonov(conv, kernel, 1, Regularizer::identity(), {.method = SolveMethod::transform});
      },
      "method is transform, but transforms do not diagonalize this system: " + reason);
}

}  // namespace

BOOST_AUTO_TEST_CASE(refuses_what_transforms_do_not_diagonalize, *needs_transforms()) {
  check_no_transform(Boundary::reflect,
                     "a reflecting boundary's basis, the DCT-I, is not orthogonal, so A^T A is not "
                     "diagonal in it");
}

BOOST_AUTO_TEST_CASE(refuses_transforms_in_a_build_without_them,
                     *needs(!toeplix::detail::has_transforms(), "the library has transforms")) {
  check_no_transform(Boundary::circular, "the library was built without FFTW");
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Convolution conv = blur(8, 3, Boundary::reflect);
  const Numbers kernel(9, 1.0);
  check_throws<SolverError>(
      [&] { Tikhonov(conv, kernel, 1, Regularizer::identity(), {.tolerance = 0}); },
      "tolerance is 0; expected more than 0 and less than 1");
  check_throws<SolverError>(
      [&] { Tikhonov(conv, kernel, 1, Regularizer::identity(), {.max_iterations = 0}); },
      "max_iterations is 0; expected at least 1");
}

// The rules find with each method what they find with a factorization.
BOOST_AUTO_TEST_CASE(the_choice_of_lambda_does_not_depend_on_the_method, *needs_transforms()) {
  const Convolution conv = blur(24, 5, Boundary::symmetric);
  const Numbers kernel(25, 0.04);
  const Regularizer l = Regularizer::gradient(conv);
  Random random("choice");
  Numbers image = small_integers<double>(random, conv.cols(), 0, 20);
  Eigen::VectorXd b = dense(conv, kernel) * vector(image);
  for (double& value : b) value += static_cast<double>(random.between(-10, 10)) / 40;
  const auto choose = [&](SolveMethod method, auto rule) {
    Tikhonov solver(conv, kernel, l, {.method = method, .tolerance = 1e-10});
    return rule(solver).lambda;
  };
  const auto discrepancy = [&](Tikhonov& solver) {
    return toeplix::choose_by_discrepancy(solver, b, 0.15);
  };
  const double expected = choose(SolveMethod::factorization, discrepancy);
  BOOST_TEST(choose(SolveMethod::transform, discrepancy) == expected,
             boost::test_tools::tolerance(1e-6));
  BOOST_TEST(choose(SolveMethod::iterative, discrepancy) == expected,
             boost::test_tools::tolerance(1e-6));
  // Cross-validation's trace is exact with a transform and estimated with the others.
  const auto validation = [&](Tikhonov& solver) {
    return toeplix::choose_by_cross_validation(solver, b);
  };
  const double estimated = choose(SolveMethod::factorization, validation);
  BOOST_TEST(std::abs(std::log10(choose(SolveMethod::transform, validation) / estimated)) < 0.5);
}

// GCV's exact score is least where the search says, among many lambdas.
BOOST_AUTO_TEST_CASE(cross_validation_is_exact_with_transforms, *needs_transforms()) {
  const Convolution conv = blur(8, 3, Boundary::circular);
  const Numbers kernel = lopsided(3);
  const Regularizer l = Regularizer::laplacian(conv, Boundary::circular);
  Random random("exact");
  const Eigen::VectorXd b = vector(small_integers<double>(random, conv.rows()));
  const Eigen::MatrixXd a = dense(conv, kernel);
  const Eigen::MatrixXd dense_l = dense_of(l, conv.cols());
  const auto score = [&](double lambda) {
    const Eigen::VectorXd x = dense_tikhonov(a, dense_l, lambda, b);
    const double free = 1 - dense_freedom(a, dense_l, lambda) / static_cast<double>(b.size());
    return (a * x - b).squaredNorm() / (free * free);
  };
  Tikhonov solver(conv, kernel, l, {.method = SolveMethod::transform});
  const LambdaChoice choice =
      toeplix::choose_by_cross_validation(solver, b, {.least = 1e-3, .greatest = 1e3});
  for (double decade = -3; decade <= 3; decade += 0.25) {
    BOOST_TEST(score(choice.lambda) <= score(std::pow(10, decade)) * 1.01);
  }
}

BOOST_AUTO_TEST_SUITE_END()
