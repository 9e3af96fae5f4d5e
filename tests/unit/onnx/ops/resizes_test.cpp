#include "support/onnx_check.hpp"

#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

BOOST_AUTO_TEST_SUITE(onnx_resizes)

namespace {

using toeplix::Extents;
using toeplix::FormatError;
using toeplix::Index;
using toeplix::test::Array;
using toeplix::test::make_array;
using toeplix::test::NodeModel;
using toeplix::test::small_array;

/// Where a coordinate of the output lies, and which of its neighbours is the nearest.
using Place = std::function<double(double)>;

Array nearest(const Array& x, const Extents& shape, const Place& place, const Place& round) {
  return make_array(shape, [&](const Extents& at) {
    const auto last = static_cast<double>(x.shape.back() - 1);
    const double found = round(place(static_cast<double>(at.back())));
    Extents from = at;
    from.back() = static_cast<Index>(std::clamp(found, 0.0, last));
    return x[from];
  });
}

Array linear(const Array& x, const Extents& shape, const Place& place) {
  return make_array(shape, [&](const Extents& at) {
    const Index last = x.shape.back() - 1;
    const double found = place(static_cast<double>(at.back()));
    const double lower = std::floor(found);
    Extents left = at;
    Extents right = at;
    left.back() = std::clamp<Index>(static_cast<Index>(lower), 0, last);
    right.back() = std::clamp<Index>(static_cast<Index>(lower) + 1, 0, last);
    return (1 - (found - lower)) * x[left] + (found - lower) * x[right];
  });
}

double half_down(double place) {
  return std::ceil(place - 0.5);
}

const Place half_pixel = [](double o) { return (o + 0.5) / 2 - 0.5; };
const Array x = [] {
  Array array = small_array({1, 2, 4});
  for (double& value : array.values) value *= 4;
  return array;
}();
const Array scales = {{3}, {1, 1, 2}};
const Extents twice = {1, 2, 8};

NodeModel resize_of(Index opset = 13) {
  return NodeModel("Resize", opset).none();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_nearest_pixel) {
  resize_of().constant(scales).check(x, nearest(x, twice, half_pixel, half_down));
  resize_of().none().wholes({1, 2, 8}).check(x, nearest(x, twice, half_pixel, half_down));
  const Place asymmetric = [](double o) { return o / 2; };
  const auto check = [&](const char* word, const Place& round) {
    resize_of()
        .constant(scales)
        .with("mode", "nearest")
        .with("nearest_mode", word)
        .with("coordinate_transformation_mode", "asymmetric")
        .check(x, nearest(x, twice, asymmetric, round));
  };
  check("floor", [](double place) { return std::floor(place); });
  check("ceil", [](double place) { return std::ceil(place); });
  check("round_prefer_floor", half_down);
  check("round_prefer_ceil", [](double place) { return std::floor(place + 0.5); });
}

BOOST_AUTO_TEST_CASE(linear_in_every_kind_of_coordinates) {
  const auto check = [&](const char* word, const Extents& shape, const Place& place) {
    resize_of(19)
        .none()
        .wholes({1, 2, static_cast<double>(shape.back())})
        .with("mode", "linear")
        .with("coordinate_transformation_mode", word)
        .check(x, linear(x, shape, place));
  };
  check("half_pixel", twice, half_pixel);
  check("half_pixel_symmetric", twice, half_pixel);
  check("pytorch_half_pixel", twice, half_pixel);
  check("asymmetric", twice, [](double o) { return o / 2; });
  check("align_corners", {1, 2, 7}, [](double o) { return o * 3 / 6; });
  check("pytorch_half_pixel", {1, 2, 1}, [](double) { return 0; });
}

BOOST_AUTO_TEST_CASE(cubic_with_every_attribute) {
  Array wide = small_array({1, 2, 5});
  for (double& value : wide.values) value *= 1024;
  for (const double a : {-0.75, -0.5}) {
    const auto cubic = [&] {
      auto model = resize_of().constant(scales).with("mode", "cubic");
      if (a == -0.5) model.with("cubic_coeff_a", -0.5F);
      return model;
    };
    const auto kernel = [&](double from) {
      const double t = std::abs(from);
      if (t <= 1) return (a + 2) * t * t * t - (a + 3) * t * t + 1;
      return a * t * t * t - 5 * a * t * t + 8 * a * t - 4 * a;
    };
    cubic().check(wide, make_array({1, 2, 10}, [&](const Extents& at) {
                    const double place = half_pixel(static_cast<double>(at[2]));
                    double sum = 0;
                    for (int i = -1; i <= 2; ++i) {
                      const double neighbour = std::floor(place) + i;
                      const auto edge = static_cast<Index>(std::clamp(neighbour, 0.0, 4.0));
                      sum += kernel(place - neighbour) * wide[{0, at[1], edge}];
                    }
                    return sum;
                  }));
  }
}

BOOST_AUTO_TEST_CASE(cubic_without_what_is_outside) {
  const auto map = resize_of()
                       .constant({{2}, {1, 2}})
                       .with("mode", "cubic")
                       .with("exclude_outside", 1)
                       .read({1, 3})
                       .nodes()
                       .at(0)
                       .map<double>();
  // The first pixel lies at -1/4, a quarter before one pixel and five quarters before the next.
  const double near = 1.25 * 0.015625 - 2.25 * 0.0625 + 1;
  const double far = -0.75 * 1.953125 + 3.75 * 1.5625 - 6 * 1.25 + 3;
  BOOST_TEST(map.matrix().coeff(0, 0) == near / (near + far));
  BOOST_TEST(map.matrix().coeff(0, 1) == far / (near + far));
  BOOST_TEST(map.matrix().coeff(0, 2) == 0);
}

BOOST_AUTO_TEST_CASE(scales_are_floats) {
  const Array wide = small_array({1, 10});
  const auto model =
      NodeModel("Resize").none().constant({{2}, {1, static_cast<double>(0.7F)}}).read(wide.shape);
  BOOST_TEST((model.nodes().at(0).output().shape == Extents{1, 7}));
}

BOOST_AUTO_TEST_CASE(some_axes) {
  resize_of(18)
      .constant({{1}, {2}})
      .with("axes", Extents{-1})
      .check(x, nearest(x, twice, half_pixel, half_down));
  resize_of(18)
      .none()
      .wholes({8})
      .with("axes", Extents{2})
      .check(x, nearest(x, twice, half_pixel, half_down));
}

BOOST_AUTO_TEST_CASE(upsample_rounds_down) {
  const Place asymmetric = [](double o) { return o / 2; };
  const Place down = [](double place) { return std::floor(place); };
  NodeModel("Upsample", 9).constant(scales).check(x, nearest(x, twice, asymmetric, down));
  NodeModel("Upsample", 7)
      .with("scales", std::vector<float>{1, 1, 2})
      .with("mode", "linear")
      .check(x, linear(x, twice, asymmetric));
  NodeModel("Resize", 10).constant(scales).check(x, nearest(x, twice, asymmetric, down));
  NodeModel("Upsample", 9).refuses<FormatError>({2}, "there are no scales");
  NodeModel("Upsample", 7).refuses<FormatError>({2}, "attribute 'scales' is missing");
}

BOOST_AUTO_TEST_CASE(upsample_is_not_known_in_later_sets) {
  const auto other = NodeModel("Upsample", 13).constant(scales).read(x.shape).nonlinear().at(0);
  BOOST_TEST(!other.is_known);
  BOOST_TEST(other.reason == "its operator is not known in operator set 13");
}

BOOST_AUTO_TEST_CASE(what_is_not_supported_is_said) {
  const auto with = [](const char* attribute, const char* word) {
    return resize_of(18).constant(scales).with(attribute, word);
  };
  const char* const coordinates = "coordinate_transformation_mode";
  with(coordinates, "tf_crop_and_resize")
      .is_not_linear(x.shape, "has the coordinates tf_crop_and_resize, which are not supported",
                     twice);
  resize_of(18)
      .constant(scales)
      .with("antialias", 1)
      .is_not_linear(x.shape, "suppresses aliases, which is not supported", twice);
  with("keep_aspect_ratio_policy", "not_larger")
      .is_not_linear(x.shape, "keeps the aspect ratio, which is not supported", {});
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused) {
  const Extents shape = x.shape;
  resize_of().refuses<FormatError>(shape, "there are no scales");
  resize_of().constant(scales).wholes({1, 2, 8}).refuses<FormatError>(
      shape, "there are both scales and sizes");
  resize_of().constant({{1}, {2}}).refuses<FormatError>(shape, "there are 1 scales; expected 3");
  resize_of().none().wholes({1, 2}).refuses<FormatError>(shape, "there are 2 sizes; expected 3");
  resize_of().wholes({1, 1, 2}).refuses<FormatError>(
      shape, "the scales are of type int64; expected float");
  resize_of()
      .constant(scales)
      .with("mode", "area")
      .refuses<FormatError>(shape,
                            "attribute 'mode' is 'area'; expected one of cubic, linear, nearest");
}

BOOST_AUTO_TEST_SUITE_END()
