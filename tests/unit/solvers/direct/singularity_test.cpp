#include "support/solving.hpp"

#include <toeplix/solvers/solve_square.hpp>

#include <boost/test/unit_test.hpp>

// Square systems that have no unique solution, and why.

BOOST_AUTO_TEST_SUITE(singularity)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::Solution;
using toeplix::solve_square;
using toeplix::SolveStatus;
using toeplix::TensorOrder;

}  // namespace

BOOST_AUTO_TEST_CASE(of_a_convolution) {
  const auto reason = [](const ConvolutionSpec& spec, const Numbers& weights) {
    const Convolution conv(spec);
    const Solution solution =
        solve_square(conv, weights, Numbers(static_cast<std::size_t>(conv.rows()), 1.0));
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

BOOST_AUTO_TEST_CASE(but_for_rounding) {
  // The eigenvalues are (1 + 2 cos(pi i / (n + 1))) (1 + 2 cos(pi j / (n + 1))), and zero where i
  // is two thirds of n + 1: rounding leaves a last pivot that is not zero.
  for (const Index n : {8, 20, 50, 80}) {
    const Convolution conv({.input = {n, n}, .kernel = {3, 3}, .padding = 1});
    const Solution solution =
        solve_square(conv, Numbers(9, 1.0), Numbers(static_cast<std::size_t>(n * n), 1.0));
    BOOST_TEST((solution.report.status == SolveStatus::singular), n);
    BOOST_TEST(solution.report.reciprocal_condition.value() < 1e-15);
    BOOST_TEST(!solution.report.nullity.has_value());
    BOOST_TEST(!solution.report.rank.has_value());
  }
  // The Laplacian does not see a constant, though UMFPACK's pivots stay above 1e-13.
  for (const Boundary boundary : {Boundary::reflect, Boundary::symmetric, Boundary::replicate}) {
    const Convolution conv(
        {.input = {48, 48}, .kernel = {3, 3}, .padding = 1, .boundary = boundary});
    const Numbers laplacian{0, 1, 0, 1, -4, 1, 0, 1, 0};
    const Solution solution = solve_square(conv, laplacian, Numbers(48 * 48, 1.0));
    BOOST_TEST((solution.report.status == SolveStatus::singular));
    BOOST_TEST(solution.report.reason.starts_with("the matrix is singular to rounding"));
  }
  // Next to them there is no zero.
  for (const Index n : {7, 21, 49, 81}) {
    const Convolution conv({.input = {n, n}, .kernel = {3, 3}, .padding = 1});
    const Solution solution =
        solve_square(conv, Numbers(9, 1.0), Numbers(static_cast<std::size_t>(n * n), 1.0));
    BOOST_TEST((solution.report.status == SolveStatus::solved), n);
    BOOST_TEST(solution.report.reciprocal_condition.value() > 1e-8);
  }
}

BOOST_AUTO_TEST_CASE(nullity_from_the_spectrum) {
  // [1 2 1] x [1 2 1] on a torus of 8 x 8: zero wherever either frequency is 4.
  const Convolution torus(
      {.input = {8, 8}, .kernel = {3, 3}, .padding = 1, .boundary = Boundary::circular});
  const Numbers smooth{1, 2, 1, 2, 4, 2, 1, 2, 1};
  const Solution solution = solve_square(torus, smooth, Numbers(64, 1.0));
  BOOST_TEST(solution.report.nullity.value() == 15);
  BOOST_TEST(solution.report.rank.value() == 49);
  const Solution nothing = solve_square(torus, Numbers(9, 0.0), Numbers(64, 1.0));
  BOOST_TEST(nothing.report.nullity.value() == 64);
  BOOST_TEST(nothing.report.rank.value() == 0);
}

BOOST_AUTO_TEST_CASE(of_a_sparse_matrix) {
  using Matrix = Eigen::SparseMatrix<double>;
  const auto solve = [](const Matrix& matrix) {
    const Solution solution =
        solve_square(matrix, Numbers(static_cast<std::size_t>(matrix.rows()), 1.0));
    BOOST_TEST((solution.report.status == SolveStatus::singular));
    BOOST_TEST(solution.x.size() == 0);
    return solution.report;
  };
  Matrix a(3, 3);
  BOOST_TEST(solve(a).reason == "every entry is zero");
  a.insert(0, 0) = 0;
  BOOST_TEST(solve(a).reason == "every entry is zero");
  BOOST_TEST(solve(a).nullity.value() == 3);
  BOOST_TEST(solve(a).rank.value() == 0);
  a.coeffRef(0, 0) = 1;
  a.insert(2, 2) = 1;
  BOOST_TEST(solve(a).reason == "row 1 has no entries");
  BOOST_TEST(!solve(a).nullity.has_value());
  a.insert(1, 2) = 1;
  BOOST_TEST(solve(a).reason == "column 1 has no entries");
  a.insert(1, 1) = 0;
  BOOST_TEST(solve(a).reason.starts_with("the matrix is singular to rounding"));
  a.coeffRef(1, 1) = 1;
  BOOST_TEST(solve_square(a, Numbers{1, 3, 2}).x == vector({1, 1, 2}));
}

// Every second pixel of the ring: each frequency turns twice as fast.
BOOST_AUTO_TEST_CASE(of_a_dilated_ring) {
  const ConvolutionSpec ring{
      .input = {8}, .kernel = {3}, .dilation = 2, .padding = 2, .boundary = Boundary::circular};
  const Solution none = solve_square(Convolution(ring), Numbers{1, 2, 1}, Numbers(8, 1.0));
  BOOST_TEST((none.report.status == SolveStatus::singular));
  BOOST_TEST(none.report.reason == "the kernel's spectrum is zero at frequency (2)");
  BOOST_TEST(none.report.nullity.value() == 2);
  // Of 6 pixels no frequency turns so fast: [1 2 1] is zero at 2 / 8, between 1 / 6 and 2 / 6.
  ConvolutionSpec six = ring;
  six.input = {6};
  const Solution one = solve_square(Convolution(six), Numbers{1, 2, 1}, Numbers(6, 4.0));
  BOOST_TEST((one.report.status == SolveStatus::solved));
  BOOST_TEST(close(one.x, Eigen::VectorXd::Ones(6), 1e-12) == "");
}

BOOST_AUTO_TEST_SUITE_END()
