#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/optional_libraries.hpp"
#include "support/random_numbers.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/operator.hpp>
#include <toeplix/solvers/singular_values.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

// Some of the largest singular values and their vectors against all of them.

BOOST_AUTO_TEST_SUITE(largest_values)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::largest_singular_values;
using toeplix::Pattern;
using toeplix::singular_values;
using toeplix::SingularTriplets;
using toeplix::SolverError;
using toeplix::TransposedConvolution;

/// Empty if these are the largest values, and what their vectors should be.
template <class Conv>
std::string differs(const Conv& conv, const Numbers& weights, const SingularTriplets& found,
                    const Eigen::VectorXd& all, Index k) {
  if (found.values.size() != k) return "number " + std::to_string(found.values.size());
  const double size = 1 + all[0];
  const double off = (found.values - all.head(k)).cwiseAbs().maxCoeff();
  if (!(off <= 1e-9 * size)) return "values off by " + std::to_string(off);
  const toeplix::Operator<double> a(conv, weights);
  const Eigen::MatrixXd unit = Eigen::MatrixXd::Identity(k, k);
  if ((found.u.transpose() * found.u - unit).norm() > 1e-10) return "u is not orthonormal";
  if ((found.v.transpose() * found.v - unit).norm() > 1e-10) return "v is not orthonormal";
  const Eigen::MatrixXd forward = a * found.v - found.u * found.values.asDiagonal();
  const Eigen::MatrixXd back = a.transpose() * found.u - found.v * found.values.asDiagonal();
  const double residual =
      std::max(forward.colwise().norm().maxCoeff(), back.colwise().norm().maxCoeff());
  if (!(residual <= 1e-8 * size)) return "residual " + std::to_string(residual);
  if (std::abs(residual - found.report.residual) > 1e-12 * size) return "its residual";
  return found.report.converged ? "" : "not converged: " + found.report.reason;
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_small_random_layers) {
  Failures failures;
  for_random_specs("largest values", 60, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    if (conv.rows() > 150 || conv.cols() > 150) return;
    const Numbers weights = random_numbers(random, conv.weight_count());
    const Index k = random.between(1, std::min({conv.rows(), conv.cols(), Index{5}}));
    const Eigen::VectorXd all = dense_svd(dense(conv, weights)).values;
    failures.expect_none(spec, "largest of " + std::to_string(k),
                         differs(conv, weights, largest_singular_values(conv, weights, k), all, k));
  });
  BOOST_TEST(failures.checked() > 60);
}

BOOST_AUTO_TEST_CASE(by_products, *needs_top_vectors()) {
  Random random("by products");
  Failures failures;
  for (const Boundary boundary :
       {Boundary::zero, Boundary::reflect, Boundary::replicate, Boundary::symmetric}) {
    for (const Index channels : {1, 3}) {
      const ConvolutionSpec spec{.input = {9, 10},
                                 .kernel = {3, 3},
                                 .in_channels = 2,
                                 .out_channels = channels,
                                 .padding = 1,
                                 .boundary = boundary};
      const Convolution conv(spec);
      const Numbers weights = random_numbers(random, conv.weight_count());
      const Eigen::VectorXd all = singular_values(conv, weights);
      for (const Index k : {1, 4}) {
        const SingularTriplets found = largest_singular_values(conv, weights, k);
        BOOST_TEST(found.report.products > 0);
        failures.expect_none(spec, "by products", differs(conv, weights, found, all, k));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(of_values_that_repeat) {
  // Waves and their conjugates: all but two values of a ring come in pairs.
  const Convolution ring(
      {.input = {150}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular});
  for (const Index k : {1, 2, 3, 7}) {
    const Numbers weights{1, -2, 1};
    const SingularTriplets found = largest_singular_values(ring, weights, k);
    BOOST_TEST(differs(ring, weights, found, singular_values(ring, weights), k) == "");
  }
  // The same kernel for each of several channels: every value as often as there are channels.
  const Convolution depthwise(
      {.input = {40}, .kernel = {2}, .in_channels = 5, .out_channels = 5, .groups = 5});
  const Numbers same{1, 3, 1, 3, 1, 3, 1, 3, 1, 3};
  const SingularTriplets found = largest_singular_values(depthwise, same, 8);
  BOOST_TEST(differs(depthwise, same, found, singular_values(depthwise, same), 8) == "");
}

BOOST_AUTO_TEST_CASE(of_a_deficient_matrix) {
  // All rows beyond the third channel are zero; the rank is 3 * 40.
  const Convolution conv({.input = {40}, .kernel = {1}, .in_channels = 5, .out_channels = 5});
  Numbers weights(25, 0.0);
  for (std::size_t i = 0; i < 15; ++i) weights[i] = static_cast<double>(i % 4) - 1;
  // All rows the same: rank one.
  const Convolution one({.input = {100}, .kernel = {100}, .out_channels = 90});
  const Numbers ones(9000, 1.0);
  const SingularTriplets found = largest_singular_values(one, ones, 3);
  BOOST_TEST(std::abs(found.values[0] - std::sqrt(9000.0)) < 1e-9);
  BOOST_TEST(found.values[1] < 1e-10);
  const SingularTriplets some = largest_singular_values(conv, weights, 6);
  BOOST_TEST(differs(conv, weights, some, singular_values(conv, weights), 6) == "");
}

BOOST_AUTO_TEST_CASE(of_a_transposed_convolution) {
  Random random("transposed largest");
  const TransposedConvolution conv(
      {.input = {12, 9}, .kernel = {3, 3}, .in_channels = 2, .stride = 2, .padding = 1});
  const Numbers weights = random_numbers(random, conv.weight_count());
  BOOST_TEST(differs(conv, weights, largest_singular_values(conv, weights, 3),
                     singular_values(conv, weights), 3) == "");
}

BOOST_AUTO_TEST_CASE(of_zeros_and_of_one) {
  const SingularTriplets one =
      largest_singular_values(ConvolutionSpec{.input = {1}, .kernel = {1}}, Numbers{-4}, 1);
  BOOST_TEST(one.values[0] == 4);
  BOOST_TEST(one.u(0, 0) * one.v(0, 0) == -1);
  BOOST_TEST(one.report.converged);
  const ConvolutionSpec large{.input = {200}, .kernel = {3}};
  const SingularTriplets zero = largest_singular_values(large, Numbers(3, 0.0), 2);
  BOOST_TEST(zero.values.norm() == 0);
  BOOST_TEST(zero.report.converged);
  BOOST_TEST(zero.v.col(1).norm() == 1);
}

BOOST_AUTO_TEST_CASE(beyond_squares) {
  const ConvolutionSpec spec{.input = {200}, .kernel = {3}};
  const SingularTriplets ones = largest_singular_values(spec, Numbers{1, 3, 1}, 2);
  for (const double factor : {0x1p+1000, 0x1p-1000}) {
    const SingularTriplets other =
        largest_singular_values(spec, Numbers{factor, 3 * factor, factor}, 2);
    BOOST_TEST((other.values / factor - ones.values).norm() == 0);
  }
}

// Without Spectra the values are those of dense matrices, as far as these go.
BOOST_AUTO_TEST_CASE(of_large_matrices_in_a_build_without_spectra,
                     *needs(!toeplix::detail::has_top_vectors(), "the library has Spectra")) {
  const Convolution conv({.input = {200}, .kernel = {3}});
  const Numbers weights{1, 3, -1};
  const SingularTriplets found = largest_singular_values(conv, weights, 2);
  BOOST_TEST(differs(conv, weights, found, singular_values(conv, weights), 2) == "");
  BOOST_TEST(found.report.products == 0);
  check_throws<SolverError>(
      [&] { largest_singular_values(conv, weights, 2, {.dense_limit = 197}); },
      "largest_singular_values of a matrix beyond dense_limit needs Spectra, which the library was "
      "built without; spectral_norm bounds the largest value without it");
}

BOOST_AUTO_TEST_CASE(refusals) {
  const ConvolutionSpec spec{.input = {5}, .kernel = {3}};
  check_throws<SolverError>(
      [&] {
        largest_singular_values(spec, Numbers{1, 2, 3}, 0);
      },
      "k is 0; expected a number from 1 to 3, the rows or columns, whichever "
      "are fewer");
  check_throws<SolverError>(
      [&] {
        largest_singular_values(spec, Numbers{1, 2, 3}, 4);
      },
      "k is 4; expected a number from 1 to 3, the rows or columns, whichever "
      "are fewer");
  check_throws<SolverError>(
      [&] {
        largest_singular_values(spec, Numbers{1, 2, 3}, 1, {.tolerance = 2});
      },
      "tolerance 2; expected a number between 0 and 1");
  const ConvolutionSpec large{.input = {1000}, .kernel = {1}};
  check_capacity(
      [&] {
        largest_singular_values(large, Numbers{1}, 10, {.resources = {.memory_budget = 1'471'999}});
      },
      "the vectors of 10 singular values need 1472000 bytes, which exceeds the memory budget of "
      "1471999 bytes; ask for fewer, or use spectral_norm for the largest",
      {}, 1472000);
  check_capacity(
      [&] { largest_singular_values(large, Numbers{1}, 600, {.dense_limit = 999}); },
      "a dense decomposition of a 1000 x 1000 matrix is beyond the limit of 999 rows or columns, "
      "whichever are fewer; ask for at most half as many, or use singular_values if waves take it "
      "apart");
}

BOOST_AUTO_TEST_SUITE_END()
