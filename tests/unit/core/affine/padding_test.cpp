#include "support/compare.hpp"
#include "support/failures.hpp"
#include "support/random_spec.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/reference_per_pixel.hpp>
#include <toeplix/verify.hpp>

#include <boost/test/unit_test.hpp>

#include <complex>
#include <limits>

BOOST_AUTO_TEST_SUITE(affine_padding)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::test::check_throws;
using toeplix::test::draw_padded_spec;
using toeplix::test::Failures;
using toeplix::test::Random;
using toeplix::test::small_integers;
using toeplix::test::vector_difference;
using Numbers = std::vector<double>;

template <class Vector>
Numbers numbers_of(const Vector& vector) {
  return {vector.begin(), vector.end()};
}

Numbers offset_of(const char* spec, const Numbers& weights) {
  return numbers_of(toeplix::padding_offset(Convolution(spec), weights));
}

/// Matrix, operator and offset of a spec against the oracle, which pads with a value.
template <class Scalar>
void check_against_oracle(const ConvolutionSpec& spec, Random& random, Failures& failures) {
  const Convolution conv(spec);
  const auto weights = small_integers<Scalar>(random, conv.weight_count());
  const auto x = small_integers<Scalar>(random, conv.cols());
  const auto bias = small_integers<Scalar>(random, conv.out_channels());
  const auto expected = toeplix::reference::convolve(spec, weights, x);
  const auto offset = toeplix::padding_offset(conv, weights);
  const toeplix::Operator<Scalar> op(conv, weights);
  failures.expect_none(spec, "operator and offset",
                       vector_difference((op * x + offset).eval(), expected));
  const auto map = toeplix::affine_map(conv, weights, bias);
  failures.expect(spec, "the offset alone is that of the map",
                  toeplix::affine_offset(conv, weights, bias) == map.offset());
  const Index first = random.between(0, conv.rows());
  const Index last = random.between(first, conv.rows());
  failures.expect(spec, "some rows of the offset",
                  toeplix::affine_offset_rows(conv, weights, bias, first, last) ==
                      map.offset().segment(first, last - first));
  failures.expect_none(spec, "affine map",
                       vector_difference(toeplix::apply(map, x),
                                         toeplix::reference::convolve(spec, weights, x, bias)));
  failures.expect(spec, "verify", toeplix::verify(conv, weights, x).passed);
  failures.expect(spec, "verify is exact", toeplix::verify(conv, weights, x).exact);
  ConvolutionSpec linear = spec;
  linear.padding_value = 0;
  failures.expect(spec, "the matrix is that of the linear part",
                  toeplix::test::same_bits(map.matrix(), toeplix::compile(linear, weights)));
  const std::vector<Scalar> y(expected.begin(), expected.end());
  failures.expect(spec, "so is the oracle's transpose",
                  toeplix::reference::convolve_transposed(spec, weights, y) ==
                      toeplix::reference::convolve_transposed(linear, weights, y));
  failures.expect(spec, "and its gradient",
                  toeplix::reference::weight_gradient(spec, x, y) ==
                      toeplix::reference::weight_gradient(linear, x, y));
}

}  // namespace

BOOST_AUTO_TEST_CASE(weights_on_padding_are_added_up) {
  BOOST_TEST(offset_of("input=4 kernel=3 padding=1 padding_value=5", {1, 2, 4}) ==
             Numbers({5, 0, 0, 20}));
  BOOST_TEST(offset_of("input=4 kernel=3 padding=1 padding_value=5 operation=convolution",
                       {1, 2, 4}) == Numbers({20, 0, 0, 5}));
  BOOST_TEST(offset_of("input=2 kernel=3 padding=2:3 dilation=2 padding_value=-1", {1, 2, 4}) ==
             Numbers({-5, -5, -6}));
  BOOST_TEST(offset_of("input=4 kernel=3 padding=1", {1, 2, 4}) == Numbers(4, 0));
}

// scipy.ndimage.correlate(x, w, mode="constant", cval=1), corners and edges
BOOST_AUTO_TEST_CASE(a_pixel_beyond_one_axis_has_the_value) {
  const Numbers weights = {1, 2, 4, 8, 16, 32, 64, 128, 256};
  BOOST_TEST(offset_of("input=3,3 kernel=3,3 padding=1 padding_value=1", weights) ==
             Numbers({1 + 2 + 4 + 8 + 64, 7, 1 + 2 + 4 + 32 + 256,  //
                      1 + 8 + 64, 0, 4 + 32 + 256,                  //
                      1 + 8 + 64 + 128 + 256, 64 + 128 + 256, 4 + 32 + 64 + 128 + 256}));
  // Beyond axis 1 there is always a pixel.
  BOOST_TEST(offset_of("input=3,3 kernel=3,3 padding=1 boundary=zero,reflect padding_value=1",
                       weights) == Numbers({7, 7, 7, 0, 0, 0, 448, 448, 448}));
}

BOOST_AUTO_TEST_CASE(every_pixel_has_a_kernel_of_its_own) {
  const Convolution line("input=2 kernel=3 padding=1 padding_value=5");
  const Numbers two = {1, 2, 4, 10, 20, 40};
  BOOST_TEST(
      numbers_of(toeplix::padding_offset(line, toeplix::PerPixelWeights(two))) == (Numbers{5, 200}),
      boost::test_tools::per_element());
  Random random("padding value of every pixel");
  Failures failures;
  for (int i = 0; i < 200; ++i) {
    const ConvolutionSpec spec = draw_padded_spec(random);
    const Convolution conv(spec);
    const Index pixels = conv.rows() / conv.out_channels();
    const auto numbers = small_integers<double>(random, conv.weight_count() * pixels);
    const auto x = small_integers<double>(random, conv.cols());
    const toeplix::PerPixelWeights kernels(numbers);
    const toeplix::Operator<double> op(conv, kernels);
    failures.expect_none(
        spec, "operator and offset",
        vector_difference((op * x + toeplix::padding_offset(conv, kernels)).eval(),
                          toeplix::reference::per_pixel_convolve(spec, numbers, x)));
    failures.expect(spec, "verify", toeplix::verify(conv, kernels, x).exact);
  }
  BOOST_TEST(failures.checked() == 400);
}

BOOST_AUTO_TEST_CASE(random_convolutions_equal_the_oracle) {
  Random random("padding value");
  Failures failures;
  for (int i = 0; i < 200; ++i) {
    const ConvolutionSpec spec = draw_padded_spec(random);
    check_against_oracle<double>(spec, random, failures);
    check_against_oracle<float>(spec, random, failures);
    check_against_oracle<std::complex<float>>(spec, random, failures);
    check_against_oracle<std::complex<double>>(spec, random, failures);
  }
  BOOST_TEST(failures.checked() == 200 * 4 * 9);
}

BOOST_AUTO_TEST_CASE(the_middle_has_no_offset_whatever_the_weights) {
  const Numbers weights = {0.1, 0.7, -0.8, 1e17, 0.3};
  const Numbers offset = offset_of("input=9 kernel=5 padding=2 padding_value=0.1", weights);
  BOOST_TEST(Numbers(offset.begin() + 2, offset.end() - 2) == Numbers(5, 0));
  const double infinite = std::numeric_limits<double>::infinity();
  BOOST_TEST(offset_of("input=3 kernel=3 padding=1 padding_value=2", {1, infinite, 3}) ==
             Numbers({2, 0, 6}));
}

BOOST_AUTO_TEST_CASE(the_offset_has_the_same_bits_for_any_number_of_threads) {
  const Convolution conv("input=90,90 kernel=31,31 padding=15 out=3 padding_value=0.1");
  Numbers weights;
  for (Index i = 0; i < conv.weight_count(); ++i)
    weights.push_back(1 / (static_cast<double>(i) + 3));
  const auto one = toeplix::padding_offset(conv, weights, {.threads = 1});
  BOOST_TEST((toeplix::padding_offset(conv, weights, {.threads = 2}) == one));
  BOOST_TEST((toeplix::padding_offset(conv, weights, {.threads = 7}) == one));
}

// The whole has 10^12 rows; walking along an axis would take a while, too.
BOOST_AUTO_TEST_CASE(some_rows_of_the_offset_count_for_themselves_alone) {
  const Convolution conv("input=1000000000000 kernel=3 padding=1 padding_value=5");
  const Numbers weights = {1, 2, 4};
  const Numbers bias = {100};
  const toeplix::Resources small{.memory_budget = 300};
  const Index end = conv.rows();
  BOOST_TEST(numbers_of(toeplix::affine_offset_rows(conv, weights, bias, 0, 2, small)) ==
             Numbers({105, 100}));
  BOOST_TEST(numbers_of(toeplix::affine_offset_rows(conv, weights, bias, end - 2, end, small)) ==
             Numbers({100, 120}));
  toeplix::test::check_capacity(
      [&] { return toeplix::affine_offset(conv, weights, bias, small); },
      "the offset of 1000000000000 rows (16000000000168 bytes) exceeds the memory budget of 300 "
      "bytes; use affine_offset_rows for a part of it, or raise Resources::memory_budget",
      {}, 16000000000168);
  check_throws<GeometryError>(
      [&] { return toeplix::affine_offset_rows(conv, weights, bias, end, end + 1); },
      "rows [1000000000000, 1000000000001) are not within the matrix; it has 1000000000000 rows");
}

BOOST_AUTO_TEST_CASE(windows_as_columns_have_it_too) {
  const auto unfold =
      toeplix::im2col_map<double>({.input = {2}, .kernel = {3}, .padding = 1, .padding_value = 7});
  BOOST_TEST(numbers_of(toeplix::apply(unfold, Numbers{1, 2})) == Numbers({7, 1, 1, 2, 2, 7}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_padded_with_is_refused_by_name) {
  const double infinite = std::numeric_limits<double>::infinity();
  check_throws<GeometryError>(
      [&] { Convolution({.input = {3}, .kernel = {2}, .padding_value = infinite}); },
      "padding_value inf must be finite");
  check_throws<GeometryError>(
      [] { Convolution({.input = {3}, .kernel = {2}, .padding_value = std::nan("")}); },
      "padding_value nan must be finite");
  check_throws<GeometryError>(
      [] { Convolution("input=3,3 kernel=2,2 boundary=reflect,circular padding_value=0.5"); },
      "padding_value 0.5 is for axes with the boundary zero; no axis has it");
  const Convolution huge("input=3 kernel=3 padding=1 padding_value=1e300");
  check_throws<GeometryError>(
      [&] {
        toeplix::padding_offset(huge, std::vector<float>{1, 2, 3});
      },
      "padding_value 1e+300 is beyond 32-bit floats");
  check_throws<GeometryError>([&] { toeplix::padding_offset(huge, Numbers{1}); },
                              "weights has length 1; expected 3");
  BOOST_CHECK_THROW(toeplix::padding_offset(huge, Numbers{1, 2, 3}, {.memory_budget = 10}),
                    toeplix::CapacityError);
  BOOST_CHECK_THROW(toeplix::padding_offset(huge, Numbers{1, 2, 3}, {.threads = -1}),
                    toeplix::Error);
}

BOOST_AUTO_TEST_CASE(an_offset_beyond_the_scalar_type_is_refused) {
  const Convolution large("input=4 kernel=3 padding=0:1 padding_value=1e308");
  const std::string words = "padding_value 1e+308 times the weights on padding, in row ";
  const auto check_large = [&](const Convolution& conv, const auto& weights, const char* rest) {
    check_throws<GeometryError>([&] { toeplix::padding_offset(conv, weights); }, words + rest);
  };
  check_large(large, Numbers{0, 0, -2}, "2 of the matrix, is beyond 64-bit floats");
  check_large(large, std::vector<std::complex<double>>{0, 0, {0, 2}},
              "2 of the matrix, is beyond 64-bit floats");
  // It is the sum of the weights that counts, and those that lie on the image do not.
  BOOST_TEST(numbers_of(toeplix::padding_offset(large, Numbers{9, 9, 1})) ==
             Numbers({0, 0, 1e308}));
  const Convolution wide("input=4 kernel=3 padding=0:2 padding_value=2");
  check_throws<GeometryError>(
      [&] {
        toeplix::padding_offset(wide, Numbers{0, 1e308, 1e308});
      },
      "padding_value 2 times the weights on padding, in row 2 of the "
      "matrix, is beyond 64-bit floats");
  const std::vector<double> kernels = {0, 0, 9, 0, 0, 9, 9, 9, 2};
  check_large(large, toeplix::PerPixelWeights(kernels), "2 of the matrix, is beyond 64-bit floats");
  const Convolution single("input=4 kernel=3 padding=0:1 padding_value=1e30");
  check_throws<GeometryError>(
      [&] {
        toeplix::affine_map(single, std::vector<float>{0, 0, 1e30F});
      },
      "padding_value 1e+30 times the weights on padding, in row 2 of the matrix, is beyond 32-bit "
      "floats");
  check_throws<GeometryError>(
      [&] {
        toeplix::affine_offset(large, Numbers{0, 0, 1}, Numbers{1e308});
      },
      "the bias of channel 0 plus what padding_value adds, in row 2 of the matrix, is beyond "
      "64-bit floats");
}

BOOST_AUTO_TEST_CASE(weights_that_are_not_finite_stay_so) {
  const double infinite = std::numeric_limits<double>::infinity();
  const Convolution large("input=4 kernel=3 padding=0:1 padding_value=1e308");
  BOOST_TEST(numbers_of(toeplix::padding_offset(large, Numbers{0, 0, -infinite})) ==
             Numbers({0, 0, -infinite}));
  BOOST_TEST(std::isnan(toeplix::padding_offset(large, Numbers{0, 0, std::nan("")})[2]));
  BOOST_TEST(numbers_of(toeplix::affine_offset(large, Numbers{0, 0, 1}, Numbers{infinite})) ==
             Numbers(3, infinite));
}

BOOST_AUTO_TEST_SUITE_END()
