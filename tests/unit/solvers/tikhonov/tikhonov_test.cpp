#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/solvers/tikhonov.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cmath>

// Tikhonov's x against a dense least squares solution of the stacked system.

BOOST_AUTO_TEST_SUITE(tikhonov)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::Ordering;
using toeplix::Pattern;
using toeplix::Regularizer;
using toeplix::Solution;
using toeplix::SolverError;
using toeplix::SolveStatus;
using toeplix::TensorOrder;
using toeplix::Tikhonov;

}  // namespace

BOOST_AUTO_TEST_CASE(random_geometries) {
  Failures failures;
  for_random_specs("tikhonov", 100, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    if (conv.cols() > 120 || conv.rows() > 300) return;
    const Numbers weights = small_integers<double>(random, conv.weight_count());
    const Numbers b = small_integers<double>(random, conv.rows());
    const Eigen::MatrixXd a = dense(conv, weights);
    const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(a.cols(), a.cols());
    Tikhonov solver(conv, weights, 0.25);
    const Solution solution = solver.solve(b);
    failures.expect_none(spec, "L = I",
                         close(solution.x, dense_tikhonov(a, identity, 0.25, vector(b)), 1e-9));
    failures.expect(spec, "status", solution.report.status == SolveStatus::solved);
    solver.set_lambda(2);
    failures.expect_none(spec, "another lambda",
                         close(solver.solve(b).x, dense_tikhonov(a, identity, 2, vector(b)), 1e-9));
    // Positive definite: the Laplacian's eigenvalues are not.
    const Eigen::MatrixXd l =
        identity - Eigen::MatrixXd(Regularizer::laplacian(conv).matrix(conv.cols()));
    const Eigen::SparseMatrix<double, Eigen::RowMajor> sparse = l.sparseView();
    failures.expect_none(spec, "L any sparse matrix",
                         close(Tikhonov(conv, weights, 0.5, Regularizer(sparse)).solve(b).x,
                               dense_tikhonov(a, l, 0.5, vector(b)), 1e-9));
  });
  BOOST_TEST(failures.checked() > 200);
}

BOOST_AUTO_TEST_CASE(orderings_agree) {
  const Convolution conv({.input = {40, 30}, .kernel = {5, 5}, .padding = 2});
  Random random("orderings");
  const Numbers weights = small_integers<double>(random, 25);
  const Numbers b = small_integers<double>(random, 1200);
  const Eigen::VectorXd x = Tikhonov(conv, weights, 1e-2).solve(b).x;
  for (const Ordering ordering : {Ordering::dissection, Ordering::metis, Ordering::amd}) {
    const Tikhonov other(conv, weights, 1e-2, Regularizer::identity(), {.ordering = ordering});
    BOOST_TEST(close(other.solve(b).x, x, 1e-9) == "");
  }
}

BOOST_AUTO_TEST_CASE(fill_is_no_worse_than_amd) {
  // The benchmark's problems. A budget that holds A^T A but no factor ends after the symbolic
  // phase.
  const auto fill = [](const Convolution& conv, Index budget, Ordering ordering) {
    try {
      Tikhonov(conv, Numbers(81, 1.0 / 81), 1e-2, Regularizer::identity(),
               {.ordering = ordering, .resources = {.memory_budget = budget}});
      BOOST_ERROR("not refused");
    } catch (const CapacityError& error) {
      BOOST_TEST(std::string(error.what()).find("a Cholesky factor") == 0);
      return error.entries().value();
    }
    return Index{-1};
  };
  for (const Boundary boundary : {Boundary::zero, Boundary::reflect}) {
    for (const Index size : {128, 256}) {
      const Convolution conv(
          {.input = {size, size}, .kernel = {9, 9}, .padding = 4, .boundary = boundary});
      const Index budget = size * size * 6000;
      const Index ours = fill(conv, budget, Ordering::dissection);
      BOOST_TEST(ours <= fill(conv, budget, Ordering::amd));
      BOOST_TEST(ours > 100 * conv.cols());
    }
  }
}

BOOST_AUTO_TEST_CASE(many_right_hand_sides) {
  const Convolution conv({.input = {7, 6}, .kernel = {3, 3}, .padding = 1});
  Random random("many");
  const Numbers weights = small_integers<double>(random, 9);
  Eigen::MatrixXd b(42, 3);
  for (double& value : b.reshaped()) value = static_cast<double>(random.between(-4, 4));
  const Tikhonov solver(conv, weights, 0.5);
  const toeplix::Solutions solutions = solver.solve_many(b);
  double sum = 0;
  for (Index column = 0; column < 3; ++column) {
    const Solution one = solver.solve(Eigen::VectorXd(b.col(column)));
    BOOST_TEST(close(solutions.x.col(column), one.x, 1e-9) == "");
    sum += one.report.residual * one.report.residual;
  }
  BOOST_TEST(std::abs(solutions.report.residual - std::sqrt(sum)) < 1e-12);
  BOOST_TEST(solver.solve_many(Eigen::MatrixXd(42, 0)).x.cols() == 0);
}

BOOST_AUTO_TEST_CASE(kernels_of_low_rank_are_multiplied_axis_by_axis) {
  const Convolution conv("input=20,18 kernel=15,15 padding=7 boundary=symmetric");
  const auto along = [](Index i) { return 8.0 - std::abs(static_cast<double>(i) - 7.0); };
  const auto kernel = [&](double corner) {
    Numbers weights;
    for (Index i = 0; i < 225; ++i) weights.push_back(along(i / 15) * along(i % 15) / 4096);
    weights.front() += corner;
    return weights;
  };
  Numbers b;
  for (Index i = 0; i < conv.rows(); ++i) b.push_back(static_cast<double>(i * i % 101));
  for (const double corner : {0.0, 0.5}) {
    const Numbers weights = kernel(corner);
    const Eigen::MatrixXd a = dense(conv, weights);
    const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(a.cols(), a.cols());
    const Solution solution = Tikhonov(conv, weights, 0.25).solve(b);
    BOOST_CHECK(solution.report.status == SolveStatus::solved);
    BOOST_TEST(solution.report.separated_terms.value_or(0) == (corner == 0 ? 1 : 2));
    BOOST_TEST((a * solution.x - vector(b)).norm() == solution.report.residual,
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST(close(solution.x, dense_tikhonov(a, identity, 0.25, vector(b)), 1e-9) == "");
  }
  const Numbers small = {1, 2, 1};
  BOOST_TEST(!Tikhonov(Convolution("input=9 kernel=3"), small, 1).report().separated_terms);
}

BOOST_AUTO_TEST_CASE(degrees_of_freedom_are_a_trace) {
  const Convolution conv({.input = {8, 8}, .kernel = {3, 3}, .padding = 1});
  const Numbers weights{1, 2, 1, 2, 4, 2, 1, 2, 1};
  const Eigen::MatrixXd a = dense(conv, weights);
  const Eigen::MatrixXd normal = a.transpose() * a + 3 * Eigen::MatrixXd::Identity(64, 64);
  const double trace = (a * dense_inverse(normal) * a.transpose()).trace();
  BOOST_TEST(std::abs(Tikhonov(conv, weights, 3).effective_degrees_of_freedom(2000) - trace) <
             0.02 * trace);
}

BOOST_AUTO_TEST_CASE(status) {
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  const Numbers b{1, 2, 3, 4, 5, 6};
  const Solution zero = Tikhonov(conv, Numbers{0, 0, 0}, 1).solve(b);
  BOOST_TEST((zero.report.status == SolveStatus::solved));
  BOOST_TEST(zero.x.norm() == 0);
  BOOST_TEST(zero.report.relative_residual == 1);
  Tikhonov free(conv, Numbers{0, 0, 0}, 0);
  const Solution none = free.solve(b);
  BOOST_TEST((none.report.status == SolveStatus::singular));
  BOOST_TEST(none.x.size() == 0);
  BOOST_TEST(none.report.reason == "A^T A + lambda L^T L is not positive definite; raise lambda");
  BOOST_CHECK_THROW((void)free.effective_degrees_of_freedom(), SolverError);
  free.set_lambda(1);
  BOOST_TEST((free.solve(b).report.status == SolveStatus::solved));
  // 1 1 . . / 1 1 1 . ... with 5 pixels is singular.
  const Convolution five({.input = {5}, .kernel = {3}, .padding = 1});
  BOOST_TEST((Tikhonov(five, Numbers{1, 1, 1}, 0).solve(Numbers(5, 1.0)).report.status ==
              SolveStatus::singular));
  // The Laplacian does not see a constant, though the factor's diagonal stays above rounding.
  const Convolution plane(
      {.input = {48, 48}, .kernel = {3, 3}, .padding = 1, .boundary = Boundary::reflect});
  const Numbers laplacian{0, 1, 0, 1, -4, 1, 0, 1, 0};
  Tikhonov blind(plane, laplacian, 0);
  BOOST_TEST((blind.report().status == SolveStatus::singular));
  BOOST_TEST(blind.report().reciprocal_condition.value() < 1e-15);
  blind.set_lambda(1e-6);
  BOOST_TEST((blind.report().status == SolveStatus::solved));
  // Columns that no row reads, and rows that read nothing.
  const Convolution sparse({.input = {9}, .kernel = {1}, .stride = 3, .padding = 3});
  const Solution seen = Tikhonov(sparse, Numbers{2}, 1).solve(Numbers(5, 5.0));
  const Eigen::VectorXd half = (Eigen::VectorXd(9) << 2, 0, 0, 2, 0, 0, 2, 0, 0).finished();
  BOOST_TEST(close(seen.x, half, 1e-9) == "");
}

BOOST_AUTO_TEST_CASE(what_it_will_cost) {
  const Convolution conv({.input = {40, 30}, .kernel = {5, 5}, .padding = 2});
  Random random("cost");
  const Numbers weights = small_integers<double>(random, 25);
  const Numbers b = small_integers<double>(random, 1200);
  const Tikhonov at_once(conv, weights, 0.25);
  Tikhonov solver(conv, weights, Regularizer::identity());
  BOOST_TEST(solver.report().fill == at_once.report().fill);
  BOOST_TEST(solver.report().flops == at_once.report().flops);
  BOOST_TEST(solver.report().bytes == at_once.report().bytes);
  BOOST_TEST(solver.report().flops > 1e6);
  BOOST_TEST(solver.report().seconds.factorization == 0);
  // Nothing is solved before there is a factor.
  BOOST_TEST(std::isnan(solver.lambda()));
  BOOST_TEST((solver.solve(b).report.status == SolveStatus::singular));
  BOOST_TEST(solver.solve(b).report.reason == "nothing is factorized until set_lambda");
  BOOST_TEST(solver.solve(b).x.size() == 0);
  check_throws<SolverError>([&] { (void)solver.effective_degrees_of_freedom(); },
                            "nothing is factorized until set_lambda");
  solver.set_lambda(0.25);
  BOOST_TEST((solver.report().status == SolveStatus::solved));
  BOOST_TEST(solver.report().reason == "");
  BOOST_TEST(solver.solve(b).x == at_once.solve(b).x);
  // What exceeds the budget is refused there, and nothing else.
  const Index bytes = solver.report().bytes;
  Tikhonov(conv, weights, Regularizer::identity(), {.resources = {.memory_budget = bytes}});
  BOOST_CHECK_THROW(
      Tikhonov(conv, weights, Regularizer::identity(), {.resources = {.memory_budget = bytes - 1}}),
      CapacityError);
}

BOOST_AUTO_TEST_CASE(says_which_way_to_move_lambda) {
  const auto reason = [](const Numbers& weights, double lambda, bool constant) {
    const Convolution conv(
        {.input = {6}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular});
    const Tikhonov solver(
        conv, weights, lambda,
        constant ? Regularizer::gradient(Pattern(conv)) : Regularizer::identity());
    BOOST_TEST((solver.report().status == SolveStatus::singular));
    const std::string& text = solver.report().reason;
    return text.substr(text.find(';') + 2);
  };
  BOOST_TEST(reason({1, -2, 1}, 0, false) == "raise lambda");
  BOOST_TEST(reason({1, -2, 1}, 1e-18, false) == "raise lambda");
  BOOST_TEST(reason({1, 4, 1}, 1e17, true) == "lower lambda");
  // Both are blind to a constant.
  BOOST_TEST(reason({1, -2, 1}, 1, true) == "A and L have a null vector in common");
}

BOOST_AUTO_TEST_CASE(numbers_near_the_ends_of_a_double) {
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  const Tikhonov solver(conv, Numbers{1, 4, 1}, 1);
  const Numbers small{1, 2, 3, 4, 5, 6};
  const Solution one = solver.solve(small);
  for (const int exponent : {-1000, 660, 1020}) {
    const double unit = std::ldexp(1.0, exponent);
    Numbers b = small;
    for (double& value : b) value *= unit;
    const Solution far = solver.solve(b);
    BOOST_TEST((far.report.status == SolveStatus::solved));
    BOOST_TEST(far.x == one.x * unit);
    BOOST_TEST(far.report.residual == one.report.residual * unit);
  }
  // x is 2^1040, which no double is.
  const Convolution point({.input = {6}, .kernel = {1}});
  const Solution beyond = Tikhonov(point, Numbers{0x1p-20}, 0).solve(Numbers(6, 0x1p1020));
  BOOST_TEST((beyond.report.status == SolveStatus::inaccurate));
  BOOST_TEST(beyond.report.reason == "the solution has numbers beyond what a double holds");
  // A^T A overflows.
  const Tikhonov great(point, Numbers{0x1p600}, 1);
  BOOST_TEST((great.report().status == SolveStatus::singular));
  BOOST_TEST(great.report().reason ==
             "A^T A + lambda L^T L has numbers beyond what a double holds");
}

BOOST_AUTO_TEST_CASE(phases_add_up) {
  const Convolution conv({.input = {64, 64}, .kernel = {7, 7}, .padding = 3});
  const Numbers weights(49, 1.0);
  const auto begin = std::chrono::steady_clock::now();
  const Tikhonov solver(conv, weights, 1, Regularizer::gradient(Pattern(conv)));
  const Solution solution = solver.solve(Numbers(4096, 1.0));
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  BOOST_TEST(solution.report.seconds.total() <= wall.count());
  BOOST_TEST(solution.report.seconds.total() > 0.5 * wall.count());
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  const Numbers w{1, 4, 1};
  check_throws<SolverError>([&] { Tikhonov(conv, w, -1); },
                            "lambda is -1; expected a finite number of at least 0");
  check_throws<SolverError>([&] { Tikhonov(conv, w, not_a_number); },
                            "lambda is nan; expected a finite number of at least 0");
  check_throws<SolverError>([&] { Tikhonov(conv, w, infinity); },
                            "lambda is inf; expected a finite number of at least 0");
  check_throws<SolverError>(
      [&] {
        Tikhonov(conv, Numbers{1, not_a_number, 1}, 1);
      },
      "weights has a NaN at 1; expected finite numbers");
  check_throws<SolverError>([&] { Tikhonov(conv, Numbers(4), 1); },
                            "weights has length 4; expected 3");
  Tikhonov solver(conv, w, 1);
  check_throws<SolverError>([&] { (void)solver.solve(Numbers(5)); }, "b has length 5; expected 6");
  check_throws<SolverError>([&] { (void)solver.solve_many(Eigen::MatrixXd(5, 2)); },
                            "b has 5 rows; expected 6");
  check_throws<SolverError>(
      [&] {
        (void)solver.solve(Numbers{1, 1, 1, 1, 1, infinity});
      },
      "b has an infinity at 5; expected finite numbers");
  check_throws<SolverError>([&] { solver.set_lambda(-2); },
                            "lambda is -2; expected a finite number of at least 0");
  for (const double bad : {not_a_number, infinity}) {
    const std::string what = std::isnan(bad) ? "a NaN" : "an infinity";
    check_throws<SolverError>(
        [&] {
          Regularizer(conv, Numbers{1, 1, bad});
        },
        "the regularizer's weights has " + what + " at 2; expected finite numbers");
    Eigen::SparseMatrix<double, Eigen::RowMajor> l(2, 6);
    l.insert(1, 3) = bad;
    check_throws<SolverError>([&] { Regularizer{l}; },
                              "the regularizer has " + what + " at 0; expected finite numbers");
  }
  check_throws<SolverError>(
      [&] {
        Regularizer(conv, Numbers{1, 1});
      },
      "the regularizer's weights has length 2; expected 3");
  const Convolution other({.input = {7}, .kernel = {3}, .padding = 1});
  check_throws<SolverError>([&] { Tikhonov(conv, w, 1, Regularizer(other, w)); },
                            "the regularizer has 7 columns; expected 6");
  const Convolution large({.input = {128, 128}, .kernel = {9, 9}, .padding = 4});
  try {
    Tikhonov(large, Numbers(81, 1.0), 1, Regularizer::identity(),
             {.method = toeplix::SolveMethod::factorization,
              .resources = {.memory_budget = 100'000'000}});
    BOOST_ERROR("not refused");
  } catch (const CapacityError& error) {
    BOOST_TEST(error.entries().value() > 10'000'000);
    BOOST_TEST(error.bytes().value() > 100'000'000);
    BOOST_TEST(std::string(error.what()).find("a Cholesky factor") == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_reason_goes_when_it_no_longer_holds) {
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  Tikhonov solver(conv, Numbers{0, 0, 0}, 0);
  BOOST_TEST(!solver.report().reason.empty());
  BOOST_TEST(solver.report().reciprocal_condition.value() == 0);
  solver.set_lambda(1);
  BOOST_TEST((solver.report().status == SolveStatus::solved));
  BOOST_TEST(solver.report().reason == "");
  BOOST_TEST(solver.report().reciprocal_condition.value() == 1);
  solver.set_lambda(0);
  BOOST_TEST((solver.report().status == SolveStatus::singular));
  BOOST_TEST(!solver.report().reason.empty());
}

// A^T A has the square of A's condition, some 10^9: a step of refinement makes good for that.
BOOST_AUTO_TEST_CASE(one_step_of_refinement) {
  const Index size = 300;
  const Convolution conv({.input = {size}, .kernel = {3}, .padding = 1});
  const Numbers second_difference{1, -2, 1};
  Random random("refinement");
  const Numbers x = small_integers<double>(random, size, 1, 9);
  const Eigen::VectorXd b = dense(conv, second_difference) * vector(x);
  const Solution solution = Tikhonov(conv, second_difference, 0).solve(b);
  BOOST_TEST((solution.report.status == SolveStatus::solved));
  const double error = (solution.x - vector(x)).lpNorm<Eigen::Infinity>();
  BOOST_TEST(error < 1e-10);
}

BOOST_AUTO_TEST_SUITE_END()
