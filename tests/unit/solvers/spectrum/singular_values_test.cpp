#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_numbers.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/solvers/singular_values.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

// All singular values, by waves and by dense decompositions, against Eigen's of the matrix.

BOOST_AUTO_TEST_SUITE(all_singular_values)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::singular_values;
using toeplix::SolverError;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;

/// How many specs waves take apart.
struct Routes {
  int exact = 0;
  int dense = 0;
};

template <class Conv>
std::string differs(const Conv& conv, const Numbers& weights) {
  const Eigen::VectorXd expected = dense_svd(dense(conv, weights)).values;
  const Eigen::VectorXd values = singular_values(conv, weights);
  if (values.size() != expected.size()) return "number " + std::to_string(values.size());
  const double error = (values - expected).cwiseAbs().maxCoeff();
  if (error <= 1e-12 * (1 + expected.maxCoeff())) return "";
  return "off by " + std::to_string(error) + " of " + std::to_string(expected.maxCoeff());
}

template <class Spec>
void check(Failures& failures, Routes& routes, const Spec& spec, const Numbers& weights) {
  const auto conv = make(spec);
  if (conv.rows() > 200 || conv.cols() > 200) return;
  ++(toeplix::has_exact_spectrum(Pattern(conv), weights) ? routes.exact : routes.dense);
  failures.expect_none(spec, "singular values", differs(conv, weights));
}

/// One axis that waves take apart.
struct Axis {
  Index input;
  Index kernel;
  Index stride;
  Index dilation;
  Boundary boundary;
};

Axis draw_axis(Random& random) {
  if (random.once_in(5)) {
    return {random.between(1, 4), 1, 1, 1, random.pick({Boundary::zero, Boundary::reflect})};
  }
  if (random.once_in(2)) {
    return {random.between(1, 6), 2 * random.between(0, 3) + 1, 1, random.between(1, 2),
            Boundary::symmetric};
  }
  const Index stride = random.between(1, 3);
  return {stride * random.between(1, 4), random.between(1, 7), stride, random.between(1, 3),
          Boundary::circular};
}

/// A spec of axes that waves take apart, or hardly ever not.
ConvolutionSpec draw_exact(Random& random) {
  ConvolutionSpec spec{.input = {}, .kernel = {}};
  std::vector<Index> strides;
  std::vector<Index> dilations;
  std::vector<Boundary> boundaries;
  std::vector<toeplix::AxisPadding> padding;
  for (Index i = random.between(1, 3); i > 0; --i) {
    const Axis axis = draw_axis(random);
    spec.input.push_back(axis.input);
    spec.kernel.push_back(axis.kernel);
    strides.push_back(axis.stride);
    dilations.push_back(axis.dilation);
    boundaries.push_back(axis.boundary);
    const Index span = (axis.kernel - 1) * axis.dilation;
    const Index lower = axis.boundary == Boundary::symmetric ? span / 2 : span / 3;
    // So that there are input / stride windows.
    const Index upper = span + 1 - axis.stride - lower;
    padding.push_back({upper < 0 ? 0 : lower, upper < 0 ? lower + upper : upper});
  }
  spec.groups = random.between(1, 2);
  spec.in_channels = spec.groups * random.between(1, 3);
  spec.out_channels = spec.groups * random.between(1, 3);
  spec.stride = strides;
  spec.dilation = dilations;
  spec.boundary = boundaries;
  spec.padding = toeplix::Padding(padding);
  spec.operation = random.pick({toeplix::Operation::correlation, toeplix::Operation::convolution});
  spec.order =
      random.pick({toeplix::TensorOrder::channels_first, toeplix::TensorOrder::channels_last,
                   toeplix::TensorOrder::column_major});
  return spec;
}

/// Makes weights even along the axes of a symmetric boundary.
void make_even(const Convolution& conv, Numbers& weights) {
  const Pattern pattern(conv);
  for (const Pattern::Axis& axis : pattern.axes()) {
    const toeplix::AxisGeometry& g = axis.table.geometry();
    if (g.boundary != Boundary::symmetric) continue;
    for (Index i = 0; i < conv.weight_count(); ++i) {
      const Index t = i / axis.weight_stride % g.kernel;
      const Index other = i + (g.kernel - 1 - 2 * t) * axis.weight_stride;
      if (t < g.kernel / 2) {
        weights[static_cast<std::size_t>(other)] = weights[static_cast<std::size_t>(i)];
      }
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_geometries) {
  Failures failures;
  Routes routes;
  for_random_specs("singular values", 150, [&](const auto& spec, Random& random) {
    check(failures, routes, spec, random_numbers(random, make(spec).weight_count()));
  });
  BOOST_TEST(failures.checked() > 150);
  BOOST_TEST(routes.dense > 100);
}

BOOST_AUTO_TEST_CASE(of_axes_that_waves_take_apart) {
  Failures failures;
  Routes routes;
  Random random("exact spectra");
  for (int i = 0; i < 400; ++i) {
    const ConvolutionSpec spec = draw_exact(random);
    if (!is_sound(spec)) continue;
    const Convolution conv(spec);
    Numbers weights = random_numbers(random, conv.weight_count());
    if (!random.once_in(8)) make_even(conv, weights);
    check(failures, routes, spec, weights);
  }
  BOOST_TEST_MESSAGE(routes.exact << " by waves, " << routes.dense << " dense");
  BOOST_TEST(routes.exact > 200);
}

BOOST_AUTO_TEST_CASE(of_transposed_rings) {
  Failures failures;
  Routes routes;
  Random random("transposed rings");
  for (int i = 0; i < 60; ++i) {
    const Index stride = random.between(1, 3);
    const Index span = random.between(stride, 6);
    TransposedConvolutionSpec spec{.input = {random.between(1, 4), 3},
                                   .kernel = {span, 2},
                                   .in_channels = 2 * random.between(1, 2),
                                   .out_channels = 2 * random.between(1, 2),
                                   .groups = random.between(1, 2)};
    spec.stride = std::vector<Index>{stride, 2};
    spec.padding = toeplix::Padding(std::vector<toeplix::AxisPadding>{{0, span - stride}, {0, 0}});
    spec.boundary = Boundary::circular;
    if (!is_sound(spec)) continue;
    check(failures, routes, spec, random_numbers(random, make(spec).weight_count()));
  }
  BOOST_TEST(routes.exact > 20);
}

BOOST_AUTO_TEST_CASE(of_second_differences) {
  for (const Index n : {1, 2, 3, 8, 9}) {
    const Convolution ring(
        {.input = {n}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular});
    const Convolution line(
        {.input = {n}, .kernel = {3}, .padding = 1, .boundary = Boundary::symmetric});
    Numbers circle;
    Numbers there_and_back;
    for (Index k = 0; k < n; ++k) {
      const double turn = std::numbers::pi * static_cast<double>(k) / static_cast<double>(n);
      circle.push_back(4 * std::pow(std::sin(turn), 2));
      there_and_back.push_back(4 * std::pow(std::sin(turn / 2), 2));
    }
    std::ranges::sort(circle, std::greater<>());
    std::ranges::sort(there_and_back, std::greater<>());
    BOOST_TEST(close(singular_values(ring, Numbers{1, -2, 1}), vector(circle), 1e-15) == "");
    BOOST_TEST(close(singular_values(line, Numbers{1, -2, 1}), vector(there_and_back), 1e-15) ==
               "");
  }
}

BOOST_AUTO_TEST_CASE(of_a_singular_ring) {
  // 1 - e^(2 pi i k / n) is zero for k = 0, 1 + e^(...) for k = n / 2.
  const Convolution ring(
      {.input = {10}, .kernel = {2}, .padding = {{0, 1}}, .boundary = Boundary::circular});
  const Eigen::VectorXd differences = singular_values(ring, Numbers{1, -1});
  BOOST_TEST(differences[9] == 0);
  BOOST_TEST(std::abs(differences[0] - 2) < 1e-15);
  BOOST_TEST(singular_values(ring, Numbers{1, 1})[9] == 0);
}

BOOST_AUTO_TEST_CASE(without_one_in_floats) {
  const std::vector<float> weights{1, 2, 4};
  const ConvolutionSpec spec{.input = {5}, .kernel = {3}};
  BOOST_TEST(close(singular_values(spec, weights),
                   dense_svd(dense(Convolution(spec), {1, 2, 4})).values, 1e-14) == "");
}

BOOST_AUTO_TEST_CASE(beyond_squares) {
  for (const Boundary boundary : {Boundary::circular, Boundary::zero}) {
    const ConvolutionSpec spec{.input = {6}, .kernel = {3}, .padding = 1, .boundary = boundary};
    const Eigen::VectorXd ones = singular_values(spec, Numbers{1, 3, 1});
    for (const double factor : {0x1p+1000, 0x1p-1000}) {
      const Eigen::VectorXd values = singular_values(spec, Numbers{factor, 3 * factor, factor});
      BOOST_TEST((values / factor - ones).norm() == 0);
    }
    BOOST_TEST(singular_values(spec, Numbers{0, 0, 0}).norm() == 0);
    check_throws<SolverError>(
        [&] {
          singular_values(spec, Numbers{1e308, 1e308, 1e308});
        },
        "the largest singular value is beyond what a double holds");
  }
}

BOOST_AUTO_TEST_CASE(with_any_number_of_threads) {
  Random random("threads");
  const Convolution conv({.input = {12, 10},
                          .kernel = {3, 3},
                          .in_channels = 20,
                          .out_channels = 18,
                          .padding = 1,
                          .boundary = Boundary::circular});
  const Numbers weights = random_numbers(random, conv.weight_count());
  const Eigen::VectorXd one = singular_values(conv, weights, {.resources = {.threads = 1}});
  for (const int threads : {2, 3, 7}) {
    const Eigen::VectorXd more =
        singular_values(conv, weights, {.resources = {.threads = threads}});
    BOOST_TEST((more.array() == one.array()).all());
  }
}

BOOST_AUTO_TEST_CASE(refusals) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  check_throws<SolverError>(
      [&] {
        singular_values(conv, Numbers{1, 2});
      },
      "weights has length 2; expected 3");
  check_throws<SolverError>(
      [&] {
        singular_values(conv, Numbers{1, infinity, 2});
      },
      "weights has an infinity at 1; expected finite numbers");
  check_capacity(
      [&] {
        singular_values(conv, Numbers{1, 2, 3}, {.dense_limit = 4});
      },
      "a dense decomposition of a 5 x 5 matrix is beyond the limit of 4 rows or columns, "
      "whichever are fewer; use largest_singular_values for some of them, or "
      "spectral_norm for bounds of the largest");
  check_capacity(
      [&] {
        singular_values(conv, Numbers{1, 2, 3}, {.resources = {.memory_budget = 599}});
      },
      "a dense decomposition of a 5 x 5 matrix needs 600 bytes, which exceeds the memory budget of "
      "599 bytes; use largest_singular_values for some of them, or spectral_norm for bounds of the "
      "largest",
      {}, 600);
  const Pattern varying = toeplix::detail::per_pixel(Pattern(conv));
  check_throws<SolverError>(
      [&] { singular_values(varying, std::span<const double>(Numbers(15, 1.0))); },
      "the pattern has a kernel for every pixel; singular_values takes one kernel for all pixels");
}

BOOST_AUTO_TEST_SUITE_END()
