#include <toeplix/reference.hpp>

#include "support/failures.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <complex>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

// The oracle of quantized kernels: integers with sums of 64 bits, and a bias.

BOOST_AUTO_TEST_SUITE(integers)

namespace {

namespace oracle = toeplix::reference;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::TensorOrder;
using toeplix::TransposedConvolutionSpec;
using toeplix::test::check_throws;
using Sums = std::vector<std::int64_t>;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

/// Numbers from `lowest` to `lowest` + 6 that follow no pattern of an image.
template <class T>
std::vector<T> scattered(std::size_t length, int lowest) {
  std::vector<T> numbers;
  for (std::size_t i = 0; i < length; ++i) {
    numbers.push_back(static_cast<T>(static_cast<int>(i * i * 5 + i) % 7 + lowest));
  }
  return numbers;
}

/// The same numbers in double precision, whose sums of small integers are exact.
std::vector<double> real(const auto& numbers) {
  return std::vector<double>(numbers.begin(), numbers.end());
}

/// Everything that the oracle says of integers of two types it also says of doubles.
template <class W, class X, class Spec>
void check_like_doubles(const Spec& spec) {
  const auto [weight_count, inputs, outputs] = oracle::lengths(spec);
  const auto w = scattered<W>(weight_count, std::signed_integral<W> ? -3 : 0);
  const auto x = scattered<X>(inputs, std::signed_integral<X> ? -2 : 1);
  const auto r = scattered<X>(outputs, std::signed_integral<X> ? -4 : 2);
  const bool forward = std::same_as<Spec, ConvolutionSpec>;
  const auto& in = forward ? x : r;
  const auto& out = forward ? r : x;
  BOOST_TEST(real(oracle::convolve(spec, w, in)) == oracle::convolve(spec, real(w), real(in)));
  BOOST_TEST(real(oracle::convolve_transposed(spec, w, out)) ==
             oracle::convolve_transposed(spec, real(w), real(out)));
  BOOST_TEST(real(oracle::weight_gradient(spec, x, r)) ==
             oracle::weight_gradient(spec, real(x), real(r)));
}

template <class W, class X>
void check_types() {
  check_like_doubles<W, X>(ConvolutionSpec{.input = {4, 5},
                                           .kernel = {3, 2},
                                           .in_channels = 4,
                                           .out_channels = 2,
                                           .groups = 2,
                                           .stride = {1, 2},
                                           .dilation = {2, 1},
                                           .padding = {{2, 1}, {0, 3}},
                                           .boundary = {Boundary::symmetric, Boundary::zero},
                                           .order = TensorOrder::channels_last});
  check_like_doubles<W, X>(TransposedConvolutionSpec{.input = {3, 2},
                                                     .kernel = {2, 3},
                                                     .in_channels = 2,
                                                     .out_channels = 4,
                                                     .groups = 2,
                                                     .stride = {2, 1},
                                                     .padding = {{1, 0}, {1, 1}},
                                                     .output_padding = {1, 0},
                                                     .boundary = Boundary::circular});
}

}  // namespace

BOOST_AUTO_TEST_CASE(eight_bits_are_added_up_in_64) {
  const ConvolutionSpec spec = {.input = {3}, .kernel = {2}};
  const std::vector<std::int8_t> w = {-128, 127};
  const std::vector<std::uint8_t> x = {255, 255, 0};
  const auto y = oracle::convolve(spec, w, x);
  static_assert(std::same_as<decltype(y), const Sums>);
  BOOST_TEST(y == (Sums{-32640 + 32385, -32640}));
  BOOST_TEST(oracle::convolve_transposed(spec, w, std::vector<std::uint8_t>{255, 1}) ==
             (Sums{-32640, 32385 - 128, 127}));
  BOOST_TEST(oracle::weight_gradient(spec, x, std::vector<std::int16_t>{300, -1}) ==
             (Sums{300 * 255 - 255, 300 * 255}));
}

BOOST_AUTO_TEST_CASE(every_type_of_integers) {
  check_types<std::int8_t, std::int8_t>();
  check_types<std::int8_t, std::uint8_t>();
  check_types<std::uint8_t, std::int8_t>();
  check_types<std::int16_t, std::uint16_t>();
  check_types<std::int32_t, std::int8_t>();
  check_types<std::uint32_t, std::int16_t>();
  check_types<std::int64_t, std::int64_t>();
  check_types<std::int8_t, std::int64_t>();
  check_types<long long, char>();
  static_assert(!oracle::IntegerScalar<std::uint64_t>);
  static_assert(!oracle::IntegerScalar<bool>);
  static_assert(!oracle::IntegerScalar<float>);
}

BOOST_AUTO_TEST_CASE(any_contiguous_range_of_integers) {
  const ConvolutionSpec spec = {.input = {3}, .kernel = {2}};
  const std::array<std::int8_t, 2> w = {1, 10};
  const std::int16_t x[] = {1, 2, 3};
  BOOST_TEST(oracle::convolve(spec, w, x) == (Sums{21, 32}));
  BOOST_TEST(oracle::convolve(spec, std::span<const std::int8_t>(w), std::span(x)) ==
             (Sums{21, 32}));
  const Sums wide = {1, 10};
  BOOST_TEST(oracle::convolve<std::int64_t>(spec, wide, Sums{1, 2, 3}) == (Sums{21, 32}));
  BOOST_TEST(oracle::convolve(spec, std::span(wide), std::span(x)) == (Sums{21, 32}));
}

BOOST_AUTO_TEST_CASE(sums_that_no_double_holds_are_exact) {
  const ConvolutionSpec spec = {.input = {2}, .kernel = {2}};
  const std::int64_t beyond = std::int64_t{1} << 53;
  BOOST_TEST(oracle::convolve(spec, Sums{1, 1}, Sums{beyond, 1}) == Sums{beyond + 1});
  BOOST_TEST(oracle::convolve(spec, Sums{1, 1}, Sums{largest - 1, 1}) == Sums{largest});
  BOOST_TEST(oracle::convolve(spec, Sums{1, 1}, Sums{smallest, 0}) == Sums{smallest});
  const std::vector<std::int32_t> least(2, std::numeric_limits<std::int32_t>::min());
  const std::vector<std::uint32_t> most(2, std::numeric_limits<std::uint32_t>::max());
  BOOST_TEST(oracle::convolve(ConvolutionSpec{.input = {1}, .kernel = {1}},
                              std::span(least).first(1),
                              std::span(most).first(1)) == Sums{-2147483648LL * 4294967295LL});
}

BOOST_AUTO_TEST_CASE(refuses_sums_beyond_64_bits) {
  const ConvolutionSpec spec = {.input = {2}, .kernel = {2}};
  const std::string much = std::to_string(largest);
  const auto refused = [](auto call, const std::string& sum) {
    check_throws<CapacityError>(call, "the sum " + sum + " is beyond 64 bits");
  };
  refused([&] { return oracle::convolve(spec, Sums{2, 0}, Sums{largest, 0}); }, "0 + 2 * " + much);
  refused([&] { return oracle::convolve(spec, Sums{1, 1}, Sums{largest, 1}); }, much + " + 1 * 1");
  // Nor does a later summand bring it back.
  refused(
      [&] {
        return oracle::convolve(spec, Sums{2, -2}, Sums{largest, largest});
      },
      "0 + 2 * " + much);
  refused(
      [&] {
        return oracle::convolve(spec, Sums{-1, 0}, Sums{smallest, 0});
      },
      "0 + -1 * " + std::to_string(smallest));
  const ConvolutionSpec two = {.input = {2}, .kernel = {1}};
  refused(
      [&] {
        return oracle::convolve_transposed(spec, Sums{largest, 0}, Sums{3});
      },
      "0 + 3 * " + much);
  refused(
      [&] {
        return oracle::weight_gradient(two, Sums{largest, 1}, Sums{1, 1});
      },
      much + " + 1 * 1");
  refused(
      [&] {
        return oracle::convolve(two, Sums{1}, Sums{0, largest}, Sums{1});
      },
      much + " + 1 * 1");
}

BOOST_AUTO_TEST_CASE(lengths_of_the_arrays) {
  const auto check = [](const auto& spec, const std::array<std::size_t, 3>& expected) {
    const oracle::Lengths lengths = oracle::lengths(spec);
    BOOST_TEST((std::array{lengths.weights, lengths.input, lengths.output} == expected));
  };
  check(ConvolutionSpec{.input = {5, 4},
                        .kernel = {3, 2},
                        .in_channels = 4,
                        .out_channels = 6,
                        .groups = 2,
                        .stride = 2},
        {72, 80, 24});
  check(TransposedConvolutionSpec{.input = {5, 4},
                                  .kernel = {3, 2},
                                  .in_channels = 4,
                                  .out_channels = 6,
                                  .groups = 2,
                                  .stride = 2,
                                  .order = TensorOrder::channels_last},
        {72, 80, 6 * 11 * 8});
  check_throws<GeometryError>(
      [] { return oracle::lengths(ConvolutionSpec{.input = {1}, .kernel = {2}}); },
      "axis 0: kernel span 2 exceeds padded input 1");
}

BOOST_AUTO_TEST_CASE(a_bias_is_added_to_every_pixel_of_its_channel) {
  ConvolutionSpec spec = {.input = {3}, .kernel = {2}, .out_channels = 2};
  const std::vector<std::int8_t> w = {1, 10, 2, 20};
  const std::vector<std::uint8_t> x = {1, 2, 3};
  const std::vector<std::int32_t> bias = {1000, -2000};
  BOOST_TEST(oracle::convolve(spec, w, x, bias) == (Sums{1021, 1032, -1958, -1936}));
  spec.order = TensorOrder::channels_last;
  BOOST_TEST(oracle::convolve(spec, w, x, bias) == (Sums{1021, -1958, 1032, -1936}));
  const std::vector<float> real_w = {1, 10, 2, 20};
  const std::vector<float> real_x = {1, 2, 3};
  const std::array<float, 2> real_bias = {0.5, -0.25};
  const std::vector<float> expected = {21.5, 41.75, 32.5, 63.75};
  BOOST_TEST(oracle::convolve(spec, real_w, real_x, real_bias) == expected);
  BOOST_TEST(oracle::convolve<float>(spec, real_w, real_x, real_bias) == expected);
}

BOOST_AUTO_TEST_CASE(a_bias_of_a_transposed_convolution) {
  TransposedConvolutionSpec up = {.input = {1, 1}, .kernel = {2, 2}, .out_channels = 2};
  const std::vector<double> w = {1, 2, 3, 4, 5, 6, 7, 8};
  const std::vector<double> bias = {100, 200};
  BOOST_TEST(oracle::convolve_transposed(up, w, std::vector<double>{1}, bias) ==
             (std::vector<double>{101, 102, 103, 104, 205, 206, 207, 208}));
  up.order = TensorOrder::column_major;
  BOOST_TEST(oracle::convolve_transposed(up, w, std::vector<double>{1}, bias) ==
             (std::vector<double>{101, 103, 102, 104, 205, 207, 206, 208}));
  // Three channels in groups: the bias belongs to outputs, however many channels go in.
  const TransposedConvolutionSpec grouped = {
      .input = {1}, .kernel = {1}, .in_channels = 2, .out_channels = 4, .groups = 2};
  BOOST_TEST(oracle::convolve_transposed(grouped, Sums{1, 2, 3, 4}, Sums{1, 10},
                                         Sums{100, 200, 300, 400}) == (Sums{101, 202, 330, 440}));
}

BOOST_AUTO_TEST_CASE(a_complex_bias_is_added_and_not_multiplied) {
  using Complex = std::complex<double>;
  const double infinity = std::numeric_limits<double>::infinity();
  const auto y =
      oracle::convolve(ConvolutionSpec{.input = {1}, .kernel = {1}}, std::vector<Complex>{{0, 1}},
                       std::vector<Complex>{{0, 1}}, std::vector<Complex>{{3, infinity}});
  BOOST_TEST((y == std::vector<Complex>{{2, infinity}}));
}

BOOST_AUTO_TEST_CASE(refuses_a_bias_of_another_length) {
  const ConvolutionSpec spec = {.input = {3}, .kernel = {2}, .out_channels = 2};
  const auto call = [&](std::size_t bias) {
    return [=] { return oracle::convolve(spec, Sums(4, 1), Sums(3, 1), Sums(bias, 1)); };
  };
  check_throws<GeometryError>(call(1), "bias has 1 value, expected one per output channel (2)");
  check_throws<GeometryError>(call(0), "bias has 0 values, expected one per output channel (2)");
  check_throws<GeometryError>(call(3), "bias has 3 values, expected one per output channel (2)");
  const TransposedConvolutionSpec up = {
      .input = {3}, .kernel = {2}, .in_channels = 3, .out_channels = 2};
  check_throws<GeometryError>(
      [&] { return oracle::convolve_transposed(up, Sums(12, 1), Sums(9, 1), Sums(3, 1)); },
      "bias has 3 values, expected one per output channel (2)");
}

BOOST_AUTO_TEST_SUITE_END()
