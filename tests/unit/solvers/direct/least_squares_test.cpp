#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/solvers/least_squares.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cmath>

// Least squares against dense decompositions of Eigen.

BOOST_AUTO_TEST_SUITE(least_squares_problems)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::least_squares;
using toeplix::Solution;
using toeplix::SolverError;
using toeplix::SolveStatus;

template <class Spec>
void check_least_squares(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Numbers weights = small_integers<double>(random, conv.weight_count());
  const Numbers b = small_integers<double>(random, conv.rows());
  const Eigen::MatrixXd a = dense(conv, weights);
  const DenseSvd svd = dense_svd(a);
  // Between full and deficient there is no rank to agree on.
  if (svd.rank(1e-12) != svd.rank(1e-6)) return;
  const Solution solution = least_squares(conv, weights, b);
  failures.expect_none(spec, "least_squares", close(solution.x, svd.solve(vector(b), 1e-9), 1e-7));
  failures.expect(spec, "its status", solution.report.status == SolveStatus::solved);
  failures.expect(spec, "its rank", solution.report.rank == svd.rank(1e-9));
  failures.expect(spec, "its nullity", solution.report.nullity == conv.cols() - svd.rank(1e-9));
  const double residual = (a * solution.x - vector(b)).norm();
  failures.expect(spec, "its residual",
                  std::abs(solution.report.residual - residual) <= 1e-9 * (1 + residual));
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_geometries) {
  Failures failures;
  for_random_specs("least squares", 120, [&](const auto& spec, Random& random) {
    if (make(spec).rows() > 150 || make(spec).cols() > 150) return;
    check_least_squares(failures, spec, random);
  });
  BOOST_TEST(failures.checked() > 400);
}

BOOST_AUTO_TEST_CASE(a_wide_matrix_is_the_shortest) {
  // Every second of 40 pixels, blurred: more unknowns than equations.
  const Convolution conv({.input = {40}, .kernel = {3}, .stride = 2, .padding = 1});
  const Solution solution = least_squares(conv, Numbers{1, 2, 1}, Numbers(20, 1.0));
  const Eigen::VectorXd shortest =
      dense_svd(dense(conv, {1, 2, 1})).solve(Eigen::VectorXd::Ones(20), 1e-9);
  BOOST_TEST(close(solution.x, shortest, 1e-10) == "");
  BOOST_TEST(solution.report.rank.value() == 20);
  BOOST_TEST(solution.report.nullity.value() == 20);
  BOOST_TEST(solution.report.residual < 1e-12);
}

BOOST_AUTO_TEST_CASE(any_sparse_matrix) {
  const Convolution conv({.input = {12}, .kernel = {3}, .padding = 2});
  const Numbers weights{1, 4, 2};
  const Numbers b = {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4};
  const Eigen::VectorXd x = least_squares(conv, weights, b).x;
  const Eigen::VectorXd rows = least_squares(compile(conv, weights), b).x;
  const Eigen::VectorXd view =
      least_squares(toeplix::compile<std::int64_t, Eigen::ColMajor>(conv, weights), b).x;
  BOOST_TEST(close(rows, x, 1e-14) == "");
  BOOST_TEST(close(view, x, 1e-14) == "");
}

BOOST_AUTO_TEST_CASE(floats_and_specs_give_the_same_bits) {
  const ConvolutionSpec spec{.input = {12}, .kernel = {3}, .padding = 2};
  const Convolution conv(spec);
  const std::vector<float> weights{1, 0.1f, 2};
  const std::vector<float> b = {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 0.3f};
  const Numbers exact_weights(weights.begin(), weights.end());
  const Numbers exact_b(b.begin(), b.end());
  const Eigen::VectorXd x = least_squares(conv, exact_weights, exact_b).x;
  BOOST_TEST(least_squares(conv, weights, b).x == x);
  BOOST_TEST(least_squares(spec, exact_weights, exact_b).x == x);
  BOOST_TEST(least_squares(toeplix::Pattern(conv), weights, exact_b).x == x);
  const Eigen::VectorXf eigen_b = vector(exact_b).cast<float>();
  BOOST_TEST(least_squares(compile(conv, exact_weights), eigen_b).x ==
             least_squares(compile(conv, exact_weights), exact_b).x);
}

BOOST_AUTO_TEST_CASE(a_matrix_that_is_not_compressed) {
  Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> a(2, 2);
  a.reserve(Eigen::VectorXi::Constant(2, 3));
  a.insert(0, 0) = 2;
  a.insert(1, 1) = 4;
  BOOST_TEST(!a.isCompressed());
  BOOST_TEST(close(least_squares(a, Numbers{2, 2}).x, vector({1, 0.5}), 1e-15) == "");
}

BOOST_AUTO_TEST_CASE(nothing) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const Solution solution = least_squares(conv, Numbers{0, 0, 0}, Numbers(5, 2.0));
  BOOST_TEST(solution.x.norm() == 0);
  BOOST_TEST(solution.report.rank.value() == 0);
  BOOST_TEST(solution.report.nullity.value() == 5);
  BOOST_TEST(solution.report.relative_residual == 1);
}

BOOST_AUTO_TEST_CASE(numbers_near_the_ends_of_a_double) {
  // Powers of two change no digit of a solution, where no norm overflows on the way.
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  const Numbers weights{1, 4, 1};
  const Numbers small{1, 2, 3, 4, 5, 6};
  for (const int exponent : {-1000, 660, 1020}) {
    const double unit = std::ldexp(1.0, exponent);
    Numbers b = small;
    for (double& value : b) value *= unit;
    const Solution one = least_squares(conv, weights, small);
    const Solution far = least_squares(conv, weights, b);
    BOOST_TEST((far.report.status == SolveStatus::solved));
    BOOST_TEST(far.x == one.x * unit);
    BOOST_TEST(far.report.residual == one.report.residual * unit);
  }
  // x is 2^1040, which no double is.
  const Convolution point({.input = {6}, .kernel = {1}});
  const Numbers tiny{0x1p-20};
  const Numbers b(6, 0x1p1020);
  const Solution solution = least_squares(point, tiny, b);
  BOOST_TEST((solution.report.status == SolveStatus::inaccurate));
  BOOST_TEST(solution.report.reason == "the solution has numbers beyond what a double holds");
  // A matrix whose squares overflow.
  const Numbers great{0x1p600};
  BOOST_TEST((least_squares(point, great, b).report.status == SolveStatus::solved));
}

BOOST_AUTO_TEST_CASE(phases_add_up) {
  const Convolution conv({.input = {48, 48}, .kernel = {5, 5}, .padding = 2});
  const Numbers b(48 * 48, 1.0);
  Random random("phases");
  const Numbers weights = small_integers<double>(random, 25, 1, 9);
  const auto begin = std::chrono::steady_clock::now();
  const Solution solution = least_squares(conv, weights, b);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  BOOST_TEST(solution.report.seconds.analysis > 0);
  BOOST_TEST(solution.report.seconds.total() <= wall.count());
  BOOST_TEST(solution.report.seconds.total() > 0.5 * wall.count());
}

BOOST_AUTO_TEST_CASE(refuses_what_the_symbolic_phase_predicts) {
  Random random("predicted");
  const Numbers weights = small_integers<double>(random, 25, 1, 9);
  const auto check = [&](const Convolution& conv, const Numbers& kernel) {
    const Numbers b(static_cast<std::size_t>(conv.rows()), 1.0);
    const Index bytes = least_squares(conv, kernel, b).report.bytes;
    BOOST_TEST(bytes > 32 * conv.nnz());
    BOOST_TEST(
        (least_squares(conv, kernel, b, {.resources = {.memory_budget = bytes}}).report.status ==
         SolveStatus::solved));
    try {
      (void)least_squares(conv, kernel, b, {.resources = {.memory_budget = bytes - 1}});
      BOOST_ERROR("not refused");
    } catch (const CapacityError& error) {
      BOOST_TEST(error.bytes().value() == bytes);
      BOOST_TEST(std::string(error.what()).find("a QR factorization") == 0);
    }
    return bytes;
  };
  const Convolution tall({.input = {32, 32}, .kernel = {5, 5}, .padding = 4});
  check(tall, weights);
  const Convolution wide({.input = {32, 32}, .kernel = {5, 5}});
  check(wide, weights);
  // Deficient: it is the second factorization, of R, that needs the most.
  const Convolution ring(
      {.input = {400}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular});
  check(ring, {1, 2, 1});
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const Numbers w{1, 4, 1};
  const Numbers b(5, 1.0);
  check_throws<SolverError>([&] { (void)least_squares(conv, w, Numbers(4)); },
                            "b has length 4; expected 5");
  const Numbers bad{1, 4, infinity};
  check_throws<SolverError>([&] { (void)least_squares(conv, bad, b); },
                            "weights has an infinity at 2; expected finite numbers");
  Eigen::SparseMatrix<double> broken = compile(conv, w);
  broken.valuePtr()[0] = not_a_number;
  check_throws<SolverError>([&] { (void)least_squares(broken, b); },
                            "A has a NaN at 0; expected finite numbers");
}

BOOST_AUTO_TEST_SUITE_END()
