#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/solvers/solve.hpp>

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cmath>
#include <limits>

// Solvers against dense ones of Eigen.

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::invert;
using toeplix::least_squares;
using toeplix::Solution;
using toeplix::SolverError;
using toeplix::SolveStatus;
using toeplix::TensorOrder;
using Numbers = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

Eigen::VectorXd vector(const Numbers& numbers) {
  return Eigen::Map<const Eigen::VectorXd>(numbers.data(), static_cast<Index>(numbers.size()));
}

template <class Conv>
Eigen::MatrixXd dense(const Conv& conv, const Numbers& weights) {
  return Eigen::MatrixXd(compile(conv, weights));
}

std::string close(const Eigen::VectorXd& x, const Eigen::VectorXd& expected, double tolerance) {
  if (x.size() != expected.size()) return "length " + std::to_string(x.size());
  const double distance = (x - expected).norm();
  if (distance <= tolerance * (1 + expected.norm())) return "";
  return "off by " + std::to_string(distance) + " of " + std::to_string(expected.norm());
}

template <class Spec>
void check_least_squares(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Numbers weights = small_integers<double>(random, conv.weight_count());
  const Numbers b = small_integers<double>(random, conv.rows());
  const Eigen::MatrixXd a = dense(conv, weights);
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  // Between full and deficient there is no rank to agree on.
  const auto& s = svd.singularValues();
  for (const double value : s) {
    if (value > 1e-12 * s[0] && value < 1e-6 * s[0]) return;
  }
  Eigen::JacobiSVD<Eigen::MatrixXd> decided = svd;
  decided.setThreshold(1e-9);
  const Solution solution = least_squares(conv, weights, b);
  failures.expect_none(spec, "least_squares", close(solution.x, decided.solve(vector(b)), 1e-7));
  failures.expect(spec, "its status", solution.report.status == SolveStatus::solved);
  failures.expect(spec, "its rank", solution.report.rank == (s[0] == 0 ? 0 : decided.rank()));
  failures.expect(spec, "its nullity",
                  solution.report.nullity == conv.cols() - solution.report.rank);
  const double residual = (a * solution.x - vector(b)).norm();
  failures.expect(spec, "its residual",
                  std::abs(solution.report.residual - residual) <= 1e-9 * (1 + residual));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(solve)

BOOST_AUTO_TEST_CASE(least_squares_of_random_geometries) {
  Failures failures;
  for_random_specs("least squares", 120, [&](const auto& spec, Random& random) {
    if (make(spec).rows() > 150 || make(spec).cols() > 150) return;
    check_least_squares(failures, spec, random);
  });
  BOOST_TEST(failures.checked() > 400);
}

BOOST_AUTO_TEST_CASE(least_squares_of_a_wide_matrix_is_the_shortest) {
  // Every second of 40 pixels, blurred: more unknowns than equations.
  const Convolution conv({.input = {40}, .kernel = {3}, .stride = 2, .padding = 1});
  const Solution solution = least_squares(conv, Numbers{1, 2, 1}, Numbers(20, 1.0));
  const Eigen::MatrixXd a = dense(conv, {1, 2, 1});
  const Eigen::VectorXd shortest =
      a.completeOrthogonalDecomposition().solve(Eigen::VectorXd::Ones(20));
  BOOST_TEST(close(solution.x, shortest, 1e-10) == "");
  BOOST_TEST(solution.report.rank == 20);
  BOOST_TEST(solution.report.nullity == 20);
  BOOST_TEST(solution.report.residual < 1e-12);
}

BOOST_AUTO_TEST_CASE(least_squares_of_any_sparse_matrix) {
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

BOOST_AUTO_TEST_CASE(least_squares_of_nothing) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const Solution solution = least_squares(conv, Numbers{0, 0, 0}, Numbers(5, 2.0));
  BOOST_TEST(solution.x.norm() == 0);
  BOOST_TEST(solution.report.rank == 0);
  BOOST_TEST(solution.report.nullity == 5);
  BOOST_TEST(solution.report.relative_residual == 1);
}

BOOST_AUTO_TEST_CASE(inverts_random_geometries) {
  // Of every boundary, those that are square: with as many channels as a stride leaves out.
  Failures failures;
  Index solved = 0;
  for_random_specs("invert", 1500, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    if (conv.rows() != conv.cols() || conv.rows() > 100) return;
    const Numbers weights = small_integers<double>(random, conv.weight_count());
    const Numbers b = small_integers<double>(random, conv.rows());
    const Eigen::MatrixXd a = dense(conv, weights);
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
    const auto& s = svd.singularValues();
    const double condition = s[0] == 0 ? 0 : s[s.size() - 1] / s[0];
    // Between regular and singular there is nothing to agree on.
    if (condition > 1e-15 && condition < 1e-9) return;
    const Solution solution = invert(conv, weights, b);
    if (condition < 1e-9) {
      failures.expect(spec, "singular", solution.report.status == SolveStatus::singular);
      failures.expect(spec, "a reason", !solution.report.reason.empty());
      const Eigen::Index rank = (s.array() > 1e-9 * s[0]).count();
      failures.expect(spec, "the rank where it is known",
                      solution.report.rank == -1 || solution.report.rank == (s[0] == 0 ? 0 : rank));
      return;
    }
    ++solved;
    failures.expect(spec, "solved", solution.report.status == SolveStatus::solved);
    failures.expect(spec, "rank", solution.report.rank == conv.cols());
    failures.expect_none(spec, "invert", close(solution.x, svd.solve(vector(b)), 1e-6));
  });
  BOOST_TEST(failures.checked() > 300);
  BOOST_TEST(solved > 50);
}

BOOST_AUTO_TEST_CASE(inverts) {
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
      const Eigen::MatrixXd a = dense(conv, weights);
      const Eigen::FullPivLU<Eigen::MatrixXd> lu(a);
      const Solution solution = invert(conv, weights, b);
      if (!lu.isInvertible()) {
        failures.expect(spec, "singular", solution.report.status == SolveStatus::singular);
        continue;
      }
      failures.expect(spec, "solved", solution.report.status == SolveStatus::solved);
      failures.expect_none(spec, "invert", close(solution.x, lu.solve(vector(b)), 1e-8));
      failures.expect(spec, "condition", solution.report.reciprocal_condition > 0);
      failures.expect(spec, "rank", solution.report.rank == conv.cols());
      failures.expect(spec, "nullity", solution.report.nullity == 0);
    }
  }
  BOOST_TEST(failures.checked() > 30);
}

BOOST_AUTO_TEST_CASE(says_what_is_singular) {
  const auto reason = [](const ConvolutionSpec& spec, const Numbers& weights) {
    const Convolution conv(spec);
    const Solution solution =
        invert(conv, weights, Numbers(static_cast<std::size_t>(conv.rows()), 1.0));
    BOOST_TEST((solution.report.status == SolveStatus::singular));
    BOOST_TEST(solution.x.size() == 0);
    return solution.report.reason;
  };
  const ConvolutionSpec ring{
      .input = {8}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular};
  // 1 + 2 cos(2 pi k / 8) + ... : [1 2 1] is zero at half the sampling rate.
  BOOST_TEST(reason(ring, {1, 2, 1}) == "the kernel's spectrum is zero at frequency (4)");
  BOOST_TEST(reason(ring, {1, -2, 1}) == "the kernel's spectrum is zero at frequency (0)");
  BOOST_TEST(reason({.input = {4, 6},
                     .kernel = {3, 3},
                     .padding = 1,
                     .boundary = Boundary::circular,
                     .order = TensorOrder::column_major},
                    {0, 0, 0, 1, 1, 1, 0, 0, 0}) ==
             "the kernel's spectrum is zero at frequency (2, 0)");
  BOOST_TEST(reason({.input = {5}, .kernel = {3}, .padding = 1}, {0, 0, 0}) ==
             "every weight is zero");
  BOOST_TEST(reason({.input = {5}, .kernel = {1}, .padding = {{2, -2}}}, {1}) ==
             "row 0 has no entries");
  // Three channels, each with a kernel of its own; the second's is zero at one frequency.
  ConvolutionSpec channels = ring;
  channels.in_channels = channels.out_channels = channels.groups = 3;
  BOOST_TEST(reason(channels, {1, 4, 1, 1, 2, 1, 1, 5, 1}) ==
             "the kernel's spectrum of channel 1 is zero at frequency (4)");
  // As many rows as columns, of which every second is read by two.
  BOOST_TEST(reason({.input = {8}, .kernel = {1}, .out_channels = 2, .stride = 2}, {3, 5}) ==
             "column 1 has no entries");
  // 1 1 . . . / 1 1 1 . . ...: singular for 3 n + 2 pixels, which only the factorization finds.
  BOOST_TEST(reason({.input = {5}, .kernel = {3}, .padding = 1}, {1, 1, 1})
                 .starts_with("the matrix is singular to rounding"));
}

BOOST_AUTO_TEST_CASE(singular_but_for_rounding) {
  // The eigenvalues are (1 + 2 cos(pi i / (n + 1))) (1 + 2 cos(pi j / (n + 1))), and zero where i
  // is two thirds of n + 1: rounding leaves a last pivot that is not zero.
  for (const Index n : {8, 20, 50, 80}) {
    const Convolution conv({.input = {n, n}, .kernel = {3, 3}, .padding = 1});
    const Solution solution =
        invert(conv, Numbers(9, 1.0), Numbers(static_cast<std::size_t>(n * n), 1.0));
    BOOST_TEST((solution.report.status == SolveStatus::singular), n);
    BOOST_TEST(solution.report.reciprocal_condition < 1e-15);
    BOOST_TEST(solution.report.nullity == -1);
  }
  // The Laplacian does not see a constant, though UMFPACK's pivots stay above 1e-13.
  for (const Boundary boundary : {Boundary::reflect, Boundary::symmetric, Boundary::replicate}) {
    const Convolution conv(
        {.input = {48, 48}, .kernel = {3, 3}, .padding = 1, .boundary = boundary});
    const Numbers laplacian{0, 1, 0, 1, -4, 1, 0, 1, 0};
    const Solution solution = invert(conv, laplacian, Numbers(48 * 48, 1.0));
    BOOST_TEST((solution.report.status == SolveStatus::singular));
    BOOST_TEST(solution.report.reason.starts_with("the matrix is singular to rounding"));
  }
  // Next to them there is no zero.
  for (const Index n : {7, 21, 49, 81}) {
    const Convolution conv({.input = {n, n}, .kernel = {3, 3}, .padding = 1});
    const Solution solution =
        invert(conv, Numbers(9, 1.0), Numbers(static_cast<std::size_t>(n * n), 1.0));
    BOOST_TEST((solution.report.status == SolveStatus::solved), n);
    BOOST_TEST(solution.report.reciprocal_condition > 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(nullity_from_the_spectrum) {
  // [1 2 1] x [1 2 1] on a torus of 8 x 8: zero wherever either frequency is 4.
  const Convolution torus(
      {.input = {8, 8}, .kernel = {3, 3}, .padding = 1, .boundary = Boundary::circular});
  const Numbers smooth{1, 2, 1, 2, 4, 2, 1, 2, 1};
  const Solution solution = invert(torus, smooth, Numbers(64, 1.0));
  BOOST_TEST(solution.report.nullity == 15);
  BOOST_TEST(solution.report.rank == 49);
  const Solution nothing = invert(torus, Numbers(9, 0.0), Numbers(64, 1.0));
  BOOST_TEST(nothing.report.nullity == 64);
  BOOST_TEST(nothing.report.rank == 0);
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
    for (const bool lu : {true, false}) {
      const Solution one = lu ? invert(conv, weights, small) : least_squares(conv, weights, small);
      const Solution far = lu ? invert(conv, weights, b) : least_squares(conv, weights, b);
      BOOST_TEST((far.report.status == SolveStatus::solved));
      BOOST_TEST(far.x == one.x * unit);
      BOOST_TEST(far.report.residual == one.report.residual * unit);
    }
  }
  // x is 2^1040, which no double is.
  const Convolution point({.input = {6}, .kernel = {1}});
  const Numbers tiny{0x1p-20};
  const Numbers b(6, 0x1p1020);
  for (const Solution& solution : {invert(point, tiny, b), least_squares(point, tiny, b)}) {
    BOOST_TEST((solution.report.status == SolveStatus::inaccurate));
    BOOST_TEST(solution.report.reason == "the solution has numbers beyond what a double holds");
  }
  // Matrices whose squares overflow.
  const Numbers great{0x1p600};
  BOOST_TEST((least_squares(point, great, b).report.status == SolveStatus::solved));
  BOOST_TEST((invert(point, great, b).report.status == SolveStatus::solved));
}

BOOST_AUTO_TEST_CASE(phases_add_up) {
  const Convolution conv({.input = {48, 48}, .kernel = {5, 5}, .padding = 2});
  const Numbers b(48 * 48, 1.0);
  Random random("phases");
  const Numbers weights = small_integers<double>(random, 25, 1, 9);
  for (const bool lu : {true, false}) {
    const auto begin = std::chrono::steady_clock::now();
    const Solution solution = lu ? invert(conv, weights, b) : least_squares(conv, weights, b);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    BOOST_TEST(solution.report.seconds.analysis > 0);
    BOOST_TEST(solution.report.seconds.total() <= wall.count());
    BOOST_TEST(solution.report.seconds.total() > 0.5 * wall.count());
  }
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
      least_squares(conv, kernel, b, {.resources = {.memory_budget = bytes - 1}});
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
  check_throws<SolverError>([&] { invert(conv, w, Numbers(4)); }, "b has length 4; expected 5");
  check_throws<SolverError>([&] { least_squares(conv, w, Numbers(4)); },
                            "b has length 4; expected 5");
  check_throws<SolverError>([&] { invert(conv, Numbers(2), b); },
                            "weights has length 2; expected 3");
  check_throws<SolverError>(
      [&] {
        invert(conv, Numbers{1, not_a_number, 1}, b);
      },
      "weights has a NaN at 1; expected finite numbers");
  check_throws<SolverError>(
      [&] {
        least_squares(conv, Numbers{1, 4, infinity}, b);
      },
      "weights has an infinity at 2; expected finite numbers");
  check_throws<SolverError>(
      [&] {
        invert(conv, w, Numbers{1, 1, -infinity, 1, 1});
      },
      "b has an infinity at 2; expected finite numbers");
  const Convolution tall({.input = {5}, .kernel = {3}, .padding = 2});
  check_throws<SolverError>([&] { invert(tall, w, Numbers(7)); },
                            "the matrix has 7 rows and 5 columns; expected a square one");
  Eigen::SparseMatrix<double> broken = compile(conv, w);
  broken.valuePtr()[0] = not_a_number;
  check_throws<SolverError>([&] { least_squares(broken, b); },
                            "A has a NaN at 0; expected finite numbers");
  const Convolution large({.input = {64, 64}, .kernel = {5, 5}, .padding = 2});
  const Numbers image(4096, 1.0);
  // The matrix has 2 MB, the factors 20.
  BOOST_CHECK_EXCEPTION(
      invert(large, Numbers(25, 1.0), image, {.resources = {.memory_budget = 5'000'000}}),
      CapacityError, [](const CapacityError& error) {
        return error.bytes() > 5'000'000 &&
               std::string(error.what()).find("an LU factorization") == 0;
      });
}

BOOST_AUTO_TEST_SUITE_END()
