#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/interruptible.hpp>
#include <toeplix/solvers/nonnegative_least_squares.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <iterator>

// Least squares within bounds, against every set of numbers that can be at a bound.

BOOST_AUTO_TEST_SUITE(nonnegative_least_squares_problems)

namespace {

using namespace toeplix::test;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::IterationStatus;
using toeplix::IterativeSolution;
using toeplix::nonnegative_least_squares;
using toeplix::NonnegativeOptions;
using toeplix::SolverError;

double objective(const Eigen::MatrixXd& a, const Eigen::VectorXd& b, double lambda,
                 const Eigen::VectorXd& x) {
  return (a * x - b).squaredNorm() + lambda * x.squaredNorm();
}

/// The x with these numbers free (0), at 0 (1) or at the upper bound (2) and the others best.
Eigen::VectorXd best_with(const Eigen::MatrixXd& a, const Eigen::VectorXd& b, double lambda,
                          double upper, const std::vector<int>& places) {
  const auto count = static_cast<Index>(places.size());
  Eigen::VectorXd x = Eigen::VectorXd::Zero(count);
  std::vector<Index> free;
  for (Index i = 0; i < count; ++i) {
    if (places[static_cast<std::size_t>(i)] == 0) free.push_back(i);
    if (places[static_cast<std::size_t>(i)] == 2) x[i] = upper;
  }
  if (free.empty()) return x;
  const auto columns = static_cast<Index>(free.size());
  Eigen::MatrixXd stacked = Eigen::MatrixXd::Zero(a.rows() + columns, columns);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(a.rows() + columns);
  right.head(a.rows()) = b - a * x;
  for (Index j = 0; j < columns; ++j) {
    stacked.col(j).head(a.rows()) = a.col(free[static_cast<std::size_t>(j)]);
    stacked(a.rows() + j, j) = std::sqrt(lambda);
  }
  const Eigen::VectorXd best = dense_svd(stacked).solve(right, 1e-12);
  for (Index j = 0; j < columns; ++j) x[free[static_cast<std::size_t>(j)]] = best[j];
  return x;
}

/// The best of all x whose free numbers are the best for the others at bounds. Some minimum has
/// independent free columns, so that it is among them.
Eigen::VectorXd brute_force(const Eigen::MatrixXd& a, const Eigen::VectorXd& b, double lambda,
                            double upper) {
  const int choices = std::isinf(upper) ? 2 : 3;
  std::vector<int> places(static_cast<std::size_t>(a.cols()), 0);
  Eigen::VectorXd best = Eigen::VectorXd::Zero(a.cols());
  for (;;) {
    const Eigen::VectorXd x = best_with(a, b, lambda, upper, places);
    if (x.minCoeff() > -1e-12 && x.maxCoeff() < upper + 1e-12 &&
        objective(a, b, lambda, x) < objective(a, b, lambda, best)) {
      best = x;
    }
    std::size_t at = 0;
    while (at < places.size() && ++places[at] == choices) places[at++] = 0;
    if (at == places.size()) return best;
  }
}

/// |projected gradient| / |A^T b|, as the documentation defines it.
double projected(const Eigen::MatrixXd& a, const Eigen::VectorXd& b, double lambda, double upper,
                 const Eigen::VectorXd& x) {
  Eigen::VectorXd gradient = a.transpose() * (a * x - b) + lambda * x;
  for (Index i = 0; i < x.size(); ++i) {
    if (x[i] == 0) gradient[i] = std::min(gradient[i], 0.0);
    if (x[i] == upper) gradient[i] = std::max(gradient[i], 0.0);
  }
  const double first = (a.transpose() * b).norm();
  return gradient.norm() == 0 ? 0 : gradient.norm() / first;
}

template <class Spec>
void check_against_brute_force(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Numbers weights = small_integers<double>(random, conv.weight_count());
  const Numbers b = small_integers<double>(random, conv.rows());
  const Eigen::MatrixXd a = dense(conv, weights);
  const double lambda = random.pick({0.0, 0.5});
  const double upper = random.pick({infinity, 0.5});
  const IterativeSolution solution = nonnegative_least_squares(
      conv, weights, b,
      {.lambda = lambda, .upper = upper, .tolerance = 1e-9, .max_iterations = 20000});
  const Eigen::VectorXd best = brute_force(a, vector(b), lambda, upper);
  const Eigen::VectorXd& x = solution.x;
  failures.expect(spec, "status", solution.report.status == IterationStatus::converged);
  failures.expect(spec, "bounds", x.minCoeff() >= 0 && x.maxCoeff() <= upper);
  const double least = objective(a, vector(b), lambda, best);
  failures.expect(spec, "objective",
                  objective(a, vector(b), lambda, x) <= least + 1e-9 * (1 + least));
  failures.expect(spec, "history",
                  std::abs(solution.report.history.back() - least) <= 1e-9 * (1 + least));
  if (lambda > 0) failures.expect_none(spec, "x", close(x, best, 1e-7));
}

template <class Spec>
void check_conditions(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Numbers weights = small_integers<double>(random, conv.weight_count());
  const Numbers b = small_integers<double>(random, conv.rows());
  const Eigen::MatrixXd a = dense(conv, weights);
  const double lambda = random.pick({0.0, 2.0});
  const double upper = random.pick({infinity, 1.0});
  const IterativeSolution solution = nonnegative_least_squares(
      conv, weights, b,
      {.lambda = lambda, .upper = upper, .tolerance = 1e-7, .max_iterations = 20000});
  const auto& report = solution.report;
  const double error = projected(a, vector(b), lambda, upper, solution.x);
  failures.expect(spec, "status", report.status == IterationStatus::converged);
  failures.expect(spec, "reason", report.reason.empty());
  failures.expect(spec, "conditions", error <= 1.1e-7 || (a.transpose() * vector(b)).norm() == 0);
  failures.expect(spec, "its error", std::abs(report.error - error) <= 1e-12);
  const double residual = (a * solution.x - vector(b)).norm();
  failures.expect(spec, "its residual",
                  std::abs(report.residual - residual) <= 1e-12 * (1 + residual));
  failures.expect(spec, "its history", std::ssize(report.history) == 1 + report.iterations);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_set_of_bounds) {
  Failures failures;
  for_random_specs("nnls by brute force", 320, [&](const auto& spec, Random& random) {
    if (make(spec).cols() > 5 || make(spec).rows() > 30) return;
    check_against_brute_force(failures, spec, random);
  });
  BOOST_TEST(failures.checked() > 200);
}

BOOST_AUTO_TEST_CASE(conditions_of_a_minimum) {
  Failures failures;
  for_random_specs("nnls by its conditions", 120, [&](const auto& spec, Random& random) {
    if (make(spec).cols() > 150 || make(spec).rows() > 150) return;
    check_conditions(failures, spec, random);
  });
  BOOST_TEST(failures.checked() > 600);
}

BOOST_AUTO_TEST_CASE(recovers_an_image_with_zeros) {
  const Convolution conv({.input = {17, 13}, .kernel = {3, 3}, .padding = 1});
  const Numbers weights{1, 1, 0, 1, 9, 2, 0, 1, 1};
  Eigen::VectorXd image(17 * 13);
  for (Index i = 0; i < image.size(); ++i) image[i] = static_cast<double>(i % 3 == 0 ? i % 7 : 0);
  const Eigen::VectorXd b = dense(conv, weights) * image;
  const IterativeSolution solution =
      nonnegative_least_squares(conv, weights, b, {.tolerance = 1e-11});
  BOOST_TEST(close(solution.x, image, 1e-9) == "");
  BOOST_TEST(solution.report.relative_residual < 1e-10);
  BOOST_TEST(solution.report.last_change < 1e-8);
  BOOST_TEST(solution.report.bytes == 8 * 6 * conv.cols());
  BOOST_TEST(solution.report.seconds > 0);
}

BOOST_AUTO_TEST_CASE(separable_kernels_are_multiplied_axis_by_axis) {
  const Convolution conv("input=20,18 kernel=15,15 padding=7 boundary=symmetric");
  Numbers weights;
  for (Index i = 0; i < 225; ++i) {
    weights.push_back((8.0 - std::abs(static_cast<double>(i / 15) - 7)) *
                      (8.0 - std::abs(static_cast<double>(i % 15) - 7)) / 4096);
  }
  Numbers b;
  for (Index i = 0; i < conv.rows(); ++i) b.push_back(static_cast<double>(i * i % 101) - 40);
  const IterativeSolution solution = nonnegative_least_squares(conv, weights, b, {.lambda = 0.01});
  BOOST_TEST(solution.report.separated_terms.value_or(0) == 1);
  BOOST_TEST((solution.report.status == IterationStatus::converged));
  BOOST_TEST(projected(dense(conv, weights), vector(b), 0.01, infinity, solution.x) < 1.1e-6);
}

BOOST_AUTO_TEST_CASE(momentum_starts_anew) {
  // Without a new start it swings for thousands of steps; without momentum it creeps.
  const Convolution conv({.input = {60}, .kernel = {3}, .padding = 1});
  Numbers b;
  for (int i = 0; i < 60; ++i) b.push_back(std::sin(i * i * 0.1) + 1);
  const auto solution =
      nonnegative_least_squares(conv, Numbers{1, 1.9, 1}, b, {.tolerance = 1e-10});
  BOOST_TEST((solution.report.status == IterationStatus::converged));
  BOOST_TEST_MESSAGE(solution.report.iterations);
  BOOST_TEST(solution.report.iterations < 600);
}

BOOST_AUTO_TEST_CASE(nothing_to_do) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const auto zero = nonnegative_least_squares(conv, Numbers{0, 0, 0}, Numbers(5, 2.0));
  BOOST_TEST((zero.report.status == IterationStatus::converged));
  BOOST_TEST(zero.x.norm() == 0);
  BOOST_TEST(zero.report.relative_residual == 1);
  BOOST_TEST(zero.report.iterations == 0);
  const auto dark = nonnegative_least_squares(conv, Numbers{1, 2, 1}, Numbers(5, 0.0));
  BOOST_TEST((dark.report.status == IterationStatus::converged));
  BOOST_TEST(dark.x.norm() == 0);
  BOOST_TEST(dark.report.relative_residual == 0);
  // What pulls below 0 everywhere.
  const auto negative = nonnegative_least_squares(conv, Numbers{1, 2, 1}, Numbers(5, -1.0));
  BOOST_TEST(negative.x.norm() == 0);
  BOOST_TEST(negative.report.iterations == 0);
  const Convolution pixel({.input = {1}, .kernel = {1}});
  BOOST_TEST(std::abs(nonnegative_least_squares(pixel, Numbers{2}, Numbers{6}).x[0] - 3) < 1e-9);
  // Rows that are orthogonal to b, but for rounding.
  const Convolution ring("input=7 kernel=2 boundary=circular padding=0:1");
  const auto blind = nonnegative_least_squares(ring, Numbers{-0.1, 0.1}, Numbers(7, 0.3));
  BOOST_TEST((blind.report.status == IterationStatus::converged));
  BOOST_TEST(blind.x.norm() < 1e-12);
}

BOOST_AUTO_TEST_CASE(a_limit_is_a_status) {
  const Convolution conv({.input = {20}, .kernel = {3}, .padding = 1});
  int calls = 0;
  const auto solution = nonnegative_least_squares(
      conv, Numbers{1, 1.9, 1}, Numbers(20, 1.0),
      {.max_iterations = 3, .progress = [&](int iteration, double residual) {
         BOOST_TEST(iteration == ++calls);
         BOOST_TEST(residual > 0);
         BOOST_TEST(residual < 1);
       }});
  BOOST_TEST(calls == 3);
  BOOST_TEST((solution.report.status == IterationStatus::iteration_limit));
  BOOST_TEST(to_string(solution.report.status) == "iteration_limit");
  BOOST_TEST(solution.report.reason.find("the projected gradient as a share of |A^T b| is ") == 0);
  BOOST_TEST(solution.report.reason.find(" after 3 iterations; wanted at most 1e-06") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_near_the_ends_of_a_double) {
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  const Numbers weights{1, 4, -1};
  const Numbers small{1, -2, 3, 4, 5, 6};
  const auto one = nonnegative_least_squares(conv, weights, small, {.lambda = 0.25, .upper = 1});
  const auto scaled = [](Numbers numbers, int exponent) {
    for (double& number : numbers) number = std::ldexp(number, exponent);
    return numbers;
  };
  for (const int exponent : {-1000, 660, 1020}) {
    const auto far = nonnegative_least_squares(conv, weights, scaled(small, exponent),
                                               {.lambda = 0.25, .upper = std::ldexp(1, exponent)});
    BOOST_TEST(far.x == one.x * std::ldexp(1.0, exponent));
    BOOST_TEST(far.report.residual == std::ldexp(one.report.residual, exponent));
  }
  for (const int exponent : {-500, 500}) {
    const auto far = nonnegative_least_squares(
        conv, scaled(weights, exponent), small,
        {.lambda = std::ldexp(0.25, 2 * exponent), .upper = std::ldexp(1, -exponent)});
    BOOST_TEST(far.x == one.x * std::ldexp(1.0, -exponent));
  }
  const auto both =
      nonnegative_least_squares(conv, scaled(weights, 1000), scaled(small, 1000), {.upper = 1});
  BOOST_TEST(both.x == nonnegative_least_squares(conv, weights, small, {.upper = 1}).x);
  // x is 2^1040, which no double is.
  const Convolution point({.input = {6}, .kernel = {1}});
  const auto beyond = nonnegative_least_squares(point, Numbers{0x1p-20}, Numbers(6, 0x1p1020));
  BOOST_TEST((beyond.report.status == IterationStatus::overflow));
  BOOST_TEST(beyond.report.reason == "x has numbers beyond what a double holds");
  const auto bounded =
      nonnegative_least_squares(point, Numbers{0x1p-20}, Numbers(6, 0x1p1020), {.upper = 3});
  BOOST_TEST(bounded.x.maxCoeff() == 3);
  // A penalty that leaves nothing.
  const auto heavy =
      nonnegative_least_squares(point, Numbers{1e-200}, Numbers(6, 1.0), {.lambda = 1e200});
  BOOST_TEST((heavy.report.status == IterationStatus::converged));
  BOOST_TEST(heavy.x.norm() == 0);
}

BOOST_AUTO_TEST_CASE(the_same_bits_for_any_number_of_threads) {
  const Convolution conv({.input = {400, 401}, .kernel = {3, 3}, .padding = 1});
  Random random("threads");
  const Numbers b = small_integers<double>(random, conv.rows());
  const Numbers weights{1, 2, 1, 2, 4, 2, 1, 2, -1};
  NonnegativeOptions options{.max_iterations = 4, .resources = {.threads = 1}};
  const auto one = nonnegative_least_squares(conv, weights, b, options);
  options.resources.threads = 3;
  const auto three = nonnegative_least_squares(conv, weights, b, options);
  BOOST_TEST(one.x == three.x);
  BOOST_TEST(one.report.history == three.report.history);
  BOOST_TEST(one.report.error == three.report.error);
}

BOOST_AUTO_TEST_CASE(floats_and_specs_give_the_same_bits) {
  const toeplix::ConvolutionSpec spec{.input = {12}, .kernel = {3}, .padding = 2};
  const std::vector<float> weights{1, 0.1f, 2};
  const std::vector<float> b = {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 0.3f};
  const Numbers exact_weights(weights.begin(), weights.end());
  const Numbers exact_b(b.begin(), b.end());
  const Eigen::VectorXd x = nonnegative_least_squares(spec, exact_weights, exact_b).x;
  BOOST_TEST(nonnegative_least_squares(Convolution(spec), weights, b).x == x);
  BOOST_TEST(nonnegative_least_squares(toeplix::Pattern(Convolution(spec)),
                                       std::span(exact_weights), std::span(exact_b))
                 .x == x);
}

BOOST_AUTO_TEST_CASE(can_be_stopped) {
  const Convolution conv({.input = {20}, .kernel = {3}, .padding = 1});
  int asked = 0;
  const toeplix::Interruptible guard([&] { return ++asked > 50; });
  BOOST_CHECK_THROW(nonnegative_least_squares(conv, Numbers{1, 1.9, 1}, Numbers(20, 1.0),
                                              {.tolerance = 0, .max_iterations = 1000000}),
                    toeplix::Interrupted);
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const Numbers w{1, 4, 1};
  const Numbers b(5, 1.0);
  const auto check = [&](const Numbers& weights, const Numbers& right,
                         const NonnegativeOptions& options, const std::string& message) {
    check_throws<SolverError>([&] { nonnegative_least_squares(conv, weights, right, options); },
                              message);
  };
  check(w, Numbers(4), {}, "b has length 4; expected 5");
  check(Numbers(4), b, {}, "weights has length 4; expected 3");
  check({1, infinity, 1}, b, {}, "weights has an infinity at 1; expected finite numbers");
  check(w, {1, 2, not_a_number, 4, 5}, {}, "b has a NaN at 2; expected finite numbers");
  check(w, b, {.lambda = -1}, "lambda is -1; expected a finite number of at least 0");
  check(w, b, {.lambda = infinity}, "lambda is inf; expected a finite number of at least 0");
  check(w, b, {.upper = 0}, "upper is 0; expected a number above 0");
  check(w, b, {.upper = not_a_number}, "upper is nan; expected a number above 0");
  check(w, b, {.tolerance = not_a_number},
        "tolerance is nan; expected a finite number of at least 0");
  check(w, b, {.max_iterations = 0}, "max_iterations is 0; expected at least 1");
  check_throws<toeplix::Error>(
      [&] { nonnegative_least_squares(conv, w, b, {.resources = {.threads = -1}}); },
      "threads -1 is negative; expected a number above 0, or 0 for the default");
  const Index bytes = 8 * (4 * 5 + 2 * 5);
  BOOST_CHECK_NO_THROW(
      nonnegative_least_squares(conv, w, b, {.resources = {.memory_budget = bytes}}));
  check_capacity(
      [&] { nonnegative_least_squares(conv, w, b, {.resources = {.memory_budget = bytes - 1}}); },
      "the vectors of nonnegative_least_squares need 240 bytes, which exceeds the memory budget of "
      "239 bytes; use a smaller image",
      30, bytes);
  // 2^40 columns, of which two rows read a few.
  const Convolution vast({.input = {Index{1} << 40}, .kernel = {1}, .stride = Index{1} << 39});
  BOOST_CHECK_THROW(nonnegative_least_squares(vast, Numbers{1}, Numbers{1, 2}), CapacityError);
}

BOOST_AUTO_TEST_SUITE_END()
