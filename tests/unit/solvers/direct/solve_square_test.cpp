#include "support/dense.hpp"
#include "support/diagonal_spec.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/optional_libraries.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/operator.hpp>
#include <toeplix/solvers/solve_square.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cmath>

// Square systems against dense decompositions of Eigen.

BOOST_AUTO_TEST_SUITE(square_systems)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::Solution;
using toeplix::solve_square;
using toeplix::SolverError;
using toeplix::SolveStatus;
using toeplix::TensorOrder;

}  // namespace

BOOST_AUTO_TEST_CASE(random_geometries) {
  // Of every boundary, those that are square: with as many channels as a stride leaves out.
  Failures failures;
  Index solved = 0;
  for_random_specs("solve_square", 1500, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    if (conv.rows() != conv.cols() || conv.rows() > 100) return;
    const Numbers weights = small_integers<double>(random, conv.weight_count());
    const Numbers b = small_integers<double>(random, conv.rows());
    const Eigen::MatrixXd a = dense(conv, weights);
    const DenseSvd svd = dense_svd(a);
    const Eigen::VectorXd& s = svd.values;
    const double condition = s[0] == 0 ? 0 : s[s.size() - 1] / s[0];
    // Between regular and singular there is nothing to agree on.
    if (condition > 1e-15 && condition < 1e-9) return;
    const Solution solution = solve_square(conv, weights, b);
    if (condition < 1e-9) {
      failures.expect(spec, "singular", solution.report.status == SolveStatus::singular);
      failures.expect(spec, "a reason", !solution.report.reason.empty());
      failures.expect(spec, "the rank where it is known",
                      !solution.report.rank || *solution.report.rank == svd.rank(1e-9));
      return;
    }
    ++solved;
    failures.expect(spec, "solved", solution.report.status == SolveStatus::solved);
    failures.expect(spec, "rank", solution.report.rank == conv.cols());
    failures.expect_none(spec, "solve_square", close(solution.x, svd.solve(vector(b), 0), 1e-6));
  });
  BOOST_TEST(failures.checked() > 300);
  BOOST_TEST(solved > 50);
}

BOOST_AUTO_TEST_CASE(every_boundary) {
  Failures failures;
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect,
                                  Boundary::symmetric, Boundary::replicate}) {
    for (const ConvolutionSpec& like : {
             ConvolutionSpec{.input = {9}, .kernel = {3}, .padding = 1},
             ConvolutionSpec{.input = {6, 5}, .kernel = {3, 3}, .padding = 1},
             ConvolutionSpec{.input = {4, 6},
             .kernel = {3, 3},
             .in_channels = 2,
             .out_channels = 2,
             .dilation = 2,
             .padding = 2,
             .order = TensorOrder::channels_last},
             ConvolutionSpec{
                 .input = {8}, .kernel = {2}, .in_channels = 1, .out_channels = 2, .stride = 2},
         }) {
      ConvolutionSpec spec = like;
      spec.boundary = boundary;
      const Convolution conv(spec);
      Random random(to_string(spec));
      Numbers weights = small_integers<double>(random, conv.weight_count(), 1, 9);
      const Numbers b = small_integers<double>(random, conv.rows());
      const Solution solution = solve_square(conv, weights, b);
      const auto x = dense_solve(dense(conv, weights), vector(b));
      if (!x) {
        failures.expect(spec, "singular", solution.report.status == SolveStatus::singular);
        continue;
      }
      failures.expect(spec, "solved", solution.report.status == SolveStatus::solved);
      failures.expect_none(spec, "solve_square", close(solution.x, *x, 1e-8));
      failures.expect(spec, "condition", solution.report.reciprocal_condition > 0);
      failures.expect(spec, "rank", solution.report.rank == conv.cols());
      failures.expect(spec, "nullity", solution.report.nullity == 0);
    }
  }
  BOOST_TEST(failures.checked() > 30);
}

// Of the boundaries that transforms diagonalize, a factorization of the compiled matrix says the
// same.
BOOST_AUTO_TEST_CASE(transforms, *needs_transforms()) {
  Failures failures;
  Random random("transforms");
  int solved = 0;
  for (int repeat = 0; repeat < 300; ++repeat) {
    const ConvolutionSpec spec =
        draw_diagonal_spec(random, {Boundary::circular, Boundary::symmetric, Boundary::reflect});
    const Convolution conv(spec);
    if (conv.cols() > 100) continue;
    const Numbers kernel = draw_mirrored_kernel(random, spec);
    const Numbers b = small_integers<double>(random, conv.rows());
    const Solution direct = solve_square(toeplix::compile(conv, kernel), b);
    const Solution solution = solve_square(conv, kernel, b);
    const double condition = direct.report.reciprocal_condition.value_or(0);
    if (condition > 0 && condition < 1e-9) continue;
    failures.expect(spec, "status", solution.report.status == direct.report.status);
    if (solution.report.status != SolveStatus::solved) continue;
    ++solved;
    failures.expect(spec, "method", solution.report.method == toeplix::SolveMethod::transform);
    failures.expect_none(spec, "x", close(solution.x, direct.x, 1e-6));
  }
  BOOST_TEST(solved > 100);
}

BOOST_AUTO_TEST_CASE(any_sparse_matrix) {
  const Convolution conv({.input = {12}, .kernel = {3}, .padding = 1});
  const Numbers weights{1, 4, 2};
  const Numbers b = {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6};
  const Eigen::VectorXd x = solve_square(conv, weights, b).x;
  const auto check = [&](const auto& matrix) {
    const Solution solution = solve_square(matrix, b);
    BOOST_TEST(solution.x == x);
    BOOST_TEST(solution.report.rank.value() == 12);
    BOOST_TEST(solution.report.nullity.value() == 0);
    BOOST_TEST(solution.report.reciprocal_condition.value() > 0);
  };
  check(compile(conv, weights));
  check(toeplix::compile<int, Eigen::ColMajor>(conv, weights));
  check(toeplix::compile<std::int64_t>(conv, weights));
  check(toeplix::compile<std::int64_t, Eigen::ColMajor>(conv, weights));
  // No convolution has this one: its rows come in another order.
  Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> a(2, 2);
  a.reserve(Eigen::VectorXi::Constant(2, 3));
  a.insert(1, 0) = 2;
  a.insert(0, 1) = 4;
  BOOST_TEST(!a.isCompressed());
  BOOST_TEST(solve_square(a, Numbers{8, 10}).x == vector({5, 2}));
}

BOOST_AUTO_TEST_CASE(floats_and_specs_give_the_same_bits) {
  const ConvolutionSpec spec{.input = {5}, .kernel = {3}, .padding = 1};
  const Convolution conv(spec);
  const std::vector<float> weights{1, 4, 0.1f};
  const std::vector<float> b = {1, 2, 3, 4, 0.3f};
  const Numbers exact_weights(weights.begin(), weights.end());
  const Numbers exact_b(b.begin(), b.end());
  const Eigen::VectorXd x = solve_square(conv, exact_weights, exact_b).x;
  BOOST_TEST(solve_square(conv, weights, b).x == x);
  BOOST_TEST(solve_square(spec, exact_weights, exact_b).x == x);
  BOOST_TEST(solve_square(toeplix::Pattern(conv), weights, exact_b).x == x);
  BOOST_TEST(solve_square(compile(conv, exact_weights), b).x == x);
}

BOOST_AUTO_TEST_CASE(a_matrix_without_rows) {
  const Solution solution = solve_square(Eigen::SparseMatrix<double>(0, 0), Numbers{});
  BOOST_TEST((solution.report.status == SolveStatus::solved));
  BOOST_TEST(solution.x.size() == 0);
  BOOST_TEST(solution.report.rank.value() == 0);
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
    const Solution one = solve_square(conv, weights, small);
    const Solution far = solve_square(conv, weights, b);
    BOOST_TEST((far.report.status == SolveStatus::solved));
    BOOST_TEST(far.x == one.x * unit);
    BOOST_TEST(far.report.residual == one.report.residual * unit);
  }
  // x is 2^1040, which no double is.
  const Convolution point({.input = {6}, .kernel = {1}});
  const Numbers tiny{0x1p-20};
  const Numbers b(6, 0x1p1020);
  const Solution solution = solve_square(point, tiny, b);
  BOOST_TEST((solution.report.status == SolveStatus::inaccurate));
  BOOST_TEST(solution.report.reason == "the solution has numbers beyond what a double holds");
  // A matrix whose squares overflow.
  const Numbers great{0x1p600};
  BOOST_TEST((solve_square(point, great, b).report.status == SolveStatus::solved));
}

BOOST_AUTO_TEST_CASE(phases_add_up) {
  const Convolution conv({.input = {48, 48}, .kernel = {5, 5}, .padding = 2});
  const Numbers b(48 * 48, 1.0);
  Random random("phases");
  const Numbers weights = small_integers<double>(random, 25, 1, 9);
  const auto begin = std::chrono::steady_clock::now();
  const Solution solution = solve_square(conv, weights, b);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
  BOOST_TEST(solution.report.seconds.analysis > 0);
  BOOST_TEST(solution.report.seconds.total() <= wall.count());
  BOOST_TEST(solution.report.seconds.total() > 0.5 * wall.count());
}

// The first kernel alone has a zero in its spectrum.
BOOST_AUTO_TEST_CASE(a_kernel_for_every_pixel) {
  const Convolution conv("input=2 kernel=2 padding=0:1 boundary=circular");
  const std::vector<double> kernels = {1, 1, 1, -1};  // rows 1 1, -1 1
  const std::vector<double> b = {3, 1};
  const toeplix::Operator<double> op(conv, toeplix::PerPixelWeights(kernels));
  const Solution solution = solve_square(op.pattern(), op.weights(), b);
  BOOST_CHECK(solution.report.status == SolveStatus::solved);
  BOOST_REQUIRE(solution.x.size() == 2);
  BOOST_TEST(solution.x[0] == 1, boost::test_tools::tolerance(1e-14));
  BOOST_TEST(solution.x[1] == 2, boost::test_tools::tolerance(1e-14));
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const Numbers w{1, 4, 1};
  const Numbers b(5, 1.0);
  check_throws<SolverError>([&] { (void)solve_square(conv, w, Numbers(4)); },
                            "b has length 4; expected 5");
  check_throws<SolverError>([&] { (void)solve_square(conv, Numbers(2), b); },
                            "weights has length 2; expected 3");
  check_throws<SolverError>(
      [&] {
        (void)solve_square(conv, Numbers{1, not_a_number, 1}, b);
      },
      "weights has a NaN at 1; expected finite numbers");
  check_throws<SolverError>(
      [&] {
        (void)solve_square(conv, w, Numbers{1, 1, -infinity, 1, 1});
      },
      "b has an infinity at 2; expected finite numbers");
  const Convolution tall({.input = {5}, .kernel = {3}, .padding = 2});
  check_throws<SolverError>([&] { (void)solve_square(tall, w, Numbers(7)); },
                            "the matrix has 7 rows and 5 columns; expected a square one");
  Eigen::SparseMatrix<double> broken = compile(conv, w);
  broken.valuePtr()[0] = not_a_number;
  check_throws<SolverError>([&] { (void)solve_square(broken, b); },
                            "A has a NaN at 0; expected finite numbers");
  check_throws<SolverError>([&] { (void)solve_square(compile(tall, w), Numbers(7)); },
                            "the matrix has 7 rows and 5 columns; expected a square one");
  check_throws<SolverError>([&] { (void)solve_square(compile(conv, w), Numbers(4)); },
                            "b has length 4; expected 5");
  // Of the type that is expected: Eigen itself stops, if it has assertions, when it converts this.
  Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> twice = compile(conv, w);
  twice.innerIndexPtr()[1] = twice.innerIndexPtr()[0];
  check_throws<SolverError>(
      [&] { (void)solve_square(twice, b); },
      "A must have ascending indices without duplicates in every row and column");
  const Convolution large({.input = {64, 64}, .kernel = {5, 5}, .padding = 2});
  const Numbers image(4096, 1.0);
  // The matrix has 2 MB, the factors 20.
  BOOST_CHECK_EXCEPTION((void)solve_square(large, Numbers(25, 1.0), image,
                                           {.resources = {.memory_budget = 5'000'000}}),
                        CapacityError, [](const CapacityError& error) {
                          return error.bytes() > 5'000'000 &&
                                 std::string(error.what()).find("an LU factorization") == 0;
                        });
}

BOOST_AUTO_TEST_SUITE_END()
