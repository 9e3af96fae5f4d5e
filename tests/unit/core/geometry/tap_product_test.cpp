#include "core/geometry/tap_product.hpp"
#include "support/boundary_walk.hpp"
#include "support/layout.hpp"
#include "support/random_spec.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(products_of_taps)

namespace {

using toeplix::AxisGeometry;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::detail::tap_product;
using toeplix::detail::TapProduct;
using toeplix::detail::weights_of;

/// The weights that connect a row to each column.
using Entries = std::map<Index, std::vector<Index>>;

/// The entries of the window at `window`, found by walking to the pixel under every kernel
/// position. Precondition: one channel, in C order.
Entries walk_all(const Convolution& conv, const Extents& window) {
  Entries entries;
  Index weight = 0;
  toeplix::test::for_each_pixel(conv.kernel(), [&](const Extents& kernel) {
    Index column = 0;
    for (std::size_t axis = 0; axis < kernel.size(); ++axis) {
      const AxisGeometry& g = conv.tap_tables()[axis].geometry();
      const bool flipped = g.operation == toeplix::Operation::convolution;
      const Index t = flipped ? g.kernel - 1 - kernel[axis] : kernel[axis];
      const Index pixel =
          toeplix::test::walk_to(window[axis] * g.stride - g.lower + t * g.dilation, g);
      column = column < 0 || pixel < 0 ? -1 : column * g.input + pixel;
    }
    if (column >= 0) entries[column].push_back(weight);
    ++weight;
  });
  return entries;
}

/// The same of a product; empty if its columns do not ascend.
Entries entries_of(const TapProduct& product) {
  const std::vector<Index>& columns = product.columns;
  if (std::ranges::adjacent_find(columns, std::greater_equal<>()) != columns.end()) return {};
  Entries entries;
  for (std::size_t i = 0; i < product.columns.size(); ++i) {
    const auto weights = weights_of(product, i);
    std::vector<Index>& sorted = entries[product.columns[i]];
    sorted.assign(weights.begin(), weights.end());
    std::ranges::sort(sorted);
  }
  return entries;
}

}  // namespace

BOOST_AUTO_TEST_CASE(of_no_axis_is_one_tap) {
  const TapProduct one = tap_product({}, {});
  BOOST_TEST(one.columns == std::vector<Index>{0}, boost::test_tools::per_element());
  BOOST_TEST(weights_of(one, 0).size() == 1u);
  BOOST_TEST(weights_of(one, 0)[0] == 0);
}

BOOST_AUTO_TEST_CASE(by_hand) {
  const Pattern pattern(Convolution(
      {.input = {2, 3}, .kernel = {2, 2}, .padding = 1, .boundary = toeplix::Boundary::replicate}));
  const std::vector<Index> corner = {0, 0};
  // All four kernel positions see the corner pixel.
  BOOST_TEST((entries_of(tap_product(pattern.axes(), corner)) == Entries{{0, {0, 1, 2, 3}}}));
  const std::vector<Index> edge = {0, 1};
  BOOST_TEST((entries_of(tap_product(pattern.axes(), edge)) == Entries{{0, {0, 2}}, {1, {1, 3}}}));
}

BOOST_AUTO_TEST_CASE(random_geometries) {
  toeplix::test::Random random(toeplix::test::sweep_seed());
  Index rows = 0;
  for (int i = 0; i < 400; ++i) {
    auto spec = toeplix::test::draw_sound_spec<ConvolutionSpec>(random);
    spec.in_channels = spec.out_channels = spec.groups = 1;
    spec.order = toeplix::TensorOrder::channels_first;
    const Convolution conv(spec);
    const Pattern pattern(conv);
    toeplix::test::for_each_pixel(conv.output(), [&](const Extents& window) {
      ++rows;
      const bool right = entries_of(tap_product(pattern.axes(), window)) == walk_all(conv, window);
      if (!right) BOOST_ERROR(to_string(spec));
    });
  }
  BOOST_TEST(rows > 4000);
}

BOOST_AUTO_TEST_SUITE_END()
