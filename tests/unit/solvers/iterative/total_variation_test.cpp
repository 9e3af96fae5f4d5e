#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/interruptible.hpp>
#include <toeplix/solvers/regularizer.hpp>
#include <toeplix/solvers/total_variation.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

// Total variation against least squares solved again and again with other weights, by dense
// matrices; against solutions that are known; and against its own bound.

BOOST_AUTO_TEST_SUITE(total_variation_problems)

namespace {

using namespace toeplix::test;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::IterationStatus;
using toeplix::Pattern;
using toeplix::PixelRange;
using toeplix::Regularizer;
using toeplix::SolverError;
using toeplix::TensorOrder;
using toeplix::total_variation;
using toeplix::TotalVariationOptions;

/// P(x) with the matrix of the regularizer as gradient, whose output channels are axes within
/// channels.
class Objective {
 public:
  template <class Conv>
  Objective(const Conv& conv, const Numbers& weights, const Numbers& right, double share)
      : a(dense(conv, weights)),
        d(Eigen::MatrixXd(Regularizer::gradient(conv).matrix(conv.cols()))),
        b(vector(right)),
        mu(share) {
    const Pattern pattern{conv};
    axes_ = static_cast<Index>(pattern.axes().size());
    // From one axis to the next in the vector of differences.
    step_ = pattern.channels().innermost() ? 1 : conv.cols() / pattern.channels().columns();
  }

  /// The length of the gradient at each pixel.
  Eigen::VectorXd lengths(const Eigen::VectorXd& x) const {
    const Eigen::VectorXd slopes = d * x;
    Eigen::VectorXd squares = Eigen::VectorXd::Zero(d.cols());
    for (Index i = 0; i < slopes.size(); ++i) squares[pixel(i)] += slopes[i] * slopes[i];
    return squares.cwiseSqrt();
  }
  /// The pixel of a difference, numbered anyhow.
  Index pixel(Index difference) const {
    return difference / (step_ * axes_) * step_ + difference % step_;
  }
  double operator()(const Eigen::VectorXd& x) const {
    return (a * x - b).squaredNorm() / 2 + mu * lengths(x).sum();
  }

  Eigen::MatrixXd a;
  Eigen::MatrixXd d;
  Eigen::VectorXd b;
  double mu;

 private:
  Index axes_;
  Index step_;
};

/// Lagged diffusivity: |D x| as |D x|^2 / |D x before|, by QR.
Eigen::VectorXd reweighted(const Objective& objective) {
  const Index cols = objective.a.cols();
  Eigen::VectorXd x = Eigen::VectorXd::Zero(cols);
  Eigen::MatrixXd l(objective.d.rows() + cols, cols);
  for (double smallest = 1; smallest > 1e-7; smallest *= 0.75) {
    const Eigen::VectorXd lengths = objective.lengths(x);
    for (Index i = 0; i < objective.d.rows(); ++i) {
      l.row(i) = objective.d.row(i) / std::sqrt(std::hypot(lengths[objective.pixel(i)], smallest));
    }
    l.bottomRows(cols) = 1e-6 * Eigen::MatrixXd::Identity(cols, cols);
    x = dense_tikhonov(objective.a, l, objective.mu, objective.b);
  }
  return x;
}

template <class Spec>
void check_against_reweighting(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Numbers weights = small_integers<double>(random, conv.weight_count());
  const Numbers b = small_integers<double>(random, conv.rows());
  const double mu = random.pick({0.25, 1.0, 4.0});
  const Objective objective(conv, weights, b, mu);
  const auto solution =
      total_variation(conv, weights, b, mu, {.tolerance = 1e-5, .max_iterations = 100000});
  const auto& report = solution.report;
  const double ours = objective(solution.x);
  const double least = objective(reweighted(objective));
  failures.expect(spec, "status", report.status == IterationStatus::converged);
  failures.expect(spec, "no more than the oracle's", ours <= least + 1e-4 * (1 + least));
  failures.expect(spec, "no less than the oracle's", ours >= least - 1e-3 * (1 + least));
  failures.expect(spec, "objective", std::abs(report.history.back() - ours) <= 1e-9 * (1 + ours));
  const double residual = (objective.a * solution.x - vector(b)).norm();
  failures.expect(spec, "residual", std::abs(report.residual - residual) <= 1e-9 * (1 + residual));
}

/// The plateaus of n pixels each, 0 and `height`.
Numbers step_of(Index n, double height) {
  Numbers b(static_cast<std::size_t>(2 * n), 0.0);
  std::fill(b.begin() + n, b.end(), height);
  return b;
}

const Numbers one_weight{1};
const TotalVariationOptions precise{.tolerance = 1e-9, .max_iterations = 100000};

}  // namespace

BOOST_AUTO_TEST_CASE(random_geometries) {
  Failures failures;
  for_random_specs("total variation", 120, [&](const auto& spec, Random& random) {
    if (make(spec).cols() > 20 || make(spec).rows() > 60) return;
    check_against_reweighting(failures, spec, random);
  });
  BOOST_TEST(failures.checked() > 200);
}

BOOST_AUTO_TEST_CASE(every_order_and_several_axes) {
  Failures failures;
  Random random("orders");
  for (const TensorOrder order :
       {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major}) {
    for (const toeplix::Extents& input : {toeplix::Extents{7}, {3, 4}, {1, 5}, {5, 1}, {2, 3, 2}}) {
      ConvolutionSpec spec{.input = input, .kernel = toeplix::Extents(input.size(), 1)};
      spec.in_channels = spec.out_channels = 2;
      spec.order = order;
      check_against_reweighting(failures, spec, random);
    }
  }
  BOOST_TEST(failures.checked() == 75);
}

BOOST_AUTO_TEST_CASE(plateaus_move_by_mu_over_their_length) {
  for (const Index n : {3, 5, 8}) {
    const Convolution conv({.input = {2 * n}, .kernel = {1}});
    const auto solution = total_variation(conv, one_weight, step_of(n, 10), 3, precise);
    const double shift = 3.0 / static_cast<double>(n);
    Numbers expected = step_of(n, 10 - 2 * shift);
    for (double& value : expected) value += shift;
    BOOST_TEST((solution.report.status == IterationStatus::converged));
    BOOST_TEST(close(solution.x, vector(expected), 1e-6) == "");
    // mu n is so much that one plateau remains.
    const auto flat = total_variation(conv, one_weight, step_of(n, 10), 5.0 * 8 + 1, precise);
    BOOST_TEST(close(flat.x, Eigen::VectorXd::Constant(2 * n, 5), 1e-6) == "");
  }
  // Neighbours across channels are none.
  const Convolution two(
      {.input = {3}, .kernel = {1}, .in_channels = 2, .out_channels = 2, .groups = 2});
  const auto apart = total_variation(two, Numbers{1, 1}, step_of(3, 10), 3, precise);
  BOOST_TEST(close(apart.x, vector(step_of(3, 10)), 1e-6) == "");
}

BOOST_AUTO_TEST_CASE(a_step_in_a_plane_and_in_a_volume) {
  // The edge is straight, so that the length of the gradient is that along one axis.
  for (const toeplix::Extents& input : {toeplix::Extents{6, 4}, {6, 3, 5}}) {
    const Convolution conv({.input = input, .kernel = toeplix::Extents(input.size(), 1)});
    const auto half = conv.cols() / 2;
    const auto solution = total_variation(conv, one_weight, step_of(half, 10), 3, precise);
    Numbers expected = step_of(half, 8);
    for (double& value : expected) value += 1;
    BOOST_TEST(close(solution.x, vector(expected), 1e-6) == "");
  }
}

BOOST_AUTO_TEST_CASE(nonnegative) {
  const Convolution conv({.input = {6}, .kernel = {1}});
  Numbers b = step_of(3, 15);
  for (double& value : b) value -= 5;
  TotalVariationOptions options = precise;
  options.range = PixelRange::nonnegative;
  const auto solution = total_variation(conv, one_weight, b, 3, options);
  BOOST_TEST(close(solution.x, vector(step_of(3, 9)), 1e-6) == "");
  BOOST_TEST(solution.x.minCoeff() >= 0);
  BOOST_TEST((solution.report.status == IterationStatus::converged));
  // Where nothing is below 0 it changes nothing.
  const auto real = total_variation(conv, one_weight, step_of(3, 15), 3, precise);
  const auto same = total_variation(conv, one_weight, step_of(3, 15), 3, options);
  BOOST_TEST(close(same.x, real.x, 1e-6) == "");
}

BOOST_AUTO_TEST_CASE(nothing_near_is_better) {
  Failures failures;
  Index slow = 0;
  for_random_specs("total variation's bound", 60, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    if (conv.cols() > 60 || conv.rows() > 100) return;
    const Numbers weights = small_integers<double>(random, conv.weight_count());
    const Numbers b = small_integers<double>(random, conv.rows());
    const Objective objective(conv, weights, b, 0.5);
    for (const PixelRange range : {PixelRange::real, PixelRange::nonnegative}) {
      const auto solution = total_variation(
          conv, weights, b, 0.5, {.range = range, .tolerance = 1e-3, .max_iterations = 20000});
      const double ours = objective(solution.x);
      // A constant of which A makes next to nothing has far to go.
      slow += solution.report.status != IterationStatus::converged;
      const double least =
          solution.report.error * std::max(ours, 1e-3 * vector(b).squaredNorm() / 2);
      for (int i = 0; i < 40; ++i) {
        // Towards 0, along a pixel, or anywhere.
        Eigen::VectorXd z = solution.x;
        const double far = std::pow(0.5, static_cast<double>(random.between(0, 12)));
        if (i % 3 == 0) z *= 1 - far;
        if (i % 3 == 1) z[random.between(0, z.size() - 1)] += far * (i % 2 == 0 ? 1 : -1);
        if (i % 3 == 2) z += far / 4 * vector(small_integers<double>(random, z.size()));
        if (range == PixelRange::nonnegative) z = z.cwiseMax(0);
        // The bound grows with the distance.
        const double distance = (z - solution.x).norm();
        const double share = least == 0 ? 1 : std::max(1.0, distance / solution.x.norm());
        failures.expect(spec, "bound", ours - objective(z) <= least * share + 1e-12);
      }
    }
  });
  BOOST_TEST(failures.checked() > 2000);
  BOOST_TEST(40 * slow < failures.checked() / 10);
}

BOOST_AUTO_TEST_CASE(without_mu_it_is_least_squares) {
  const Convolution conv({.input = {8}, .kernel = {3}, .padding = 1});
  const Numbers weights{1, 4, 1};
  const Numbers b{1, 2, 3, 4, 5, 4, 3, 2};
  const auto solution = total_variation(conv, weights, b, 0, {.tolerance = 1e-8});
  BOOST_TEST(close(solution.x, dense_least_squares(dense(conv, weights), vector(b)), 1e-5) == "");
}

BOOST_AUTO_TEST_CASE(nothing_to_do) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const auto zero = total_variation(conv, Numbers{0, 0, 0}, Numbers(5, 2.0), 1);
  BOOST_TEST((zero.report.status == IterationStatus::converged));
  BOOST_TEST(zero.x.norm() == 0);
  BOOST_TEST(zero.report.relative_residual == 1);
  const auto dark = total_variation(conv, Numbers{1, 2, 1}, Numbers(5, 0.0), 1);
  BOOST_TEST((dark.report.status == IterationStatus::converged));
  BOOST_TEST(dark.x.norm() == 0);
  const Convolution pixel({.input = {1, 1}, .kernel = {1, 1}});
  const auto one = total_variation(pixel, Numbers{2}, Numbers{6}, 7);
  BOOST_TEST(std::abs(one.x[0] - 3) < 1e-3);
  BOOST_TEST(one.report.bytes == 8 * 7);
}

BOOST_AUTO_TEST_CASE(a_limit_is_a_status) {
  const Convolution conv({.input = {20}, .kernel = {3}, .padding = 1});
  int calls = 0;
  const auto solution =
      total_variation(conv, Numbers{1, 1.9, 1}, step_of(10, 1), 0.1,
                      {.max_iterations = 3, .progress = [&](int iteration, double residual) {
                         BOOST_TEST(iteration == ++calls);
                         BOOST_TEST(residual > 0);
                       }});
  BOOST_TEST(calls == 3);
  BOOST_TEST((solution.report.status == IterationStatus::iteration_limit));
  BOOST_TEST(solution.report.history.size() == 4);
  BOOST_TEST(solution.report.last_change > 0);
  BOOST_TEST(solution.report.reason.find(" after 3 iterations; wanted at most 0.001") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(numbers_near_the_ends_of_a_double) {
  const Convolution conv({.input = {6}, .kernel = {3}, .padding = 1});
  const auto scaled = [](Numbers numbers, int exponent) {
    for (double& number : numbers) number = std::ldexp(number, exponent);
    return numbers;
  };
  const Numbers weights{1, 4, 1};
  const Numbers b{1, 2, 3, -4, 5, 6};
  const auto one = total_variation(conv, weights, b, 0.5);
  for (const int exponent : {-1000, 660, 1020}) {
    const auto far = total_variation(conv, weights, scaled(b, exponent), std::ldexp(0.5, exponent));
    BOOST_TEST(far.x == one.x * std::ldexp(1.0, exponent));
    BOOST_TEST(far.report.residual == std::ldexp(one.report.residual, exponent));
    const auto other = total_variation(conv, scaled(weights, exponent), scaled(b, -exponent), 0.5);
    BOOST_TEST(other.report.iterations == one.report.iterations);
  }
  const Convolution point({.input = {6}, .kernel = {1}});
  const auto beyond = total_variation(point, Numbers{0x1p-20}, Numbers(6, 0x1p1020), 0);
  BOOST_TEST((beyond.report.status == IterationStatus::overflow));
  // So much of mu that only the mean is left.
  const auto flat = total_variation(point, Numbers{1}, b, 1e300, precise);
  BOOST_TEST((flat.report.status == IterationStatus::converged));
  BOOST_TEST(close(flat.x, Eigen::VectorXd::Constant(6, 13.0 / 6), 1e-6) == "");
}

BOOST_AUTO_TEST_CASE(the_same_bits_for_any_number_of_threads) {
  const Convolution conv({.input = {400, 401}, .kernel = {3, 3}, .padding = 1});
  Random random("threads");
  const Numbers b = small_integers<double>(random, conv.rows());
  const Numbers weights{1, 2, 1, 2, 4, 2, 1, 2, -1};
  TotalVariationOptions options{.max_iterations = 4, .resources = {.threads = 1}};
  const auto one = total_variation(conv, weights, b, 0.1, options);
  options.resources.threads = 3;
  const auto three = total_variation(conv, weights, b, 0.1, options);
  BOOST_TEST(one.x == three.x);
  BOOST_TEST(one.report.history == three.report.history);
  BOOST_TEST(one.report.error == three.report.error);
}

BOOST_AUTO_TEST_CASE(floats_and_specs_give_the_same_bits) {
  const ConvolutionSpec spec{.input = {12}, .kernel = {3}, .padding = 2};
  const std::vector<float> weights{1, 0.1f, 2};
  const std::vector<float> b = {1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 0.3f};
  const Numbers exact_weights(weights.begin(), weights.end());
  const Numbers exact_b(b.begin(), b.end());
  const Eigen::VectorXd x = total_variation(spec, exact_weights, exact_b, 0.5).x;
  BOOST_TEST(total_variation(Convolution(spec), weights, b, 0.5).x == x);
}

BOOST_AUTO_TEST_CASE(can_be_stopped) {
  const Convolution conv({.input = {20}, .kernel = {3}, .padding = 1});
  int asked = 0;
  const toeplix::Interruptible guard([&] { return ++asked > 50; });
  BOOST_CHECK_THROW(total_variation(conv, Numbers{1, 1.9, 1}, step_of(10, 1), 0.1,
                                    {.tolerance = 0, .max_iterations = 1000000}),
                    toeplix::Interrupted);
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  const Numbers w{1, 4, 1};
  const Numbers b(5, 1.0);
  const auto check = [&](const Numbers& weights, const Numbers& right, double mu,
                         const TotalVariationOptions& options, const std::string& message) {
    check_throws<SolverError>([&] { total_variation(conv, weights, right, mu, options); }, message);
  };
  check(w, Numbers(4), 1, {}, "b has length 4; expected 5");
  check(Numbers(4), b, 1, {}, "weights has length 4; expected 3");
  check(w, {1, 2, not_a_number, 4, 5}, 1, {}, "b has a NaN at 2; expected finite numbers");
  check(w, b, -1, {}, "mu is -1; expected a finite number of at least 0");
  check(w, b, not_a_number, {}, "mu is nan; expected a finite number of at least 0");
  check(w, b, 1, {.tolerance = -1}, "tolerance is -1; expected a finite number of at least 0");
  check(w, b, 1, {.max_iterations = 0}, "max_iterations is 0; expected at least 1");
  const Index bytes = 8 * (4 * 5 + 4 * 5);
  BOOST_CHECK_NO_THROW(total_variation(conv, w, b, 1, {.resources = {.memory_budget = bytes}}));
  check_capacity(
      [&] { total_variation(conv, w, b, 1, {.resources = {.memory_budget = bytes - 1}}); },
      "the vectors of total_variation need 320 bytes, which exceeds the memory budget of 319 "
      "bytes; use a smaller image",
      40, bytes);
}

BOOST_AUTO_TEST_SUITE_END()
