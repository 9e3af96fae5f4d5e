#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/random.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/separable.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

BOOST_AUTO_TEST_SUITE(resize)

namespace {

using toeplix::CapacityError;
using toeplix::CoordinateMode;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Interpolation;
using toeplix::NearestPixel;
using toeplix::Resize;
using toeplix::Separable;
using toeplix::test::check_throws;
using toeplix::test::draw;

constexpr std::array modes = {CoordinateMode::half_pixel, CoordinateMode::pytorch_half_pixel,
                              CoordinateMode::align_corners, CoordinateMode::asymmetric,
                              CoordinateMode::half_pixel_symmetric};
constexpr std::array rules = {NearestPixel::round_prefer_floor, NearestPixel::round_prefer_ceil,
                              NearestPixel::floor, NearestPixel::ceil};

std::string draw(const Resize& resize) {
  return draw(toeplix::compile(resize));
}

/// The pixel that every output coordinate takes: `0 0 1 1`.
std::string sources(const Resize& resize) {
  const Separable separable(resize);
  std::string text;
  for (Index row = 0; row < separable.rows(); ++row) {
    const auto taps = separable.tables().back().row(row);
    BOOST_TEST(taps.size() == 1u);
    BOOST_TEST(taps.front().coefficient == 1);
    text += (row > 0 ? " " : "") + std::to_string(taps.front().input);
  }
  return text;
}

/// A coordinate as an exact fraction, from the formulas as ONNX has them.
struct Fraction {
  Index numerator;
  Index denominator;
};

Fraction coordinate(Index o, Index input, Index output, CoordinateMode mode) {
  if (mode == CoordinateMode::asymmetric) return {o * input, output};
  if (mode == CoordinateMode::align_corners) {
    return output == 1 ? Fraction{0, 1} : Fraction{o * (input - 1), output - 1};
  }
  if (mode == CoordinateMode::pytorch_half_pixel && output == 1) return {0, 1};
  return {(2 * o + 1) * input - output, 2 * output};
}

/// Tries every pixel, edges repeated beyond the border, for the one that the rule wants.
Index naive_nearest(Fraction at, Index input, NearestPixel rule) {
  Index best = 0;
  Index least = std::numeric_limits<Index>::max();
  for (Index pixel = -2; pixel < input + 2; ++pixel) {
    const Index distance = pixel * at.denominator - at.numerator;
    if (rule == NearestPixel::floor && distance > 0) continue;
    if (rule == NearestPixel::ceil && distance < 0) continue;
    const bool tie = std::abs(distance) == least && rule == NearestPixel::round_prefer_ceil;
    if (std::abs(distance) < least || tie) {
      best = pixel;
      least = std::abs(distance);
    }
  }
  return std::clamp<Index>(best, 0, input - 1);
}

/// The tent: what pixel `i` contributes at a place, edges repeated beyond the border.
double tent(Fraction at, Index input, Index i) {
  const double place =
      std::clamp(static_cast<double>(at.numerator) / static_cast<double>(at.denominator), 0.0,
                 static_cast<double>(input - 1));
  return std::max(0.0, 1 - std::abs(place - static_cast<double>(i)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(nearest_repeats_pixels) {
  BOOST_TEST(sources({.input = {2}, .sizes = {4}}) == "0 0 1 1");
  BOOST_TEST(sources({.input = {2}, .scales = {2}}) == "0 0 1 1");
  BOOST_TEST(sources({.input = {4}, .scales = {0.6}}) == "0 2");
  // 0, 1.5 and 3: the tie goes down, or up.
  Resize resize{.input = {4}, .sizes = {3}, .coordinates = CoordinateMode::align_corners};
  BOOST_TEST(sources(resize) == "0 1 3");
  resize.nearest = NearestPixel::round_prefer_ceil;
  BOOST_TEST(sources(resize) == "0 2 3");
  resize.nearest = NearestPixel::floor;
  BOOST_TEST(sources(resize) == "0 1 3");
  resize.nearest = NearestPixel::ceil;
  BOOST_TEST(sources(resize) == "0 2 3");
}

BOOST_AUTO_TEST_CASE(linear_weighs_two_pixels) {
  Resize resize{.input = {2}, .sizes = {4}, .interpolation = Interpolation::linear};
  BOOST_TEST(draw(resize) == "1 . / 0.75 0.25 / 0.25 0.75 / . 1");
  resize.coordinates = CoordinateMode::asymmetric;
  BOOST_TEST(draw(resize) == "1 . / 0.5 0.5 / . 1 / . 1");
  resize.coordinates = CoordinateMode::align_corners;
  resize.sizes = {5};
  BOOST_TEST(draw(resize) == "1 . / 0.75 0.25 / 0.5 0.5 / 0.25 0.75 / . 1");
  // A pixel that is hit has no neighbour with weight zero.
  resize.sizes = {2};
  BOOST_TEST(draw(resize) == "1 . / . 1");
}

BOOST_AUTO_TEST_CASE(one_pixel) {
  Resize resize{.input = {4}, .sizes = {1}, .interpolation = Interpolation::linear};
  BOOST_TEST(draw(resize) == ". 0.5 0.5 .");
  resize.coordinates = CoordinateMode::pytorch_half_pixel;
  BOOST_TEST(draw(resize) == "1 . . .");
  resize.coordinates = CoordinateMode::align_corners;
  BOOST_TEST(draw(resize) == "1 . . .");
  for (const CoordinateMode mode : modes) {
    BOOST_TEST(draw(Resize{.input = {1}, .sizes = {3}, .coordinates = mode}) == "1 / 1 / 1");
    BOOST_TEST(draw(Resize{.input = {1}, .scales = {3}, .coordinates = mode}) == "1 / 1 / 1");
  }
}

BOOST_AUTO_TEST_CASE(a_scale_need_not_give_a_whole_length) {
  // The length is 2.5, of which 2 pixels are made.
  Resize resize{.input = {4}, .scales = {0.625}, .interpolation = Interpolation::linear};
  BOOST_TEST(draw(resize) == "0.7 0.3 . . / . 0.1 0.9 .");  // 0.3 and 1.9
  resize.coordinates = CoordinateMode::half_pixel_symmetric;
  BOOST_TEST(draw(resize) == "0.3 0.7 . . / . . 0.7 0.3");  // 2 * (1 - 2 / 2.5) = 0.4 further
  resize.coordinates = CoordinateMode::align_corners;
  BOOST_TEST(draw(resize) == "1 . . . / . . 1 .");  // 3 / 1.5
  resize.coordinates = CoordinateMode::asymmetric;
  BOOST_TEST(draw(resize) == "1 . . . / . 0.4 0.6 .");  // 1.6
}

BOOST_AUTO_TEST_CASE(axes_multiply) {
  const Resize resize{.input = {2, 1, 2},
                      .sizes = {2, 1, 3},
                      .interpolation = Interpolation::linear,
                      .coordinates = CoordinateMode::align_corners};
  BOOST_TEST(draw(resize) == "1 . . . / 0.5 0.5 . . / . 1 . . / . . 1 . / . . 0.5 0.5 / . . . 1");
  const Resize both{.input = {2, 2}, .sizes = {1, 1}, .interpolation = Interpolation::linear};
  BOOST_TEST(draw(both) == "0.25 0.25 0.25 0.25");
}

// With sizes every coordinate is an exact fraction, so that ties can be looked for exactly.
BOOST_AUTO_TEST_CASE(sizes_are_exact) {
  for (Index input = 1; input <= 12; ++input) {
    for (Index output = 1; output <= 14; ++output) {
      for (const CoordinateMode mode : modes) {
        for (const NearestPixel rule : rules) {
          const Separable separable(
              Resize{.input = {input}, .sizes = {output}, .nearest = rule, .coordinates = mode});
          for (Index o = 0; o < output; ++o) {
            const auto taps = separable.tables().front().row(o);
            const Index expected = naive_nearest(coordinate(o, input, output, mode), input, rule);
            BOOST_TEST((taps.size() == 1 && taps.front().input == expected &&
                        taps.front().coefficient == 1),
                       "input " << input << " output " << output << " mode " << int(mode)
                                << " rule " << int(rule) << " at " << o);
          }
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(linear_is_a_tent) {
  for (Index input = 1; input <= 12; ++input) {
    for (Index output = 1; output <= 14; ++output) {
      for (const CoordinateMode mode : modes) {
        Resize resize{.input = {input},
                      .sizes = {output},
                      .interpolation = Interpolation::linear,
                      .coordinates = mode};
        const Eigen::MatrixXd dense = toeplix::compile(resize).toDense();
        for (Index o = 0; o < output; ++o) {
          const auto at = coordinate(o, input, output, mode);
          for (Index i = 0; i < input; ++i) {
            BOOST_TEST(std::abs(dense(o, i) - tent(at, input, i)) < 1e-14);
          }
        }
        BOOST_TEST((dense.rowwise().sum().array() - 1).abs().maxCoeff() < 1e-15);
        // The same in floating point, where the length is whole.
        resize.sizes.clear();
        resize.scales = {static_cast<double>(output) / static_cast<double>(input) * (1 + 1e-15)};
        BOOST_TEST((toeplix::compile(resize).toDense() - dense).cwiseAbs().maxCoeff() < 1e-12);
      }
    }
  }
}

// What ONNX Runtime's extents are, with the product of a float and an extent rounded to a float.
BOOST_AUTO_TEST_CASE(float_scales_give_the_extents_of_a_float_product) {
  const auto with = [](Index input, float scale, CoordinateMode mode) {
    return Resize{.input = {input}, .float_scales = {scale}, .coordinates = mode};
  };
  const auto output = [&](Index input, float scale) {
    return Separable(with(input, scale, CoordinateMode::half_pixel)).output()[0];
  };
  BOOST_TEST(output(10, 0.7F) == 7);
  BOOST_TEST(Separable(Resize{.input = {10}, .scales = {0.7F}}).output()[0] == 6);
  BOOST_TEST(Separable(Resize{.input = {10}, .scales = {0.7}}).output()[0] == 7);
  for (Index input = 1; input < 300; ++input) {
    for (const float scale : {0.1F, 0.3F, 0.6F, 0.7F, 1.1F, 1.7F, 2.3F, 7.0F / 3}) {
      const float product = static_cast<float>(input) * scale;
      if (product >= 1) BOOST_TEST(output(input, scale) == static_cast<Index>(product));
    }
  }
  // The corners meet, and nothing is moved to keep the centre; 3.5 / 0.7f is a little more than 5.
  BOOST_TEST(sources(with(10, 0.7F, CoordinateMode::align_corners)) == "0 1 3 4 6 7 9");
  BOOST_TEST(sources(with(10, 0.7F, CoordinateMode::half_pixel_symmetric)) == "0 2 3 5 6 7 9");
  BOOST_TEST(sources(with(10, 0.7F, CoordinateMode::asymmetric)) == "0 1 3 4 6 7 9");
}

BOOST_AUTO_TEST_CASE(float_scales_that_are_exact_are_scales) {
  for (const CoordinateMode mode : modes) {
    for (const float scale : {0.5F, 0.75F, 1.0F, 1.5F, 2.0F, 3.0F}) {
      for (const Interpolation interpolation : {Interpolation::nearest, Interpolation::linear}) {
        const Resize single{.input = {6, 8},
                            .float_scales = {scale, 1},
                            .interpolation = interpolation,
                            .coordinates = mode};
        const Resize twofold{.input = {6, 8},
                             .scales = {scale, 1},
                             .interpolation = interpolation,
                             .coordinates = mode};
        BOOST_TEST((Separable(single).tables() == Separable(twofold).tables()));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(refuses_float_scales_that_cannot_be) {
  const auto check = [](const Resize& resize, const std::string& message) {
    check_throws<GeometryError>([&] { Separable{resize}; }, message);
  };
  check({.input = {2}, .scales = {2}, .float_scales = {2}},
        "scales and float_scales are both given; expected one");
  check({.input = {2}, .float_scales = {2}, .sizes = {4}},
        "float_scales and sizes are both given; expected one");
  check({.input = {2}, .float_scales = {2, 2}},
        "float_scales has 2 values; expected one per axis (1)");
  check({.input = {2}, .float_scales = {0}}, "axis 0: scale 0 must be positive and finite");
  check({.input = {2}, .float_scales = {-0.5F}}, "axis 0: scale -0.5 must be positive and finite");
  check({.input = {2}, .float_scales = {std::numeric_limits<float>::quiet_NaN()}},
        "axis 0: scale nan must be positive and finite");
  check({.input = {3}, .float_scales = {0.25F}},
        "axis 0: scale 0.25 leaves no pixel of input extent 3");
  check({.input = {2}, .float_scales = {3e38F}},
        "axis 0: scale 3e+38 makes the output extent exceed 2^40");
}

BOOST_AUTO_TEST_CASE(refuses) {
  check_throws<GeometryError>([] { Separable(Resize{.input = {}, .sizes = {}}); },
                              "input has no axes; expected at least one extent");
  check_throws<GeometryError>([] { Separable(Resize{.input = {2}}); },
                              "sizes, scales and float_scales are missing; expected one of them");
  check_throws<GeometryError>([] { Separable(Resize{.input = {2}, .scales = {2}, .sizes = {4}}); },
                              "scales and sizes are both given; expected one");
  check_throws<GeometryError>(
      [] {
        Separable(Resize{.input = {2, 2}, .sizes = {4}});
      },
      "sizes has 1 values; expected one per axis (2)");
  check_throws<GeometryError>(
      [] {
        Separable(Resize{.input = {2, 2}, .sizes = {4, 0}});
      },
      "axis 1: size 0 must be at least 1");
  check_throws<GeometryError>([] { Separable(Resize{.input = {0}, .sizes = {4}}); },
                              "axis 0: input extent 0 must be at least 1");
  check_throws<GeometryError>([] { Separable(Resize{.input = {2}, .scales = {-0.5}}); },
                              "axis 0: scale -0.5 must be positive and finite");
  check_throws<GeometryError>([] { Separable(Resize{.input = {2}, .scales = {0.25}}); },
                              "axis 0: scale 0.25 leaves no pixel of input extent 2");
  check_throws<GeometryError>([] { Separable(Resize{.input = {2}, .scales = {1e300}}); },
                              "axis 0: scale 1e+300 makes the output extent exceed 2^40");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_CHECK_THROW(Separable(Resize{.input = {2}, .scales = {nan}}), GeometryError);
  check_throws<CapacityError>(
      [] { Separable(Resize{.input = {2}, .sizes = {Index{1} << 30}}); },
      "1073741824 rows along one axis exceed the limit of 2^26 of a separable operator");
}

BOOST_AUTO_TEST_SUITE_END()
