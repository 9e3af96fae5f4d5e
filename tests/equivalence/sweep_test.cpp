#include "equivalence/all_paths.hpp"
#include "support/effort.hpp"
#include "support/random_spec.hpp"

#include <toeplix/affine.hpp>

#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdlib>
#include <iostream>
#include <variant>

// Random specs of one to four axes, all fields drawn. TOEPLIX_TEST_SEED draws others;
// TOEPLIX_TEST_SPEC='input=5 kernel=3' tries a single one.

BOOST_AUTO_TEST_SUITE(sweep)

namespace {

using namespace toeplix;
using test::Failures;
using test::Random;

template <class Spec>
void check_random_specs() {
  const std::uint64_t seed = test::sweep_seed();
  const int count = test::by_effort(400, 1500, 20'000);
  std::cout << "TOEPLIX_TEST_SEED=" << seed << '\n';
  Random random(seed);
  Failures failures;
  for (int i = 0; i < count; ++i) {
    Spec spec = test::draw_sound_spec<Spec>(random);
    test::draw_weights_order(random, spec);
    switch (random.between(0, 3)) {
      case 0:
        test::check_all_paths<float>(spec, failures);
        break;
      case 1:
        test::check_all_paths<std::complex<float>>(spec, failures);
        break;
      case 2:
        test::check_all_paths<std::complex<double>>(spec, failures);
        break;
      default:
        test::check_all_paths<double>(spec, failures);
    }
  }
  BOOST_TEST(failures.checked() > 0);
}

/// Matrix and offset of a spec against the oracle, which pads with the value, and all of the linear
/// part.
template <class Scalar>
void check_padded(ConvolutionSpec spec, Random& random, Failures& failures) {
  const Convolution conv(spec);
  const auto weights = test::small_integers<Scalar>(random, conv.weight_count());
  const auto x = test::small_integers<Scalar>(random, conv.cols());
  const Eigen::Matrix<Scalar, Eigen::Dynamic, 1> y =
      compile(conv, weights) * test::as_eigen(x) + padding_offset(conv, weights);
  failures.expect_none(spec, "matrix and offset",
                       test::vector_difference(y, reference::convolve(spec, weights, x)));
  spec.padding_value = 0;
  test::check_all_paths<Scalar>(spec, failures);
}

}  // namespace

BOOST_AUTO_TEST_CASE(padding_values) {
  Random random(test::sweep_seed() + 1);
  Failures failures;
  for (int i = 0; i < test::by_effort(100, 400, 5000); ++i) {
    ConvolutionSpec spec = test::draw_padded_spec(random);
    test::draw_weights_order(random, spec);
    if (random.once_in(2)) {
      check_padded<double>(spec, random, failures);
    } else {
      check_padded<std::complex<float>>(spec, random, failures);
    }
  }
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(convolutions) {
  check_random_specs<ConvolutionSpec>();
}

BOOST_AUTO_TEST_CASE(transposed_convolutions) {
  check_random_specs<TransposedConvolutionSpec>();
}

// A failure anywhere in this program names a spec; here it is tried by itself.
BOOST_AUTO_TEST_CASE(the_spec_of_the_environment) {
  const char* const text = std::getenv("TOEPLIX_TEST_SPEC");
  Failures failures;
  std::visit(
      [&](const auto& spec) {
        test::check_all_paths<float>(spec, failures);
        test::check_all_paths<double>(spec, failures);
        test::check_all_paths<std::complex<float>>(spec, failures);
        test::check_all_paths<std::complex<double>>(spec, failures);
      },
      parse_spec(text == nullptr ? "input=5 kernel=3" : text));
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_SUITE_END()
