#include "support/failures.hpp"
#include "support/make.hpp"

#include <toeplix/random_spec.hpp>
#include <toeplix/reference.hpp>

#include <Eigen/Core>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <variant>
#include <vector>

// The public generator of specs draws what the library accepts.

BOOST_AUTO_TEST_SUITE(random_spec)

namespace {

using namespace toeplix;
using test::Failures;

template <class Visit>
void for_seeds(Visit visit) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    std::visit(visit, reference::random_spec(seed));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_one_is_a_convolution) {
  Failures failures;
  for_seeds([&](const auto& spec) {
    const auto convolution = test::make(spec);
    const reference::Lengths lengths = reference::lengths(spec);
    failures.expect(spec, "output", convolution.output() == reference::output_extents(spec));
    failures.expect(spec, "weights",
                    static_cast<Index>(lengths.weights) == convolution.weight_count());
    failures.expect(spec, "input", static_cast<Index>(lengths.input) == convolution.cols());
    failures.expect(spec, "length", static_cast<Index>(lengths.output) == convolution.rows());
  });
  BOOST_TEST(failures.checked() == 8000);
}

BOOST_AUTO_TEST_CASE(vectors_of_eigen_go_into_the_oracle) {
  const ConvolutionSpec spec = {.input = {3}, .kernel = {2}};
  const Eigen::Matrix<std::int8_t, 2, 1> w(1, 10);
  const Eigen::Vector3i x(1, 2, 3);
  const Eigen::Matrix<std::int64_t, 1, 1> bias(100);
  BOOST_TEST(reference::convolve(spec, w, x) == (std::vector<std::int64_t>{21, 32}));
  BOOST_TEST(reference::convolve(spec, w, x, bias) == (std::vector<std::int64_t>{121, 132}));
  const Eigen::Vector2f real_w(1, 10);
  BOOST_TEST(reference::convolve(spec, real_w, Eigen::Vector3f(1, 2, 3)) ==
             (std::vector<float>{21, 32}));
}

BOOST_AUTO_TEST_SUITE_END()
