#include <toeplix/first_difference.hpp>

#include "support/failures.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(first_difference)

namespace {

using toeplix::Boundary;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Padding;
using toeplix::TensorOrder;
using toeplix::TransposedConvolutionSpec;
using toeplix::reference::first_difference;
using toeplix::test::check_throws;
using Numbers = std::vector<double>;
using Sums = std::vector<std::int64_t>;
using Complex = std::complex<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

/// 0, 1, 2, ..., and `extra` more at one place.
Sums counting(std::size_t length, std::size_t place = 0, std::int64_t extra = 0) {
  Sums numbers;
  for (std::size_t i = 0; i < length; ++i) {
    numbers.push_back(static_cast<std::int64_t>(i) + (i == place ? extra : 0));
  }
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(says_nothing_of_arrays_that_agree) {
  BOOST_TEST(first_difference(Numbers{1, 2.5}, Numbers{1, 2.5}) == "");
  BOOST_TEST(first_difference(Numbers{}, Numbers{}) == "");
  BOOST_TEST(first_difference(Numbers{0, nan, infinity}, Numbers{-0.0, nan, infinity}) == "");
  BOOST_TEST(first_difference(std::array<float, 1>{1.5}, Numbers{1.5}) == "");
  BOOST_TEST(first_difference(Sums{-3}, std::vector<std::int8_t>{-3}) == "");
  BOOST_TEST(first_difference(std::vector<Complex>{{nan, 1}}, std::vector<Complex>{{nan, 1}}) ==
             "");
}

BOOST_AUTO_TEST_CASE(products_with_padding_are_named) {
  const ConvolutionSpec spec{.input = {2}, .kernel = {2}, .padding = 1, .padding_value = 5};
  BOOST_TEST(first_difference(spec, Numbers{2, 3}, Numbers{7, 8}, Numbers{31, 38, 31},
                              Numbers{30, 38, 31}) ==
             "output 0 (channel 0, coordinate 0): expected 31, got 30; 1 of 3 values differs; "
             "products: w[0]*padding = 2*5, w[1]*x[0] = 3*7");
}

BOOST_AUTO_TEST_CASE(names_the_first_of_those_that_differ) {
  BOOST_TEST(first_difference(Numbers{19, 25, 37}, Numbers{19, 26, 36}) ==
             "element 1: expected 25, got 26; 2 of 3 values differ");
  BOOST_TEST(first_difference(Sums{7}, std::vector<std::uint32_t>{8}) ==
             "element 0: expected 7, got 8; 1 of 1 value differs");
  BOOST_TEST(first_difference(Sums{-1, 0}, std::vector<std::uint8_t>{255, 0}) ==
             "element 0: expected -1, got 255; 1 of 2 values differs");
  BOOST_TEST(first_difference(std::vector<Complex>{{1, 2}}, std::vector<Complex>{{1, -2}}) ==
             "element 0: expected (1,2), got (1,-2); 1 of 1 value differs");
  BOOST_TEST(
      first_difference(std::vector<std::complex<float>>{{1, 2}}, std::vector<Complex>{{1, 2.5}}) ==
      "element 0: expected (1,2), got (1,2.5); 1 of 1 value differs");
}

BOOST_AUTO_TEST_CASE(shows_enough_digits_to_see_the_difference) {
  BOOST_TEST(first_difference(Numbers{0.1}, Numbers{0.1 + 0x1p-56}) ==
             "element 0: expected 0.1, got 0.10000000000000002; 1 of 1 value differs");
  BOOST_TEST(first_difference(std::vector<float>{0.1f}, std::vector<float>{0.25f}) ==
             "element 0: expected 0.1, got 0.25; 1 of 1 value differs");
  BOOST_TEST(first_difference(Numbers{0.1}, std::vector<float>{0.1f}) ==
             "element 0: expected 0.1, got 0.10000000149011612; 1 of 1 value differs");
  const std::int64_t beyond = std::int64_t{1} << 53;
  BOOST_TEST(first_difference(Sums{beyond}, Sums{beyond + 1}) ==
             "element 0: expected 9007199254740992, got 9007199254740993; 1 of 1 value differs");
}

BOOST_AUTO_TEST_CASE(zero_has_no_sign) {
  BOOST_TEST(first_difference(Numbers{-0.0}, Numbers{1}) ==
             "element 0: expected 0, got 1; 1 of 1 value differs");
  BOOST_TEST(first_difference(std::vector<Complex>{{1, -0.0}}, std::vector<Complex>{2}) ==
             "element 0: expected (1,0), got (2,0); 1 of 1 value differs");
}

BOOST_AUTO_TEST_CASE(a_nan_agrees_with_nothing_but_a_nan) {
  for (const double tolerance : {0.0, 1e300}) {
    BOOST_TEST(first_difference(Numbers{nan}, Numbers{1}, tolerance) ==
               "element 0: expected nan, got 1; 1 of 1 value differs");
    BOOST_TEST(first_difference(Numbers{1}, Numbers{nan}, tolerance) ==
               "element 0: expected 1, got nan; 1 of 1 value differs");
    BOOST_TEST(first_difference(Numbers{infinity, 1}, Numbers{-infinity, infinity}, tolerance) ==
               "element 0: expected inf, got -inf; 2 of 2 values differ");
    BOOST_TEST(first_difference(std::vector<Complex>{{nan, 1}}, std::vector<Complex>{{1, nan}},
                                tolerance) ==
               "element 0: expected (nan,1), got (1,nan); 1 of 1 value differs");
  }
}

BOOST_AUTO_TEST_CASE(a_tolerance_is_absolute_and_included) {
  BOOST_TEST(first_difference(Numbers{1, 2}, Numbers{1.5, 1.5}, 0.5) == "");
  BOOST_TEST(first_difference(Numbers{1, 2}, Numbers{1.5, 1.25}, 0.5) ==
             "element 1: expected 2, got 1.25; 1 of 2 values differs");
  BOOST_TEST(first_difference(Sums{10, 20}, std::vector<std::int8_t>{11, 19}, 1) == "");
  BOOST_TEST(first_difference(Sums{10, 20}, std::vector<std::int8_t>{12, 18}, 1) ==
             "element 0: expected 10, got 12; 2 of 2 values differ");
  BOOST_TEST(first_difference(std::vector<Complex>{0}, std::vector<Complex>{{3, 4}}, 5) == "");
  BOOST_TEST(first_difference(std::vector<Complex>{0}, std::vector<Complex>{{3, 4}}, 4.5) != "");
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
  BOOST_TEST(first_difference(Sums{largest}, Sums{smallest}, 1e19) != "");
  BOOST_TEST(first_difference(Sums{smallest}, Sums{largest}, 2e19) == "");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_tolerance) {
  const auto refused = [](double tolerance, const std::string& text) {
    check_throws<toeplix::Error>(
        [&] { return first_difference(Numbers{1}, Numbers{1}, tolerance); },
        "tolerance " + text + " is not a finite number from 0");
  };
  refused(-1, "-1");
  refused(nan, "nan");
  refused(infinity, "inf");
}

BOOST_AUTO_TEST_CASE(another_length_is_a_difference) {
  BOOST_TEST(first_difference(Numbers{1, 2}, Numbers{1}) == "got 1 value, expected 2");
  BOOST_TEST(first_difference(Numbers{1}, Numbers{}) == "got 0 values, expected 1");
  const ConvolutionSpec spec = {.input = {3}, .kernel = {2}};
  BOOST_TEST(first_difference(spec, Numbers{1, 2}, Numbers{1, 2, 3}) == "got 3 values, expected 2");
  BOOST_TEST(first_difference(spec, Numbers{1, 2}, Numbers{1, 2, 3}, Numbers{1, 2}, Numbers{}) ==
             "got 0 values, expected 2");
}

BOOST_AUTO_TEST_CASE(says_where_in_the_output) {
  ConvolutionSpec spec = {
      .input = {4, 3}, .kernel = {2, 1}, .out_channels = 2, .padding = {{0, 0}, {1, 0}}};
  const auto check = [&](std::size_t element, const std::string& place) {
    const auto expected = std::to_string(element);
    const auto got = std::to_string(element + 100);
    BOOST_TEST(first_difference(spec, counting(24), counting(24, element, 100)) ==
               "output " + expected + " (" + place + "): expected " + expected + ", got " + got +
                   "; 1 of 24 values differs");
  };
  check(0, "channel 0, coordinate 0,0");
  check(11, "channel 0, coordinate 2,3");
  check(18, "channel 1, coordinate 1,2");
  spec.order = TensorOrder::channels_last;
  check(19, "channel 1, coordinate 2,1");
  spec.order = TensorOrder::column_major;
  check(19, "channel 1, coordinate 1,2");
  BOOST_TEST(first_difference(spec, counting(24), counting(24)) == "");
  const TransposedConvolutionSpec up = {
      .input = {2}, .kernel = {2}, .in_channels = 3, .out_channels = 2, .stride = 2};
  BOOST_TEST(first_difference(up, counting(8), counting(8, 6, 1)) ==
             "output 6 (channel 1, coordinate 2): expected 6, got 7; 1 of 8 values differs");
}

BOOST_AUTO_TEST_CASE(says_what_adds_up_to_it) {
  const ConvolutionSpec spec = {.input = {3, 3}, .kernel = {2, 2}};
  const std::vector<std::int8_t> w = {0, 1, 2, -3};
  const std::vector<std::uint8_t> x = {0, 1, 2, 3, 4, 5, 6, 7, 255};
  BOOST_TEST(first_difference(spec, w, x, Sums{1, 2, 3, 4}, Sums{1, 2, 3, 5}) ==
             "output 3 (channel 0, coordinate 1,1): expected 4, got 5; 1 of 4 values differs; "
             "products: w[0]*x[4] = 0*4, w[1]*x[5] = 1*5, w[2]*x[7] = 2*7, w[3]*x[8] = -3*255");
  BOOST_TEST(first_difference(spec, w, x, Sums{1, 2, 3, 4}, Sums{1, 2, 3, 4}) == "");
}

BOOST_AUTO_TEST_CASE(says_what_adds_up_to_an_output_of_a_transposed_convolution) {
  const TransposedConvolutionSpec up = {
      .input = {3}, .kernel = {2}, .in_channels = 2, .out_channels = 2};
  // Weights (in, out, kernel): w[in*4 + out*2 + k].
  const Numbers w = {1, 2, 3, 4, 5, 6, 7, 8};
  const Numbers x = {10, 20, 30, 40, 50, 60};
  Numbers expected(8, 0);
  Numbers got = expected;
  got[5] = 0.5;
  BOOST_TEST(first_difference(up, w, x, expected, got) ==
             "output 5 (channel 1, coordinate 1): expected 0, got 0.5; 1 of 8 values differs; "
             "products: w[3]*x[0] = 4*10, w[7]*x[3] = 8*40, w[2]*x[1] = 3*20, w[6]*x[4] = 7*50");
}

BOOST_AUTO_TEST_CASE(says_how_many_products_it_does_not_show) {
  const ConvolutionSpec nine = {.input = {3, 3}, .kernel = {3, 3}};
  const Numbers ones(9, 1);
  std::string products;
  for (int i = 0; i < 8; ++i) {
    const std::string n = std::to_string(i);
    products += "w[" + n + "]*x[" + n + "] = 1*1, ";
  }
  BOOST_TEST(first_difference(nine, ones, ones, Numbers{9}, Numbers{8}) ==
             "output 0 (channel 0, coordinate 0,0): expected 9, got 8; 1 of 1 value differs; "
             "products: " +
                 products + "and 1 more");
  const ConvolutionSpec eight = {.input = {8}, .kernel = {8}};
  BOOST_TEST(first_difference(eight, Numbers(8, 1), Numbers(8, 1), Numbers{8}, Numbers{0})
                 .ends_with("products: " + products.substr(0, products.size() - 2)));
  const ConvolutionSpec beside = {.input = {1}, .kernel = {1}, .padding = {{1, 0}}};
  BOOST_TEST(first_difference(beside, Numbers{2}, Numbers{3}, Numbers{0, 6}, Numbers{6, 6}) ==
             "output 0 (channel 0, coordinate 0): expected 0, got 6; 1 of 2 values differs; "
             "products: none");
}

BOOST_AUTO_TEST_CASE(refuses_what_is_no_output) {
  const ConvolutionSpec spec = {.input = {3, 3}, .kernel = {2, 2}};
  const Numbers four(4, 1);
  const Numbers nine(9, 1);
  check_throws<GeometryError>([&] { return first_difference(spec, nine, nine); },
                              "expected output has 9 values, expected 4 (1x2x2)");
  check_throws<GeometryError>([&] { return first_difference(spec, nine, nine, four, four); },
                              "weights has 9 values, expected 4 (1x1x2x2)");
  check_throws<GeometryError>([&] { return first_difference(spec, four, four, four, four); },
                              "input has 4 values, expected 9 (1x3x3)");
  const TransposedConvolutionSpec up = {.input = {3}, .kernel = {1}, .padding = 2};
  check_throws<GeometryError>([&] { return first_difference(up, four, four); },
                              "axis 0: output -1 is not positive");
}

BOOST_AUTO_TEST_SUITE_END()
