#include "support/failures.hpp"
#include "support/random.hpp"
#include "support/solving.hpp"

#include "solvers/transform/circulant_spectrum.hpp"

#include <boost/test/unit_test.hpp>

#include <complex>
#include <numbers>

// Zeros of a kernel's spectrum against a dense discrete Fourier transform of the matrix's columns.

BOOST_AUTO_TEST_SUITE(circulant_spectrum)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::Index;
using toeplix::Padding;
using toeplix::Pattern;
using toeplix::TensorOrder;
using toeplix::detail::spectrum_zeros;
using toeplix::detail::SpectrumZeros;

/// The coordinates of a pixel, or of a frequency, in C order.
Extents coordinates(Index at, const Extents& extents) {
  Extents result(extents.size());
  for (std::size_t axis = extents.size(); axis-- > 0;) {
    result[axis] = at % extents[axis];
    at /= extents[axis];
  }
  return result;
}

Index pixels(const Extents& extents) {
  Index count = 1;
  for (const Index extent : extents) count *= extent;
  return count;
}

/// sum over all pixels of image(pixel) exp(-2 pi i sum over axes of frequency pixel / extent)
std::complex<double> fourier(const Eigen::VectorXd& image, const Extents& extents,
                             Index frequency) {
  const Extents f = coordinates(frequency, extents);
  std::complex<double> sum = 0;
  for (Index pixel = 0; pixel < image.size(); ++pixel) {
    const Extents p = coordinates(pixel, extents);
    double turns = 0;
    for (std::size_t axis = 0; axis < p.size(); ++axis) {
      turns += static_cast<double>(f[axis] * p[axis]) / static_cast<double>(extents[axis]);
    }
    sum += image[pixel] * std::polar(1.0, -2 * std::numbers::pi * turns);
  }
  return sum;
}

/// The frequencies of zeros, channel by channel: a channel's block is circulant, and its first
/// column has the eigenvalues as its transform. Channels must come first.
std::vector<std::pair<Index, Index>> zeros_by_dft(const Convolution& conv, const Numbers& weights) {
  const Eigen::MatrixXd a = dense(conv, weights);
  const Index size = pixels(conv.input());
  std::vector<std::pair<Index, Index>> zeros;
  for (Index channel = 0; channel < conv.in_channels(); ++channel) {
    const Eigen::VectorXd column = a.col(channel * size).segment(channel * size, size);
    for (Index frequency = 0; frequency < size; ++frequency) {
      if (std::abs(fourier(column, conv.input(), frequency)) < 1e-9) {
        zeros.emplace_back(channel, frequency);
      }
    }
  }
  return zeros;
}

std::string reason_of(const Convolution& conv, std::pair<Index, Index> zero) {
  std::string frequency;
  for (const Index f : coordinates(zero.second, conv.input())) {
    frequency += (frequency.empty() ? "" : ", ") + std::to_string(f);
  }
  const std::string channel =
      conv.in_channels() == 1 ? "" : " of channel " + std::to_string(zero.first);
  return "the kernel's spectrum" + channel + " is zero at frequency (" + frequency + ")";
}

/// Draws a geometry whose matrix is circulant, with every extent kept by one padding or another.
ConvolutionSpec draw_circulant(Random& random) {
  const auto axes = static_cast<std::size_t>(random.between(1, 3));
  ConvolutionSpec spec{.input = {}, .kernel = {}};
  std::vector<Index> dilations;
  std::vector<toeplix::AxisPadding> sides;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    const Index kernel = random.between(1, 4);
    spec.input.push_back(random.between(1, axes == 3 ? 4 : 6));
    spec.kernel.push_back(kernel);
    dilations.push_back(random.between(1, 3));
    const Index beyond = (kernel - 1) * dilations.back();
    // Either side may not crop: what is cropped is not repeated.
    const Index lower = random.between(0, beyond);
    sides.push_back({lower, beyond - lower});
  }
  spec.in_channels = spec.out_channels = spec.groups = random.between(1, 3);
  spec.dilation = dilations;
  spec.padding = Padding(sides);
  spec.boundary = Boundary::circular;
  return spec;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_image_that_is_cropped_or_spread_makes_no_circulant) {
  const Numbers zero = {0, 0};
  for (const char* const text :
       {"input=4 kernel=2 padding=-1:2 boundary=circular",
        "input=4 kernel=2 padding=2:-1 boundary=circular",
        "input=3 kernel=2 input_dilation=2 padding=-1:0 boundary=circular"}) {
    const Convolution conv(text);
    BOOST_TEST(conv.output() == conv.input());
    BOOST_TEST(spectrum_zeros(Pattern(conv), zero).count == 0);
  }
}

BOOST_AUTO_TEST_CASE(zeros_of_a_dense_transform) {
  Failures failures;
  Index singular = 0;
  for (int number = 0; number < 400; ++number) {
    Random random("circulant " + std::to_string(number));
    const ConvolutionSpec spec = draw_circulant(random);
    const Convolution conv(spec);
    // Few different weights, so that many spectra have zeros.
    const Numbers weights = small_integers<double>(random, conv.weight_count(), -1, 1);
    const auto expected = zeros_by_dft(conv, weights);
    const SpectrumZeros zeros = spectrum_zeros(Pattern(conv), weights);
    failures.expect(spec, "count", zeros.count == static_cast<Index>(expected.size()));
    const std::string reason = expected.empty() ? "" : reason_of(conv, expected.front());
    failures.expect(spec, "reason", zeros.reason == reason);
    singular += expected.empty() ? 0 : 1;
  }
  BOOST_TEST(singular > 100);
  BOOST_TEST(singular < 300);
}

BOOST_AUTO_TEST_CASE(orders_have_the_same_zeros) {
  const Numbers weights{1, 2, 1, 0, 1, 1, 1, 2, 1, 0, 1, 1};
  const auto count = [&](TensorOrder order) {
    const Convolution conv({.input = {4, 6},
                            .kernel = {2, 3},
                            .in_channels = 2,
                            .out_channels = 2,
                            .groups = 2,
                            .padding = {{1, 0}, {1, 1}},
                            .boundary = Boundary::circular,
                            .order = order});
    return spectrum_zeros(Pattern(conv), weights).count;
  };
  const Index zeros = count(TensorOrder::channels_first);
  BOOST_TEST(zeros > 0);
  BOOST_TEST(count(TensorOrder::channels_last) == zeros);
  BOOST_TEST(count(TensorOrder::column_major) == zeros);
}

BOOST_AUTO_TEST_CASE(only_just_zero) {
  // 1 - 2 cos(t) z + z^2 is zero at the angle t alone: at a frequency of 7 pixels, or between two.
  const Convolution conv(
      {.input = {7}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular});
  const auto count = [&](double turns) {
    const double c = -2 * std::cos(2 * std::numbers::pi * turns);
    return spectrum_zeros(Pattern(conv), Numbers{1, c, 1}).count;
  };
  BOOST_TEST(count(2.0 / 7) == 2);
  BOOST_TEST(count(2.0 / 7 + 1e-9) == 0);
}

BOOST_AUTO_TEST_CASE(nothing_of_other_geometries) {
  // Each would have zeros if it were circulant; some are singular all the same.
  const Numbers twice{1, 2, 1, 1, 2, 1, 1, 2, 1, 1, 2, 1};
  const auto check = [&](const ConvolutionSpec& spec) {
    const Convolution conv(spec);
    const auto weights = std::span(twice).first(static_cast<std::size_t>(conv.weight_count()));
    const SpectrumZeros zeros = spectrum_zeros(Pattern(conv), weights);
    BOOST_TEST(zeros.count == 0);
    BOOST_TEST(zeros.reason == "");
  };
  const ConvolutionSpec ring{
      .input = {8}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular};
  BOOST_TEST(spectrum_zeros(Pattern(Convolution(ring)), Numbers{1, 2, 1}).count == 1);
  ConvolutionSpec other = ring;
  other.boundary = Boundary::reflect;
  check(other);
  other = ring;
  other.stride = 2;
  check(other);
  other = ring;
  other.padding = 2;
  check(other);
  other = ring;
  other.in_channels = other.out_channels = 2;
  check(other);
}

// With one kernel position an axis is a ring whatever its boundary, as nothing is beyond it.
BOOST_AUTO_TEST_CASE(an_axis_that_only_scales) {
  const Convolution conv({.input = {8, 3},
                          .kernel = {3, 1},
                          .padding = {1, 0},
                          .boundary = {Boundary::circular, Boundary::zero}});
  const SpectrumZeros zeros = spectrum_zeros(Pattern(conv), Numbers{1, 2, 1});
  BOOST_TEST(zeros.count == 3);
  BOOST_TEST(zeros.reason == "the kernel's spectrum is zero at frequency (4, 0)");
}

BOOST_AUTO_TEST_SUITE_END()
