#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/solve.hpp>

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

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
  // 1 1 . . . / 1 1 1 . . ...: singular for 3 n + 2 pixels, which only the factorization finds.
  BOOST_TEST(reason({.input = {5}, .kernel = {3}, .padding = 1}, {1, 1, 1})
                 .starts_with("the matrix is singular to rounding"));
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
  BOOST_CHECK_THROW(invert(large, Numbers(25, 1.0), image, {.memory_budget = 2'000'000}),
                    CapacityError);
  BOOST_CHECK_THROW(least_squares(large, Numbers(25, 1.0), image, {.memory_budget = 2'000'000}),
                    CapacityError);
}

BOOST_AUTO_TEST_SUITE_END()
