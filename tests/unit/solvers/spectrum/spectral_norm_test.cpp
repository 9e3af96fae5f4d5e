#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_numbers.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/solvers/singular_values.hpp>
#include <toeplix/solvers/spectral_norm.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>
#include <numbers>

// Proved bounds of the norm against Eigen's singular values: no bound may be violated.

BOOST_AUTO_TEST_SUITE(proved_norms)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Certify;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::NormBound;
using toeplix::Pattern;
using toeplix::SolverError;
using toeplix::spectral_norm;
using toeplix::SpectralNorm;
using toeplix::SpectralNormOptions;

/// Empty if the interval holds the norm. What the dense decomposition may be off by counts for it.
std::string violated(const SpectralNorm& norm, double exact) {
  const double rounding = 1e-13 * exact;
  if (!(norm.lower <= exact + rounding)) return "lower by " + std::to_string(norm.lower - exact);
  if (!(norm.upper >= exact - rounding)) return "upper by " + std::to_string(exact - norm.upper);
  return "";
}

/// What became of many layers.
struct Tally {
  int layers = 0;
  int converged = 0;
  std::map<NormBound, int> from;

  void count(const SpectralNorm& norm) {
    ++layers;
    converged += norm.converged ? 1 : 0;
    ++from[norm.upper_from];
  }
  std::string text() const {
    std::string text = std::to_string(converged) + " of " + std::to_string(layers) + " converged;";
    for (const auto& [bound, count] : from) {
      text += " " + std::string(to_string(bound)) + " " + std::to_string(count);
    }
    return text;
  }
};

template <class Spec>
void check(Failures& failures, Tally& tally, const Spec& spec, const Numbers& weights,
           const SpectralNormOptions& options) {
  const auto conv = make(spec);
  if (conv.rows() > 250 || conv.cols() > 250) return;
  const SpectralNorm norm = spectral_norm(conv, weights, options);
  const Eigen::MatrixXd a = dense(conv, weights);
  const double exact = dense_svd(a).values[0];
  failures.expect_none(spec, "the interval", violated(norm, exact));
  failures.expect(spec, "converged",
                  norm.converged == (norm.upper - norm.lower <= options.tolerance * norm.upper));
  failures.expect(spec, "a reason", norm.converged == norm.reason.empty());
  const double size = 1e-13 * (1 + a.norm());
  failures.expect(spec, "norm_1",
                  std::abs(norm.norm_1 - a.cwiseAbs().colwise().sum().maxCoeff()) < size * 10);
  failures.expect(spec, "norm_inf",
                  std::abs(norm.norm_inf - a.cwiseAbs().rowwise().sum().maxCoeff()) < size * 10);
  failures.expect(spec, "frobenius", std::abs(norm.frobenius - a.norm()) < size);
  tally.count(norm);
}

double norm_of(const ConvolutionSpec& spec, const Numbers& weights) {
  return dense_svd(dense(Convolution(spec), weights)).values[0];
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_layers) {
  Failures failures;
  Tally tally;
  for_random_specs("spectral norm", 600, [&](const auto& spec, Random& random) {
    check(failures, tally, spec, random_numbers(random, make(spec).weight_count()), {});
  });
  BOOST_TEST_MESSAGE(tally.text());
  BOOST_TEST(tally.layers > 1000);
  BOOST_TEST(tally.converged == tally.layers);
}

BOOST_AUTO_TEST_CASE(random_layers_to_three_digits) {
  Failures failures;
  Tally tally;
  for_random_specs("three digits", 200, [&](const auto& spec, Random& random) {
    const Numbers weights = random_numbers(random, make(spec).weight_count());
    check(failures, tally, spec, weights, {.tolerance = 1e-3});
  });
  BOOST_TEST_MESSAGE(tally.text());
  BOOST_TEST(tally.converged == tally.layers);
}

BOOST_AUTO_TEST_CASE(random_layers_by_transforms_alone) {
  Failures failures;
  Tally tally;
  for_random_specs("transforms alone", 200, [&](const auto& spec, Random& random) {
    const Numbers weights = random_numbers(random, make(spec).weight_count());
    check(failures, tally, spec, weights, {.tolerance = 1e-6, .certify = Certify::transforms});
  });
  BOOST_TEST_MESSAGE(tally.text());
  BOOST_TEST(tally.from[NormBound::factorization] == 0);
  BOOST_TEST(tally.from[NormBound::embedding] > 60);
}

BOOST_AUTO_TEST_CASE(every_boundary_of_larger_layers) {
  Random random("larger layers");
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect,
                                  Boundary::symmetric, Boundary::replicate}) {
    for (const Index stride : {1, 2}) {
      const Convolution conv({.input = {24, 30},
                              .kernel = {3, 5},
                              .in_channels = 3,
                              .out_channels = 4,
                              .stride = stride,
                              .padding = {1, 2},
                              .boundary = boundary});
      const Numbers weights = random_numbers(random, conv.weight_count());
      const SpectralNorm norm = spectral_norm(conv, weights);
      BOOST_TEST(norm.converged);
      BOOST_TEST(norm.upper <= norm.lower / 0.95);
      const SpectralNorm finer = spectral_norm(conv, weights, 1e-3);
      BOOST_TEST(finer.converged);
      BOOST_TEST(finer.lower <= norm.upper);
      BOOST_TEST(norm.lower <= finer.upper);
      const bool folds = boundary == Boundary::reflect || boundary == Boundary::replicate ||
                         boundary == Boundary::symmetric;
      BOOST_TEST((norm.upper_from == NormBound::factorization) == folds);
      BOOST_TEST((norm.upper_from == NormBound::frequencies) == (boundary == Boundary::circular));
    }
  }
}

BOOST_AUTO_TEST_CASE(of_neighbours) {
  // The norm of the matrix with ones beside the diagonal is 2 cos(pi / (n + 1)). The plain
  // circulant has 2.
  for (const Index n : {2, 3, 10, 57}) {
    const ConvolutionSpec spec{.input = {n}, .kernel = {3}, .padding = 1};
    const SpectralNorm norm = spectral_norm(spec, Numbers{1, 0, 1}, 1e-9);
    const double exact = 2 * std::cos(std::numbers::pi / static_cast<double>(n + 1));
    BOOST_TEST(violated(norm, exact) == "");
    BOOST_TEST(norm.converged);
    if (n == 57) BOOST_TEST((norm.upper_from == NormBound::embedding));
  }
}

BOOST_AUTO_TEST_CASE(by_any_proof) {
  Random random("any proof");
  const ConvolutionSpec spec{.input = {9, 8},
                             .kernel = {3, 3},
                             .in_channels = 2,
                             .out_channels = 3,
                             .padding = 1,
                             .boundary = Boundary::reflect};
  const Numbers weights = random_numbers(random, 54);
  const double exact = norm_of(spec, weights);
  const SpectralNorm plain = spectral_norm(spec, weights, {.certify = Certify::transforms});
  BOOST_TEST(violated(plain, exact) == "");
  BOOST_TEST(!plain.converged);
  BOOST_TEST(plain.reason.ends_with("Certify::automatic may factorize t^2 I - A^T A"));
  const SpectralNorm factorized =
      spectral_norm(spec, weights, {.tolerance = 1e-5, .certify = Certify::factorization});
  BOOST_TEST(violated(factorized, exact) == "");
  BOOST_TEST(factorized.converged);
  BOOST_TEST((factorized.upper_from == NormBound::factorization));
  BOOST_TEST(factorized.factorizations > 0);
}

BOOST_AUTO_TEST_CASE(small_and_empty_ones) {
  const ConvolutionSpec one{.input = {1}, .kernel = {1}};
  const SpectralNorm norm = spectral_norm(one, Numbers{-3}, 1e-6);
  BOOST_TEST(violated(norm, 3) == "");
  BOOST_TEST(norm.converged);
  BOOST_TEST(norm.norm_1 == 3);
  const ConvolutionSpec image{.input = {5, 4}, .kernel = {3, 3}, .padding = 1};
  const SpectralNorm zero = spectral_norm(image, Numbers(9, 0.0));
  BOOST_TEST(zero.lower == 0);
  BOOST_TEST(zero.upper == 0);
  BOOST_TEST(zero.converged);
  BOOST_TEST((zero.upper_from == NormBound::zero));
  // The one weight that is not zero meets no pixel.
  const ConvolutionSpec beside{.input = {1}, .kernel = {3}, .padding = 1};
  BOOST_TEST(spectral_norm(beside, Numbers{7, 0, 0}).upper == 0);
  // A huge one beside it, too.
  const SpectralNorm middle = spectral_norm(beside, Numbers{1e300, 1e-300, 1e300});
  BOOST_TEST(violated(middle, 1e-300) == "");
  BOOST_TEST(middle.converged);
}

BOOST_AUTO_TEST_CASE(beyond_squares) {
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::replicate}) {
    const ConvolutionSpec spec{
        .input = {6, 7}, .kernel = {3, 1}, .padding = {1, 0}, .boundary = boundary};
    const double exact = norm_of(spec, {1, -3, 2});
    for (const double factor : {1e300, 1e-300, 0x1p-1070}) {
      const SpectralNorm norm = spectral_norm(spec, Numbers{factor, -3 * factor, 2 * factor});
      BOOST_TEST(norm.lower <= exact * factor);
      BOOST_TEST(norm.upper >= exact * factor * (1 - 1e-12));
      BOOST_TEST(norm.upper <= 1.2 * exact * factor);
    }
    check_throws<SolverError>(
        [&] {
          spectral_norm(spec, Numbers{1e308, -1e308, 1e308});
        },
        "the norms of the matrix are beyond what a double holds");
  }
}

BOOST_AUTO_TEST_CASE(with_any_number_of_threads) {
  Random random("norms by threads");
  const Convolution conv(
      {.input = {18, 20}, .kernel = {3, 3}, .in_channels = 9, .out_channels = 7, .padding = 1});
  const Numbers weights = random_numbers(random, conv.weight_count());
  const SpectralNorm one =
      spectral_norm(conv, weights, {.tolerance = 1e-3, .resources = {.threads = 1}});
  for (const int threads : {2, 5}) {
    const SpectralNorm more =
        spectral_norm(conv, weights, {.tolerance = 1e-3, .resources = {.threads = threads}});
    BOOST_TEST(more.lower == one.lower);
    BOOST_TEST(more.upper == one.upper);
  }
}

BOOST_AUTO_TEST_CASE(refusals) {
  const Convolution conv({.input = {5}, .kernel = {3}, .padding = 1});
  check_throws<SolverError>(
      [&] {
        spectral_norm(conv, Numbers{1, 2});
      },
      "weights has length 2; expected 3");
  check_throws<SolverError>(
      [&] {
        spectral_norm(conv, Numbers{1, not_a_number, 2});
      },
      "weights has a NaN at 1; expected finite numbers");
  check_throws<SolverError>(
      [&] {
        spectral_norm(conv, Numbers{1, 2, 3}, 0.0);
      },
      "tolerance 0; expected a number between 0 and 1");
  check_throws<SolverError>(
      [&] {
        spectral_norm(conv, Numbers{1, 2, 3}, not_a_number);
      },
      "tolerance nan; expected a number between 0 and 1");
  const Pattern varying = toeplix::detail::per_pixel(Pattern(conv));
  check_throws<SolverError>(
      [&] { spectral_norm(varying, std::span<const double>(Numbers(15, 1.0))); },
      "the pattern has a kernel for every pixel; spectral_norm takes one kernel for all pixels");
  check_capacity(
      [&] {
        spectral_norm(conv, Numbers{1, 2, 3}, {.resources = {.memory_budget = 679}});
      },
      "the vectors of spectral_norm need 680 bytes, which exceeds the memory budget of 679 bytes; "
      "use a smaller image",
      85, 680);
}

BOOST_AUTO_TEST_SUITE_END()
