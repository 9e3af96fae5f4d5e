#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/optional_libraries.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include <toeplix/error.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/solvers/fourier_map.hpp>

#include "solvers/transform/smooth_extent.hpp"

#include <boost/test/unit_test.hpp>

// Products by Fourier transforms against the compiled matrix.

BOOST_AUTO_TEST_SUITE(fourier_maps, *toeplix::test::needs_transforms())

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::fourier_map;
using toeplix::fourier_misfit;
using toeplix::Index;
using toeplix::LinearMap;
using toeplix::Pattern;
using toeplix::SolverError;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;

/// One channel for each group, stride 1, and everything else that a spec can have.
toeplix::reference::SpecBounds served() {
  return {.most_axes = 3, .largest_channels = 1, .largest_stride = 1};
}

/// Whole numbers, so that only whole numbers can be right.
template <class Conv>
void check(Failures& failures, const auto& spec, const Conv& conv, Random& random) {
  const Numbers weights = small_integers<double>(random, conv.weight_count());
  const LinearMap<double> map = fourier_map(conv, weights, {.threads = 2});
  const Eigen::MatrixXd a = dense(conv, weights);
  const Eigen::VectorXd x = vector(small_integers<double>(random, conv.cols()));
  const Eigen::VectorXd y = vector(small_integers<double>(random, conv.rows()));
  const auto off = [](const Eigen::VectorXd& found, const Eigen::VectorXd& expected) {
    return found.size() == expected.size() && (found - expected).lpNorm<Eigen::Infinity>() < 1e-9;
  };
  failures.expect(spec, "A x", off(map * x, a * x));
  failures.expect(spec, "A^T y", off(map.transpose() * y, a.transpose() * y));
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_geometries) {
  Failures failures;
  Random random("Fourier");
  for (int repeat = 0; repeat < 600; ++repeat) {
    const ConvolutionSpec spec = toeplix::reference::random_convolution(random.seed(), served());
    check(failures, spec, Convolution(spec), random);
    const TransposedConvolutionSpec back =
        toeplix::reference::random_transposed_convolution(random.seed(), served());
    check(failures, back, TransposedConvolution(back), random);
  }
}

BOOST_AUTO_TEST_CASE(kernels_larger_than_the_image) {
  Failures failures;
  Random random("large kernels");
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect,
                                  Boundary::symmetric, Boundary::replicate}) {
    const ConvolutionSpec spec{.input = {5, 3},
                               .kernel = {23, 16},
                               .padding = toeplix::Padding::same_upper(),
                               .boundary = boundary};
    check(failures, spec, Convolution(spec), random);
  }
}

BOOST_AUTO_TEST_CASE(bits_do_not_depend_on_threads) {
  const Convolution conv("input=300,301 kernel=9,8 padding=same_upper boundary=reflect");
  Random random("threads");
  const Numbers weights = small_integers<double>(random, conv.weight_count());
  const Eigen::VectorXd x = Eigen::VectorXd::LinSpaced(conv.cols(), -1, 1).array().sin();
  const LinearMap<double> one = fourier_map(conv, weights, {.threads = 1});
  const LinearMap<double> three = fourier_map(conv, weights, {.threads = 3});
  BOOST_TEST((one * x == three * x));
  BOOST_TEST((one.transpose() * x == three.transpose() * x));
  BOOST_TEST((one * x == one * x));
}

BOOST_AUTO_TEST_CASE(what_transforms_do_not_serve) {
  const auto misfit = [](const char* spec) { return fourier_misfit(Pattern(Convolution(spec))); };
  BOOST_TEST(misfit("input=9,9 kernel=3,3 padding=1").empty());
  BOOST_TEST(misfit("input=9 kernel=3 groups=2 in=2 out=2").empty());
  BOOST_TEST(misfit("input=9,9 kernel=3,3 stride=2") == "a stride is not 1");
  BOOST_TEST(misfit("input=9 kernel=3 in=2") == "channels are mixed");
  BOOST_TEST(misfit("input=9 kernel=3 input_dilation=2") == "the image is spread (input_dilation)");
  const Convolution strided("input=9 kernel=3 stride=2");
  check_throws<SolverError>([&] { (void)fourier_map(strided, Numbers(3, 1.0)); },
                            "Fourier transforms do not serve here: a stride is not 1");
  const Convolution conv("input=9 kernel=3");
  check_throws<SolverError>([&] { (void)fourier_map(conv, Numbers(4, 1.0)); },
                            "weights has length 4; expected 3");
  check_throws<SolverError>([&] { (void)fourier_map(conv, Numbers(3, not_a_number)); },
                            "weights has a NaN at 0; expected finite numbers");
  // An extension of 2^39 zeros is refused before it is made.
  const Convolution wide("input=9 kernel=2 dilation=549755813888 padding=549755813888:0");
  check_throws<CapacityError>(
      [&] { (void)fourier_map(wide, Numbers(2, 1.0), {.memory_budget = 1000}); },
      "the transforms of the extended image need 13194139533528 bytes, which exceeds the memory "
      "budget of 1000 bytes; use Operator, which extends nothing");
}

BOOST_AUTO_TEST_CASE(extents_that_transforms_are_fast_for) {
  BOOST_TEST(toeplix::detail::smooth_extent(1) == 2);
  BOOST_TEST(toeplix::detail::smooth_extent(11) == 12);
  BOOST_TEST(toeplix::detail::smooth_extent(121) == 126);
  BOOST_TEST(toeplix::detail::smooth_extent(4097) == 4116);
}

BOOST_AUTO_TEST_SUITE_END()
