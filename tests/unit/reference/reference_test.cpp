#include <toeplix/reference_per_pixel.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <complex>
#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

// Whatever the oracle says, the other tests believe. So its own tests use numbers worked out by
// hand, and properties that hold whatever the numbers are. All data are small integers: equality is
// exact.

BOOST_AUTO_TEST_SUITE(reference)

namespace {

namespace oracle = toeplix::reference;
using toeplix::Boundary;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::Index;
using toeplix::Operation;
using toeplix::Padding;
using toeplix::TensorOrder;
using toeplix::TransposedConvolutionSpec;
using toeplix::WeightsOrder;
using Numbers = std::vector<double>;
using Gaussian = std::complex<double>;  ///< with whole real and imaginary parts

/// 1, 2, 3, ...
Numbers counting(std::size_t length) {
  Numbers numbers(length);
  std::iota(numbers.begin(), numbers.end(), 1.0);
  return numbers;
}

/// Whole numbers from -4 to 4 that follow no pattern a convolution would preserve.
std::vector<Gaussian> scrambled(std::size_t length, unsigned seed) {
  std::vector<Gaussian> numbers;
  unsigned state = seed;
  const auto next = [&state] {
    state = state * 1664525u + 1013904223u;
    return static_cast<double>((state >> 20) % 9) - 4;
  };
  for (std::size_t i = 0; i < length; ++i) {
    const double real = next();
    numbers.emplace_back(real, next());
  }
  return numbers;
}

/// <a, b> = sum a conj(b)
Gaussian inner(const std::vector<Gaussian>& a, const std::vector<Gaussian>& b) {
  Gaussian sum = 0;
  BOOST_REQUIRE_EQUAL(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * std::conj(b[i]);
  return sum;
}

std::vector<Gaussian> conjugate(std::vector<Gaussian> values) {
  for (Gaussian& value : values) value = std::conj(value);
  return values;
}

std::size_t product(const Extents& extents) {
  Index size = 1;
  for (const Index extent : extents) size *= extent;
  return static_cast<std::size_t>(size);
}

/// Checks <T x, y> = <x, T^H y> and <T(w) x, y> = <w, T(w)^* (x, y)>, for either kind of spec.
/// `apply` and `apply_transpose` are the two directions of that kind.
template <class Spec, class Apply, class ApplyTranspose>
void check_adjoint(const Spec& spec, Apply apply, ApplyTranspose apply_transpose) {
  const bool forward = std::same_as<Spec, ConvolutionSpec>;
  const Index weight_channels = forward ? spec.out_channels * spec.in_channels / spec.groups
                                        : spec.in_channels * spec.out_channels / spec.groups;
  const std::size_t inputs = product(spec.input) * static_cast<std::size_t>(spec.in_channels);
  const std::size_t outputs =
      product(oracle::output_extents(spec)) * static_cast<std::size_t>(spec.out_channels);
  const auto w = scrambled(product(spec.kernel) * static_cast<std::size_t>(weight_channels), 1);
  const auto x = scrambled(inputs, 2);
  const auto y = scrambled(outputs, 3);

  const Gaussian expected = inner(apply(spec, w, x), y);
  BOOST_TEST(expected == inner(x, apply_transpose(spec, conjugate(w), y)));
  BOOST_TEST(expected == inner(w, oracle::weight_gradient(spec, x, y)));
}

void check_adjoint(const ConvolutionSpec& spec) {
  check_adjoint(
      spec, [](auto&... arguments) { return oracle::convolve(arguments...); },
      [](auto&&... arguments) { return oracle::convolve_transposed(arguments...); });
}

void check_adjoint(const TransposedConvolutionSpec& spec) {
  check_adjoint(
      spec, [](auto&... arguments) { return oracle::convolve_transposed(arguments...); },
      [](auto&&... arguments) { return oracle::convolve(arguments...); });
}

/// The image `1 2 3 ... extent` with `lower` and `upper` pixels of what lies beyond it.
Numbers extended(Index extent, Boundary boundary, Index lower, Index upper) {
  const ConvolutionSpec spec = {
      .input = {extent}, .kernel = {1}, .padding = {{lower, upper}}, .boundary = boundary};
  return oracle::convolve(spec, Numbers{1}, counting(static_cast<std::size_t>(extent)));
}

void check_throws(const std::function<void()>& action, const std::string& message) {
  BOOST_CHECK_EXCEPTION(action(), toeplix::GeometryError, [&](const toeplix::GeometryError& error) {
    BOOST_TEST(error.what() == message);
    return true;
  });
}

void check_refused(const ConvolutionSpec& spec, const std::string& message) {
  check_throws([&] { oracle::output_extents(spec); }, message);
}

void check_refused(const TransposedConvolutionSpec& spec, const std::string& message) {
  check_throws([&] { oracle::output_extents(spec); }, message);
}

constexpr std::array boundaries = {Boundary::zero, Boundary::circular, Boundary::reflect,
                                   Boundary::symmetric, Boundary::replicate};

}  // namespace

const Numbers notebook_kernel = {0, 1, 2, 3};

BOOST_AUTO_TEST_CASE(notebook_corr2d) {
  const ConvolutionSpec spec = {.input = {3, 3}, .kernel = {2, 2}};
  const Numbers x = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  BOOST_TEST(oracle::output_extents(spec) == (Extents{2, 2}));
  BOOST_TEST(oracle::convolve(spec, notebook_kernel, x) == (Numbers{19, 25, 37, 43}));
}

BOOST_AUTO_TEST_CASE(notebook_trans_conv) {
  TransposedConvolutionSpec spec = {.input = {2, 2}, .kernel = {2, 2}};
  const Numbers x = {0, 1, 2, 3};
  BOOST_TEST(oracle::convolve_transposed(spec, notebook_kernel, x) ==
             (Numbers{0, 0, 1, 0, 4, 6, 4, 12, 9}));
  spec.padding = 1;
  BOOST_TEST(oracle::convolve_transposed(spec, notebook_kernel, x) == Numbers{4});
  spec.padding = 0;
  spec.stride = 2;
  BOOST_TEST(oracle::output_extents(spec) == (Extents{4, 4}));
  BOOST_TEST(oracle::convolve_transposed(spec, notebook_kernel, x) ==
             (Numbers{0, 0, 0, 1, 0, 0, 2, 3, 0, 2, 0, 3, 4, 6, 6, 9}));
}

BOOST_AUTO_TEST_CASE(boundaries_extend_an_image_on_and_on) {
  BOOST_TEST(extended(3, Boundary::zero, 2, 2) == (Numbers{0, 0, 1, 2, 3, 0, 0}));
  BOOST_TEST(extended(3, Boundary::circular, 4, 5) ==
             (Numbers{3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2}));
  BOOST_TEST(extended(3, Boundary::reflect, 5, 6) ==
             (Numbers{2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2, 1}));
  BOOST_TEST(extended(3, Boundary::symmetric, 4, 7) ==
             (Numbers{3, 3, 2, 1, 1, 2, 3, 3, 2, 1, 1, 2, 3, 3}));
  BOOST_TEST(extended(3, Boundary::replicate, 2, 4) == (Numbers{1, 1, 1, 2, 3, 3, 3, 3, 3}));
}

BOOST_AUTO_TEST_CASE(boundaries_extend_a_single_pixel) {
  BOOST_TEST(extended(1, Boundary::zero, 2, 1) == (Numbers{0, 0, 1, 0}));
  for (const Boundary boundary :
       {Boundary::circular, Boundary::reflect, Boundary::symmetric, Boundary::replicate})
    BOOST_TEST(extended(1, boundary, 3, 2) == (Numbers{1, 1, 1, 1, 1, 1}));
}

BOOST_AUTO_TEST_CASE(negative_padding_crops_before_the_boundary_extends) {
  BOOST_TEST(extended(4, Boundary::zero, -1, -2) == Numbers{2});
  BOOST_TEST(extended(4, Boundary::zero, -5, 3) == (Numbers{0, 0}));
  BOOST_TEST(extended(5, Boundary::circular, -1, 2) == (Numbers{2, 3, 4, 5, 2, 3}));
  BOOST_TEST(extended(5, Boundary::circular, 2, -1) == (Numbers{3, 4, 1, 2, 3, 4}));
  BOOST_TEST(extended(5, Boundary::reflect, -3, 6) == (Numbers{4, 5, 4, 5, 4, 5, 4, 5}));
  BOOST_TEST(extended(5, Boundary::symmetric, -3, 6) == (Numbers{4, 5, 5, 4, 4, 5, 5, 4}));
  BOOST_TEST(extended(4, Boundary::replicate, 2, -3) == (Numbers{1, 1, 1}));
  BOOST_CHECK_THROW(extended(4, Boundary::symmetric, -4, 6), toeplix::GeometryError);
  BOOST_CHECK_THROW(extended(4, Boundary::circular, 7, -5), toeplix::GeometryError);
}

/// What a kernel of one weight reads of the image 1 2 3 ..., spread.
Numbers spread(Index input, Index input_dilation, Boundary boundary, Index lower, Index upper) {
  return oracle::convolve(ConvolutionSpec{.input = {input},
                                          .kernel = {1},
                                          .input_dilation = input_dilation,
                                          .padding = {{lower, upper}},
                                          .boundary = boundary},
                          Numbers{1}, counting(static_cast<std::size_t>(input)));
}

BOOST_AUTO_TEST_CASE(input_dilation_spreads_the_image_before_it_is_cropped_and_extended) {
  BOOST_TEST(spread(3, 3, Boundary::zero, 0, 0) == (Numbers{1, 0, 0, 2, 0, 0, 3}));
  BOOST_TEST(spread(1, 9, Boundary::zero, 1, 0) == (Numbers{0, 1}));
  BOOST_TEST(spread(3, 2, Boundary::circular, 2, 1) == (Numbers{0, 3, 1, 0, 2, 0, 3, 1}));
  BOOST_TEST(spread(3, 2, Boundary::reflect, 2, 3) == (Numbers{2, 0, 1, 0, 2, 0, 3, 0, 2, 0}));
  BOOST_TEST(spread(2, 3, Boundary::symmetric, 2, 3) == (Numbers{0, 1, 1, 0, 0, 2, 2, 0, 0}));
  BOOST_TEST(spread(2, 2, Boundary::replicate, 2, 1) == (Numbers{1, 1, 1, 0, 2, 2}));
  // A hole is cropped, extended and repeated as a pixel is.
  BOOST_TEST(spread(3, 2, Boundary::replicate, -1, 1) == (Numbers{0, 2, 0, 3, 3}));
  BOOST_TEST(spread(3, 2, Boundary::circular, -1, 2) == (Numbers{0, 2, 0, 3, 0, 2}));
  BOOST_TEST(spread(2, 4, Boundary::reflect, -1, -1) == (Numbers{0, 0, 0}));
}

BOOST_AUTO_TEST_CASE(same_and_stride_are_those_of_the_spread_image) {
  const ConvolutionSpec spec = {.input = {3},
                                .kernel = {2},
                                .stride = 2,
                                .dilation = 3,
                                .input_dilation = 2,
                                .padding = Padding::same_upper()};
  // 1 . 2 . 3 has five coordinates, so three outputs; the last window ends at 4 + 3.
  BOOST_TEST(oracle::output_extents(spec) == Extents{3});
  BOOST_TEST(oracle::convolve(spec, Numbers{1, 10}, counting(3)) == (Numbers{20, 30, 0}));
}

BOOST_AUTO_TEST_CASE(every_axis_has_its_own_boundary_and_padding) {
  const ConvolutionSpec spec = {.input = {2, 3},
                                .kernel = {1, 1},
                                .padding = {{1, 0}, {0, 2}},
                                .boundary = {Boundary::circular, Boundary::reflect}};
  BOOST_TEST(oracle::convolve(spec, Numbers{1}, counting(6)) ==
             (Numbers{4, 5, 6, 5, 4, 1, 2, 3, 2, 1, 4, 5, 6, 5, 4}));
}

BOOST_AUTO_TEST_CASE(weights_that_fold_onto_one_pixel_add_up) {
  const ConvolutionSpec spec = {
      .input = {2}, .kernel = {3}, .padding = 1, .boundary = Boundary::symmetric};
  // [1 10 100] reads 1 1 2 and then 1 2 2, so that A = [11 100; 1 110].
  BOOST_TEST(oracle::convolve(spec, Numbers{1, 10, 100}, Numbers{1, 2}) == (Numbers{211, 221}));
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers{1, 10, 100}, Numbers{1, 2}) ==
             (Numbers{13, 320}));
  BOOST_TEST(oracle::weight_gradient(spec, Numbers{3, 5}, Numbers{1, 2}) == (Numbers{9, 13, 15}));
}

BOOST_AUTO_TEST_CASE(stride_and_dilation) {
  ConvolutionSpec spec = {.input = {8}, .kernel = {3}, .stride = 3, .dilation = 2};
  BOOST_TEST(oracle::convolve(spec, Numbers{1, 10, 100}, counting(8)) == (Numbers{531, 864}));
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers{1, 10, 100}, Numbers{1, 2}) ==
             (Numbers{1, 0, 10, 2, 100, 20, 0, 200}));
  BOOST_TEST(oracle::weight_gradient(spec, counting(8), Numbers{1, 2}) == (Numbers{9, 15, 21}));
  spec.input = {7};  // the second window needs pixel 7
  BOOST_TEST(oracle::convolve(spec, Numbers{1, 10, 100}, counting(7)) == Numbers{531});
}

BOOST_AUTO_TEST_CASE(operation_convolution_flips_every_axis) {
  const ConvolutionSpec line = {.input = {4}, .kernel = {3}, .operation = Operation::convolution};
  BOOST_TEST(oracle::convolve(line, Numbers{1, 10, 100}, counting(4)) == (Numbers{123, 234}));
  BOOST_TEST(oracle::convolve_transposed(line, Numbers{1, 10, 100}, Numbers{1, 2}) ==
             (Numbers{100, 210, 21, 2}));
  BOOST_TEST(oracle::weight_gradient(line, counting(4), Numbers{1, 0}) == (Numbers{3, 2, 1}));
  const ConvolutionSpec plane = {
      .input = {2, 2}, .kernel = {2, 2}, .operation = Operation::convolution};
  BOOST_TEST(oracle::convolve(plane, Numbers{1, 10, 100, 1000}, counting(4)) == Numbers{1234});
  const TransposedConvolutionSpec up = {
      .input = {1, 1}, .kernel = {2, 2}, .operation = Operation::convolution};
  BOOST_TEST(oracle::convolve_transposed(up, counting(4), Numbers{1}) == (Numbers{4, 3, 2, 1}));
}

BOOST_AUTO_TEST_CASE(padding_rules_of_a_convolution) {
  ConvolutionSpec spec = {.input = {5}, .kernel = {4}, .stride = 2};  // needs 3 pixels for `same`
  const Numbers weights = {1, 10, 100, 1000};
  spec.padding = Padding::same_upper();
  BOOST_TEST(oracle::convolve(spec, weights, counting(5)) == (Numbers{3210, 5432, 54}));
  spec.padding = Padding::same_lower();
  BOOST_TEST(oracle::convolve(spec, weights, counting(5)) == (Numbers{2100, 4321, 543}));
  spec.padding = Padding::valid();
  BOOST_TEST(oracle::convolve(spec, weights, counting(5)) == Numbers{4321});
  spec.padding = Padding::full();
  BOOST_TEST(oracle::convolve(spec, weights, counting(5)) == (Numbers{1000, 3210, 5432, 54}));
  spec.padding = Padding::causal();
  BOOST_TEST(oracle::convolve(spec, weights, counting(5)) == (Numbers{1000, 3210, 5432}));
  spec.stride = 5;  // wider than the kernel: `same` needs no padding, and never crops
  spec.padding = Padding::same_upper();
  BOOST_TEST(oracle::convolve(spec, weights, counting(5)) == Numbers{4321});
}

BOOST_AUTO_TEST_CASE(padding_rules_of_a_transposed_convolution) {
  TransposedConvolutionSpec spec = {.input = {2}, .kernel = {3}, .stride = 2};
  const Numbers weights = {1, 10, 100};
  const Numbers x = {1, 2};  // adds up to 1 10 102 20 200, one more than input * stride
  spec.padding = Padding::same_upper();
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{1, 10, 102, 20}));
  spec.padding = Padding::same_lower();
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{10, 102, 20, 200}));
  spec.padding = Padding::valid();
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{1, 10, 102, 20, 200}));
  spec.output_padding = 1;  // one more to take away
  spec.padding = Padding::same_upper();
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{10, 102, 20, 200}));
  spec.output_padding = 0;
  spec.padding = Padding::full();
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == Numbers{102});
  spec.padding = Padding::causal();
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{102, 20, 200}));
}

BOOST_AUTO_TEST_CASE(padding_rules_of_a_transposed_convolution_may_enlarge) {
  TransposedConvolutionSpec spec = {.input = {2}, .kernel = {1}, .stride = 2};
  spec.padding = Padding::same_upper();  // total -1: lower -1, upper 0
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers{1}, Numbers{7, 8}) == (Numbers{0, 7, 0, 8}));
  spec.padding = Padding::same_lower();  // lower 0, upper -1
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers{1}, Numbers{7, 8}) == (Numbers{7, 0, 8, 0}));
}

BOOST_AUTO_TEST_CASE(output_says_the_padding_of_a_transposed_convolution) {
  TransposedConvolutionSpec spec = {.input = {2}, .kernel = {3}, .stride = 2, .output = {4}};
  const Numbers weights = {1, 10, 100};
  const Numbers x = {1, 2};  // adds up to 1 10 102 20 200
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{10, 102, 20, 200}));
  spec.padding = Padding::same_upper();
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{1, 10, 102, 20}));
  spec.output = {7};
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{0, 1, 10, 102, 20, 200, 0}));
  spec.output = {6};
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{0, 1, 10, 102, 20, 200}));
  spec.padding = 0;
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{1, 10, 102, 20, 200, 0}));
  spec.output_padding = 1;  // is taken for a pixel that the kernel reaches
  spec.output = {5};
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{10, 102, 20, 200, 0}));
}

// ONNX's test convtranspose_output_shape, its first output channel: a total of -1 on either axis.
BOOST_AUTO_TEST_CASE(output_as_onnx_has_it) {
  const TransposedConvolutionSpec spec = {
      .input = {3, 3}, .kernel = {3, 3}, .stride = {3, 2}, .output = {10, 8}};
  const Numbers x = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  Numbers expected;
  for (const Numbers& row :
       {Numbers{0, 0, 1, 1, 3, 2, 2, 0}, {3, 3, 7, 4, 9, 5, 5, 0}, {6, 6, 13, 7, 15, 8, 8, 0}}) {
    for (int times = 0; times < 3; ++times) expected.insert(expected.end(), row.begin(), row.end());
  }
  expected.resize(80);
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers(9, 1), x) == expected);
}

BOOST_AUTO_TEST_CASE(same_tf_is_not_onnx) {
  TransposedConvolutionSpec spec = {
      .input = {2}, .kernel = {1}, .stride = 3, .padding = Padding::same_upper()};
  const Numbers x = {1, 2};
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers{1}, x) == (Numbers{0, 1, 0, 0, 2, 0}));
  spec.padding = Padding::same_tf();
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers{1}, x) == (Numbers{1, 0, 0, 2, 0, 0}));
  spec.output = {4};
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers{1}, x) == (Numbers{1, 0, 0, 2}));
  spec.output = {};
  spec.kernel = {4};  // adds up to 1 10 100 1002 20 200 2000, one more than input * stride
  BOOST_TEST(oracle::convolve_transposed(spec, Numbers{1, 10, 100, 1000}, x) ==
             (Numbers{1, 10, 100, 1002, 20, 200}));
}

BOOST_AUTO_TEST_CASE(refuses_an_output_that_cannot_be) {
  const auto check = [](const std::string& fields, const std::string& message) {
    check_refused(toeplix::parse_transposed_convolution("transposed " + fields), message);
  };
  check("input=4 kernel=3 output=0", "axis 0: output 0 is not positive");
  check("input=4 kernel=3 output=8,8", "output has 2 values, expected 1 or one per axis (1)");
  check(
      "input=4 kernel=3 padding=1 output=8",
      "padding and output both decide the output: transposed input=4 kernel=3 padding=1 output=8");
  check("input=4 kernel=3 stride=2 padding=same_tf output=9",
        "axis 0: output 9 has windows 5, not input 4");
  check("input=4 kernel=3 stride=2 padding=same_tf output_padding=1",
        "axis 0: output_padding 1 is not for padding same_tf");
}

BOOST_AUTO_TEST_CASE(output_padding_adds_upper_pixels) {
  TransposedConvolutionSpec spec = {
      .input = {2}, .kernel = {3}, .stride = 2, .padding = 1, .output_padding = 1};
  const Numbers weights = {1, 10, 100};
  BOOST_TEST(oracle::convolve_transposed(spec, weights, Numbers{1, 2}) ==
             (Numbers{10, 102, 20, 200}));
  BOOST_TEST(oracle::convolve(spec, weights, counting(4)) == (Numbers{210, 432}));
  spec.output_padding = 2;
  spec.dilation = 3;  // output_padding may reach the stride where dilation exceeds it
  BOOST_TEST(oracle::output_extents(spec) == Extents{9});
}

// What the message about output_padding of a convolution says.
BOOST_AUTO_TEST_CASE(output_padding_is_less_upper_padding_of_what_is_transposed) {
  const auto check = [](const TransposedConvolutionSpec& up, Index cropped) {
    const ConvolutionSpec down = {.input = oracle::output_extents(up),
                                  .kernel = up.kernel,
                                  .stride = up.stride,
                                  .dilation = up.dilation,
                                  .padding = Padding::sides({{0, -cropped}})};
    BOOST_TEST(oracle::output_extents(down) == up.input);
    const Numbers weights = counting(static_cast<std::size_t>(up.kernel[0]));
    const Numbers x = counting(static_cast<std::size_t>(up.input[0]));
    BOOST_TEST(oracle::convolve_transposed(up, weights, x) ==
               oracle::convolve_transposed(down, weights, x));
  };
  check({.input = {2}, .kernel = {3}, .stride = 2, .output_padding = 1}, 1);
  check({.input = {2}, .kernel = {2}, .dilation = 3, .output_padding = 2}, 2);
}

BOOST_AUTO_TEST_CASE(transposed_convolution_folds_what_falls_outside) {
  TransposedConvolutionSpec spec = {.input = {3}, .kernel = {3}, .padding = 1};
  const Numbers weights = {1, 10, 100};
  const Numbers x = {1, 2, 3};  // adds up to 1 | 12 123 230 | 300
  spec.boundary = Boundary::zero;
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{12, 123, 230}));
  spec.boundary = Boundary::circular;
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{312, 123, 231}));
  spec.boundary = Boundary::reflect;
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{12, 424, 230}));
  spec.boundary = Boundary::symmetric;
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{13, 123, 530}));
  spec.boundary = Boundary::replicate;
  BOOST_TEST(oracle::convolve_transposed(spec, weights, x) == (Numbers{13, 123, 530}));
}

BOOST_AUTO_TEST_CASE(channels_and_groups) {
  ConvolutionSpec spec = {.input = {2}, .kernel = {1}, .in_channels = 2, .out_channels = 4};
  const Numbers x = {1, 2, 10, 20};
  BOOST_TEST(oracle::convolve(spec, counting(8), x) == (Numbers{21, 42, 43, 86, 65, 130, 87, 174}));
  spec.groups = 2;  // depthwise with channel multiplier 2
  BOOST_TEST(oracle::convolve(spec, counting(4), x) == (Numbers{1, 2, 2, 4, 30, 60, 40, 80}));
  const ConvolutionSpec pairs = {
      .input = {1}, .kernel = {1}, .in_channels = 4, .out_channels = 2, .groups = 2};
  BOOST_TEST(oracle::convolve(pairs, counting(4), Numbers{1, 10, 100, 1000}) ==
             (Numbers{21, 4300}));
  const TransposedConvolutionSpec up = {
      .input = {1}, .kernel = {2}, .in_channels = 4, .out_channels = 2, .groups = 2};
  BOOST_TEST(oracle::convolve_transposed(up, counting(8), Numbers{1, 10, 100, 1000}) ==
             (Numbers{31, 42, 7500, 8600}));
}

BOOST_AUTO_TEST_CASE(orders_lay_out_rows_and_columns) {
  ConvolutionSpec spec = {.input = {2, 3}, .kernel = {1, 2}, .in_channels = 2, .out_channels = 2};
  const Numbers weights = {1, 0, 0, 10, 0, 1, 10, 0};  // (out, in, 1, 2)
  // Channel 0 is 0 1 2 / 3 4 5, channel 1 the same plus 10.
  const Numbers first = {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15};
  const Numbers last = {0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15};
  const Numbers column_major = {0, 3, 1, 4, 2, 5, 10, 13, 11, 14, 12, 15};
  spec.order = TensorOrder::channels_first;
  BOOST_TEST(oracle::convolve(spec, weights, first) ==
             (Numbers{110, 121, 143, 154, 101, 112, 134, 145}));
  spec.order = TensorOrder::channels_last;
  BOOST_TEST(oracle::convolve(spec, weights, last) ==
             (Numbers{110, 101, 121, 112, 143, 134, 154, 145}));
  spec.order = TensorOrder::column_major;
  BOOST_TEST(oracle::convolve(spec, weights, column_major) ==
             (Numbers{110, 143, 121, 154, 101, 134, 112, 145}));
}

BOOST_AUTO_TEST_CASE(three_spatial_axes) {
  const ConvolutionSpec spec = {.input = {2, 3, 2}, .kernel = {2, 1, 2}, .stride = {1, 2, 1}};
  BOOST_TEST(oracle::output_extents(spec) == (Extents{1, 2, 1}));
  BOOST_TEST(oracle::convolve(spec, Numbers{1, 10, 100, 1000}, counting(12)) ==
             (Numbers{1 + 20 + 700 + 8000, 5 + 60 + 1100 + 12000}));
}

BOOST_AUTO_TEST_CASE(one_kernel_extent_stands_for_every_axis) {
  const ConvolutionSpec spec{.input = {3, 2}, .kernel = {2}};
  BOOST_TEST((oracle::output_extents(spec) == Extents{2, 1}));
  BOOST_TEST(oracle::lengths(spec).weights == 4u);
  // The window's pixels 1 2, 3 4 and 3 4, 5 6.
  BOOST_TEST(oracle::convolve(spec, Numbers{1, 10, 100, 1000}, counting(6)) ==
             (Numbers{4321, 6543}));
  const TransposedConvolutionSpec up{.input = {1, 1}, .kernel = {2}};
  BOOST_TEST(oracle::convolve_transposed(up, Numbers{1, 2, 3, 4}, Numbers{10}) ==
             (Numbers{10, 20, 30, 40}));
}

BOOST_AUTO_TEST_CASE(weights_in_other_orders) {
  // Two channels in, two out, two positions: weight 100 o + 10 i + t, wherever it lies.
  ConvolutionSpec spec{.input = {2}, .kernel = {2}, .in_channels = 2, .out_channels = 2};
  const auto outputs = [&spec](WeightsOrder order, const Numbers& weights) {
    spec.weights_order = order;
    Numbers all;
    for (std::size_t pixel = 0; pixel < 4; ++pixel) {
      Numbers unit(4);
      unit[pixel] = 1;  // channel 0 at 0 and 1, channel 1 at 0 and 1
      for (const double y : oracle::convolve(spec, weights, unit)) all.push_back(y);
    }
    return all;
  };
  const Numbers expected = {0, 100, 1, 101, 10, 110, 11, 111};
  BOOST_TEST(outputs(WeightsOrder::oihw, {0, 1, 10, 11, 100, 101, 110, 111}) == expected);
  BOOST_TEST(outputs(WeightsOrder::hwio, {0, 100, 10, 110, 1, 101, 11, 111}) == expected);
  BOOST_TEST(outputs(WeightsOrder::ohwi, {0, 10, 1, 11, 100, 110, 101, 111}) == expected);
}

BOOST_AUTO_TEST_CASE(depthwise_weights_have_a_multiplier_last) {
  // (w, in, multiplier): output channel 2 c + m.
  ConvolutionSpec spec{.input = {2},
                       .kernel = {2},
                       .in_channels = 2,
                       .out_channels = 4,
                       .groups = 2,
                       .weights_order = WeightsOrder::hwim};
  BOOST_TEST(oracle::convolve(spec, counting(8), Numbers{1, 10, 100, 1000}) ==
             (Numbers{51, 62, 7300, 8400}));
  BOOST_TEST(oracle::weight_gradient(spec, Numbers{1, 10, 100, 1000}, counting(4)) ==
             (Numbers{1, 2, 300, 400, 10, 20, 3000, 4000}));
  spec.groups = 1;
  check_refused(spec, "groups 1 is not the number of channels (2) that weights_order hwim expects");
  const TransposedConvolutionSpec up{.input = {1},
                                     .kernel = {2},
                                     .in_channels = 4,
                                     .out_channels = 2,
                                     .groups = 2,
                                     .weights_order = WeightsOrder::hwim};
  BOOST_TEST(oracle::convolve_transposed(up, counting(8), Numbers{1, 10, 100, 1000}) ==
             (Numbers{21, 65, 4300, 8700}));
}

BOOST_AUTO_TEST_CASE(every_window_may_have_a_kernel_of_its_own) {
  const ConvolutionSpec line{.input = {4}, .kernel = {2}};
  const Numbers kernels = counting(6);  // 1 2, 3 4, 5 6
  BOOST_TEST(oracle::per_pixel_convolve(line, kernels, Numbers{1, 10, 100, 1000}) ==
             (Numbers{21, 430, 6500}));
  BOOST_TEST(oracle::per_pixel_convolve_transposed(line, kernels, Numbers{1, 10, 100}) ==
             (Numbers{1, 32, 540, 600}));
  BOOST_TEST(oracle::per_pixel_weight_gradient(line, counting(4), Numbers{1, 10, 100}) ==
             (Numbers{1, 2, 20, 30, 300, 400}));
  const TransposedConvolutionSpec up{.input = {3}, .kernel = {2}};
  BOOST_TEST(oracle::per_pixel_convolve_transposed(up, kernels, Numbers{1, 10, 100}) ==
             (Numbers{1, 32, 540, 600}));
  BOOST_TEST(oracle::per_pixel_convolve(up, kernels, Numbers{1, 10, 100, 1000}) ==
             (Numbers{21, 430, 6500}));
  BOOST_TEST(oracle::per_pixel_weight_gradient(up, Numbers{1, 10, 100}, counting(4)) ==
             (Numbers{1, 2, 20, 30, 300, 400}));
}

BOOST_AUTO_TEST_CASE(kernels_lie_by_pixel_then_channel_then_position) {
  // Outputs (0,0), (0,1), (0,2), (1,0), ...; at each the kernel of out 0, then that of out 1.
  ConvolutionSpec spec{.input = {2, 3}, .kernel = {1}, .out_channels = 2};
  const Numbers kernels = counting(12);
  const Numbers ones(6, 1);
  BOOST_TEST(oracle::per_pixel_convolve(spec, kernels, ones) ==
             (Numbers{1, 3, 5, 7, 9, 11, 2, 4, 6, 8, 10, 12}));
  spec.order = TensorOrder::channels_last;
  BOOST_TEST(oracle::per_pixel_convolve(spec, kernels, ones) == kernels);
  spec.order = TensorOrder::column_major;
  BOOST_TEST(oracle::per_pixel_convolve(spec, kernels, ones) ==
             (Numbers{1, 7, 3, 9, 5, 11, 2, 8, 4, 10, 6, 12}));
  const std::vector<std::int8_t> bytes(kernels.begin(), kernels.end());
  const std::vector<std::uint8_t> image(6, 200);
  BOOST_TEST(oracle::per_pixel_convolve(spec, bytes, image).back() == 2400);
  BOOST_CHECK_EXCEPTION(oracle::per_pixel_convolve(spec, ones, ones), toeplix::GeometryError,
                        [](const toeplix::GeometryError& error) {
                          return error.what() ==
                                 std::string("weights has 6 values, expected 12 (2x3x2x1x1x1)");
                        });
}

BOOST_AUTO_TEST_CASE(gather_scatter_and_gradient_are_adjoint_on_one_axis) {
  for (const Boundary boundary : boundaries)
    for (const Index stride : {1, 2, 3})
      for (const Index dilation : {1, 2})
        for (const Index lower : {-1, 0, 2, 9})
          for (const Operation operation : {Operation::correlation, Operation::convolution}) {
            check_adjoint(ConvolutionSpec{.input = {6},
                                          .kernel = {3},
                                          .stride = stride,
                                          .dilation = dilation,
                                          .padding = {{lower, 1}},
                                          .boundary = boundary,
                                          .operation = operation});
            check_adjoint(TransposedConvolutionSpec{.input = {4},
                                                    .kernel = {3},
                                                    .stride = stride,
                                                    .dilation = dilation,
                                                    .padding = {{lower / 3, 1}},
                                                    .output_padding = stride - 1,
                                                    .boundary = boundary,
                                                    .operation = operation});
          }
}

BOOST_AUTO_TEST_CASE(gather_scatter_and_gradient_are_adjoint_on_two_axes) {
  for (const Boundary boundary : boundaries)
    for (const TensorOrder order :
         {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major})
      for (const Index groups : {1, 2}) {
        check_adjoint(ConvolutionSpec{.input = {3, 4},
                                      .kernel = {2, 3},
                                      .in_channels = 2,
                                      .out_channels = 4,
                                      .groups = groups,
                                      .stride = {1, 2},
                                      .dilation = {2, 1},
                                      .padding = Padding::same_upper(),
                                      .boundary = {boundary, Boundary::reflect},
                                      .order = order});
        check_adjoint(TransposedConvolutionSpec{.input = {2, 3},
                                                .kernel = {3, 2},
                                                .in_channels = 4,
                                                .out_channels = 2,
                                                .groups = groups,
                                                .stride = {2, 1},
                                                .padding = {{1, 0}, {0, 1}},
                                                .output_padding = {1, 0},
                                                .boundary = {Boundary::zero, boundary},
                                                .order = order});
      }
}

BOOST_AUTO_TEST_CASE(transposition_does_not_conjugate_but_the_gradient_does) {
  const ConvolutionSpec spec = {.input = {1}, .kernel = {1}};
  const std::vector<Gaussian> i = {Gaussian(0, 1)};
  const std::vector<Gaussian> two = {Gaussian(2, 0)};
  BOOST_TEST(oracle::convolve_transposed(spec, i, two)[0] == Gaussian(0, 2));
  BOOST_TEST(oracle::weight_gradient(spec, i, two)[0] == Gaussian(0, -2));
}

BOOST_AUTO_TEST_CASE(any_contiguous_range_will_do) {
  const ConvolutionSpec spec = {.input = {3}, .kernel = {2}};
  const std::array<float, 2> weights = {1, 10};
  std::vector<float> x = {1, 2, 3};
  const std::vector<float> expected = {21, 32};
  BOOST_TEST(oracle::convolve(spec, weights, x) == expected);
  BOOST_TEST(oracle::convolve(spec, weights, std::span<float>(x)) == expected);
  BOOST_TEST(oracle::convolve(spec, std::span<const float>(weights), std::span<const float>(x)) ==
             expected);
  BOOST_TEST(oracle::convolve<float>(spec, weights, x) == expected);
}

BOOST_AUTO_TEST_CASE(every_scalar_type) {
  const ConvolutionSpec spec = {.input = {2}, .kernel = {1}};
  const auto check = [&]<class Scalar>(Scalar) {
    const std::vector<Scalar> weights = {Scalar(3)};
    const std::vector<Scalar> x = {Scalar(1), Scalar(2)};
    BOOST_TEST((oracle::convolve(spec, weights, x) == std::vector<Scalar>{Scalar(3), Scalar(6)}));
  };
  check(float{});
  check(double{});
  check(std::complex<float>{});
  check(std::complex<double>{});
}

BOOST_AUTO_TEST_CASE(refuses_lists_that_do_not_fit) {
  check_refused(ConvolutionSpec{}, "input has no axes, expected at least 1");
  check_refused(ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2, 2}},
                "kernel has 3 values, expected 1 or one per axis (2)");
  check_refused(ConvolutionSpec{.input = {3, 3}, .kernel = {}},
                "kernel has 0 values, expected 1 or one per axis (2)");
  check_refused(ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}, .stride = {1, 2, 3}},
                "stride has 3 values, expected 1 or one per axis (2)");
  check_refused(ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}, .padding = {0, 0, 0}},
                "padding has 3 values, expected 1 or one per axis (2)");
  check_refused(
      ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}, .boundary = std::vector<Boundary>{}},
      "boundary has 0 values, expected 1 or one per axis (2)");
  check_refused(
      TransposedConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}, .output_padding = {0, 0, 0}},
      "output_padding has 3 values, expected 1 or one per axis (2)");
}

BOOST_AUTO_TEST_CASE(refuses_numbers_that_mean_nothing) {
  check_refused(ConvolutionSpec{.input = {3, 0}, .kernel = {2, 2}},
                "axis 1: input 0 is not positive");
  check_refused(ConvolutionSpec{.input = {3}, .kernel = {-2}}, "axis 0: kernel -2 is not positive");
  check_refused(ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}, .stride = {1, 0}},
                "axis 1: stride 0 is not positive");
  check_refused(ConvolutionSpec{.input = {3}, .kernel = {2}, .dilation = 0},
                "axis 0: dilation 0 is not positive");
  check_refused(ConvolutionSpec{.input = {3}, .kernel = {2}, .in_channels = 0},
                "in_channels 0 is not positive");
  check_refused(ConvolutionSpec{.input = {3}, .kernel = {2}, .groups = 0},
                "groups 0 is not positive");
  check_refused(ConvolutionSpec{.input = {3}, .kernel = {2}, .in_channels = 3, .groups = 2},
                "groups 2 does not divide in_channels 3");
  check_refused(ConvolutionSpec{.input = {3}, .kernel = {2}, .in_channels = 2, .groups = 2},
                "groups 2 does not divide out_channels 1");
}

// By hand: scipy.ndimage.correlate(x, w, mode="constant", cval=10)
BOOST_AUTO_TEST_CASE(padding_has_a_value) {
  ConvolutionSpec line{.input = {3}, .kernel = {3}, .padding = 1, .padding_value = 10};
  BOOST_TEST(oracle::convolve(line, Numbers{1, 2, 4}, Numbers{1, 2, 3}) == Numbers({20, 17, 48}));
  line.operation = Operation::convolution;
  BOOST_TEST(oracle::convolve(line, Numbers{1, 2, 4}, Numbers{1, 2, 3}) == Numbers({44, 11, 24}));
  const ConvolutionSpec corner{
      .input = {1, 1}, .kernel = {2, 2}, .padding = {{1, 0}, {1, 0}}, .padding_value = 10};
  BOOST_TEST(oracle::convolve(corner, Numbers{1, 2, 4, 8}, Numbers{3}) == Numbers{94});
  // Axis 1 folds, so that its border has pixels; beyond axis 0 there is none, whatever axis 1 says.
  ConvolutionSpec mixed = corner;
  mixed.boundary = {Boundary::zero, Boundary::replicate};
  BOOST_TEST(oracle::convolve(mixed, Numbers{1, 2, 4, 8}, Numbers{3}) == Numbers{66});
  // Integers, and another channel of the same group.
  const ConvolutionSpec two{
      .input = {1}, .kernel = {2}, .in_channels = 2, .padding = {{1, 0}}, .padding_value = -1};
  const std::vector<std::int8_t> weights = {1, 2, 4, 8};
  BOOST_TEST(oracle::convolve(two, weights, std::vector<std::uint8_t>{3, 5}) ==
             std::vector<std::int64_t>{-1 + 6 - 4 + 40});
}

BOOST_AUTO_TEST_CASE(what_is_transposed_has_no_padding_value) {
  ConvolutionSpec spec{.input = {3}, .kernel = {3}, .padding = 1, .padding_value = 10};
  const Numbers w = {1, 2, 4};
  const Numbers y = {1, 2, 3};
  BOOST_TEST(oracle::convolve_transposed(spec, w, y) == Numbers({4, 11, 14}));
  BOOST_TEST(oracle::weight_gradient(spec, y, y) == Numbers({8, 14, 8}));
}

BOOST_AUTO_TEST_CASE(refuses_padding_values_that_fill_nothing) {
  check_refused(
      ConvolutionSpec{
          .input = {3}, .kernel = {2}, .padding_value = std::numeric_limits<double>::infinity()},
      "padding_value inf is not finite");
  check_refused(
      ConvolutionSpec{
          .input = {3}, .kernel = {2}, .boundary = Boundary::reflect, .padding_value = 1},
      "padding_value 1 fills nothing: no axis has the boundary zero");
  const ConvolutionSpec half{.input = {3}, .kernel = {2}, .padding = 1, .padding_value = 0.5};
  const std::vector<std::int32_t> integers = {1, 2, 3};
  check_throws(
      [&] {
        oracle::convolve(half, std::vector<std::int32_t>{1, 2}, integers);
      },
      "padding_value 0.5 is not an integer of 64 bits, as the data are");
  const ConvolutionSpec huge{.input = {3}, .kernel = {2}, .padding = 1, .padding_value = 1e300};
  check_throws(
      [&] {
        oracle::convolve(huge, std::vector<float>{1, 2}, std::vector<float>{1, 2, 3});
      },
      "padding_value 1e+300 is beyond 32-bit floats");
}

BOOST_AUTO_TEST_CASE(refuses_geometries_without_output) {
  check_refused(
      ConvolutionSpec{
          .input = {9, 3}, .kernel = {3, 3}, .dilation = 2, .padding = {{0, 0}, {1, 0}}},
      "axis 1: kernel span 5 exceeds padded input 4");
  check_refused(ConvolutionSpec{.input = {3}, .kernel = {1}, .padding = -2},
                "axis 0: kernel span 1 exceeds padded input -1");
  check_refused(TransposedConvolutionSpec{.input = {2}, .kernel = {2}, .padding = 2},
                "axis 0: output -1 is not positive");
  check_refused(TransposedConvolutionSpec{.input = {2}, .kernel = {2}, .output_padding = 1},
                "axis 0: output_padding 1 is not from 0 to below max(stride, dilation) = 1");
  check_refused(TransposedConvolutionSpec{.input = {2}, .kernel = {2}, .output_padding = -1},
                "axis 0: output_padding -1 is not from 0 to below max(stride, dilation) = 1");
}

BOOST_AUTO_TEST_CASE(refuses_vectors_of_the_wrong_length) {
  ConvolutionSpec spec = {.input = {3, 4}, .kernel = {2, 2}, .in_channels = 2};
  const auto call = [&](std::size_t weights, std::size_t x) {
    return [=] { oracle::convolve(spec, counting(weights), counting(x)); };
  };
  check_throws(call(7, 24), "weights has 7 values, expected 8 (1x2x2x2)");
  check_throws(call(8, 23), "input has 23 values, expected 24 (2x3x4)");
  check_throws([&] { oracle::convolve_transposed(spec, counting(8), counting(7)); },
               "output has 7 values, expected 6 (1x2x3)");
  check_throws([&] { oracle::weight_gradient(spec, counting(24), counting(7)); },
               "output has 7 values, expected 6 (1x2x3)");
  spec.order = TensorOrder::column_major;
  check_throws([&] { oracle::convolve(spec, counting(8), counting(1)); },
               "input has 1 value, expected 24 (3x4x2)");
  const TransposedConvolutionSpec up = {.input = {2}, .kernel = {2}};
  check_throws([&] { oracle::convolve_transposed(up, counting(2), counting(3)); },
               "input has 3 values, expected 2 (1x2)");
}

BOOST_AUTO_TEST_CASE(refuses_what_it_could_not_step_through) {
  const Index huge = Index{1} << 40;
  BOOST_CHECK_THROW(oracle::output_extents(ConvolutionSpec{.input = {huge}, .kernel = {1}}),
                    toeplix::CapacityError);
  const ConvolutionSpec padded = {.input = {1}, .kernel = {1}, .padding = huge};
  BOOST_CHECK_THROW(oracle::output_extents(padded), toeplix::CapacityError);
}

BOOST_AUTO_TEST_SUITE_END()
