#include "support/failures.hpp"

#include <toeplix/files/series_plot.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

// Pictures of numbers over their place.

BOOST_AUTO_TEST_SUITE(series)

namespace {

using toeplix::GeometryError;
using toeplix::Image;
using toeplix::Index;
using toeplix::series_plot;
using toeplix::test::check_throws;

using Numbers = std::vector<double>;

/// Whether a pixel has the colour of the dots.
bool is_dot(const Image& image, Index row, Index column) {
  const auto at = static_cast<std::size_t>((row * image.width + column) * 3);
  return image.samples[at] == 9 && image.samples[at + 1] == 105 && image.samples[at + 2] == 218;
}

/// The first and last row of the dots in a column; nothing is -1.
std::pair<Index, Index> dots(const Image& image, Index column) {
  std::pair<Index, Index> found{-1, -1};
  for (Index row = 0; row < image.height; ++row) {
    if (!is_dot(image, row, column)) continue;
    if (found.first < 0) found.first = row;
    found.second = row;
  }
  return found;
}

}  // namespace

BOOST_AUTO_TEST_CASE(goes_down_from_left_to_right) {
  const Image image = series_plot(Numbers{10, 7.5, 5, 2.5, 0}, {.title = "values"});
  BOOST_TEST(image.width == 840);
  BOOST_TEST(image.height == 560);
  // Five dots, from 4 pixels inside the field, which goes from column 110 to 816.
  Index before = 0;
  for (const Index column : {114, 288, 462, 637, 811}) {
    const auto [first, last] = dots(image, column);
    BOOST_TEST(first > before);
    BOOST_TEST(last == first + 4);
    before = first;
  }
}

BOOST_AUTO_TEST_CASE(is_logarithmic_over_two_decades) {
  // The middle of three is half way down only on a logarithmic axis.
  const Image image = series_plot(Numbers{1e4, 1e2, 1});
  const Index top = dots(image, 114).first;
  const Index middle = dots(image, 462).first;
  const Index bottom = dots(image, 811).first;
  BOOST_TEST(std::abs(2 * middle - top - bottom) <= 2);
  const Image linear = series_plot(Numbers{10, 9, 1});
  BOOST_TEST(dots(linear, 462).first < 130);
}

BOOST_AUTO_TEST_CASE(any_numbers) {
  BOOST_TEST(series_plot(Numbers{0}).width == 840);
  BOOST_TEST(series_plot(Numbers(100'000, 3.0), {.width = 200, .height = 200}).height == 200);
  BOOST_TEST(series_plot(Numbers{1e308, 1e-308}).width == 840);
  BOOST_TEST(series_plot(Numbers{5e-324, 5e-324}).width == 840);
  BOOST_TEST(series_plot(Numbers{1e308, 0}).width == 840);
}

BOOST_AUTO_TEST_CASE(refusals) {
  check_throws<GeometryError>([] { series_plot(Numbers{}); }, "there are no values to draw");
  check_throws<GeometryError>(
      [] {
        series_plot(Numbers{1, -1});
      },
      "value 1 is negative or not finite; expected numbers from 0");
  check_throws<GeometryError>([] { series_plot(Numbers{std::numeric_limits<double>::infinity()}); },
                              "value 0 is negative or not finite; expected numbers from 0");
  check_throws<GeometryError>([] { series_plot(Numbers{1}, {.width = 199}); },
                              "width 199; expected 200 to 16384 pixels");
}

BOOST_AUTO_TEST_SUITE_END()
