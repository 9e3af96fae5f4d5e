#include "support/failures.hpp"
#include "support/random.hpp"

#include <toeplix/packed_tensor.hpp>

#include <boost/test/unit_test.hpp>

#include <set>

// Where the elements of a packed tensor lie.

BOOST_AUTO_TEST_SUITE(packed_tensors)

namespace {

using toeplix::CapacityError;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::PackedGrid;
using toeplix::PackedTensor;
using toeplix::TensorOrder;
using namespace toeplix::test;

const std::vector<TensorOrder> orders = {TensorOrder::channels_first, TensorOrder::channels_last,
                                         TensorOrder::column_major};

/// The slot of an element, by the formulas of the documentation, for two axes.
Index expected_place(const PackedTensor& tensor, Index c, Index y, Index x) {
  const auto [gap, points, channels] = tensor.grid();
  const Index cell = gap[0] * gap[1];
  if (tensor.order() == TensorOrder::channels_last) {
    const Index images = (tensor.channels() + cell - 1) / cell;
    const Index i = c / images / gap[1];
    const Index j = c / images % gap[1];
    return ((gap[0] * y + i) * points[1] + gap[1] * x + j) * channels + c % images;
  }
  if (tensor.order() == TensorOrder::column_major) {
    const Index i = c % gap[0];
    const Index j = c % cell / gap[0];
    return (c / cell * points[1] + gap[1] * x + j) * points[0] + gap[0] * y + i;
  }
  const Index i = c % cell / gap[1];
  const Index j = c % gap[1];
  return (c / cell * points[0] + gap[0] * y + i) * points[1] + gap[1] * x + j;
}

std::vector<Index> expected_places(const PackedTensor& tensor) {
  const Index rows = tensor.extents()[0];
  const Index columns = tensor.extents()[1];
  std::vector<Index> places;
  for (Index i = 0; i < tensor.channels() * rows * columns; ++i) {
    if (tensor.order() == TensorOrder::channels_last) {
      const Index pixel = i / tensor.channels();
      places.push_back(
          expected_place(tensor, i % tensor.channels(), pixel / columns, pixel % columns));
    } else if (tensor.order() == TensorOrder::column_major) {
      places.push_back(expected_place(tensor, i / (rows * columns), i % rows, i / rows % columns));
    } else {
      places.push_back(
          expected_place(tensor, i / (rows * columns), i / columns % rows, i % columns));
    }
  }
  return places;
}

}  // namespace

BOOST_AUTO_TEST_CASE(places_by_hand) {
  // Two channels a and b of two pixels: a0 b0 a1 b1.
  const PackedTensor line(2, {2}, TensorOrder::channels_first, {.gap = {2}});
  BOOST_TEST(line.places() == (std::vector<Index>{0, 2, 1, 3}), boost::test_tools::per_element());
  BOOST_TEST(line.size() == 4);
  // Five channels of one pixel: the second image has only the last.
  //   0 1   4 .
  //   2 3   . .
  const PackedTensor pixel(5, {1, 1}, TensorOrder::channels_first, {.gap = {2, 2}});
  BOOST_TEST(pixel.places() == (std::vector<Index>{0, 1, 2, 3, 4}),
             boost::test_tools::per_element());
  BOOST_TEST(pixel.size() == 8);
  BOOST_TEST(pixel.images() == 2);
  // MATLAB's first axis is the fastest: 0 1 lie below one another, and so in memory.
  const PackedTensor column(4, {1, 2}, TensorOrder::column_major, {.gap = {2, 2}});
  BOOST_TEST(column.places() == (std::vector<Index>{0, 4, 1, 5, 2, 6, 3, 7}),
             boost::test_tools::per_element());
  // With channels last each point has both images: points 0 to 3 have channels 0 1, 2 3, 4 .
  const PackedTensor last(5, {1, 1}, TensorOrder::channels_last, {.gap = {2, 2}});
  BOOST_TEST(last.places() == (std::vector<Index>{0, 1, 2, 3, 4}),
             boost::test_tools::per_element());
  BOOST_TEST(last.size() == 8);
}

BOOST_AUTO_TEST_CASE(places_by_the_formulas_are_distinct) {
  Random random("places");
  for (int i = 0; i < 300; ++i) {
    const Extents extents{random.between(1, 4), random.between(1, 4)};
    PackedGrid grid{.gap = {random.between(1, 3), random.between(1, 3)}};
    if (random.once_in(2)) {
      grid.points = {extents[0] * grid.gap[0] + random.between(0, 3),
                     extents[1] * grid.gap[1] + random.between(0, 3)};
    }
    const Index channels = random.between(1, 20);
    if (random.once_in(2)) grid.channels = channels + random.between(0, 2);
    for (const TensorOrder order : orders) {
      const PackedTensor tensor(channels, extents, order, grid);
      const std::vector<Index> places = tensor.places();
      BOOST_REQUIRE(places == expected_places(tensor));
      const std::set<Index> distinct(places.begin(), places.end());
      BOOST_REQUIRE(std::ssize(distinct) == tensor.elements());
      BOOST_REQUIRE(*distinct.begin() >= 0);
      BOOST_REQUIRE(*distinct.rbegin() < tensor.size());
    }
  }
}

BOOST_AUTO_TEST_CASE(plain_ones_have_their_own_order) {
  for (const TensorOrder order : orders) {
    const PackedTensor plain(3, {4, 5}, order);
    BOOST_TEST(plain.is_plain());
    const std::vector<Index> places = plain.places();
    for (Index i = 0; i < 60; ++i) BOOST_TEST(places[static_cast<std::size_t>(i)] == i);
    BOOST_TEST(!PackedTensor(3, {4, 5}, order, {.points = {4, 6}}).is_plain());
    BOOST_TEST(!PackedTensor(3, {4, 5}, order, {.channels = 4}).is_plain());
    // As many slots as elements, in another order.
    const PackedTensor shuffled(4, {2, 2}, order, {.gap = {2, 2}});
    BOOST_TEST(shuffled.size() == shuffled.elements());
    BOOST_TEST(!shuffled.is_plain());
  }
}

BOOST_AUTO_TEST_CASE(refuse_what_cannot_be) {
  const auto make = [](Index channels, Extents extents, PackedGrid grid) {
    return [=] { (void)PackedTensor(channels, extents, TensorOrder::channels_first, grid); };
  };
  check_throws<GeometryError>(make(0, {4}, {}), "channels 0; expected at least 1");
  check_throws<GeometryError>(make(1, {4, 0}, {}), "axis 1: extent 0; expected at least 1");
  check_throws<GeometryError>(make(1, {4}, {.gap = {0}}), "axis 0: gap 0; expected at least 1");
  check_throws<GeometryError>(make(1, {4, 4}, {.gap = {2}}),
                              "gap has 1 numbers; expected one for each axis (2)");
  check_throws<GeometryError>(make(1, {4}, {.points = {8, 8}}),
                              "points has 2 numbers; expected one for each axis (1)");
  check_throws<GeometryError>(make(1, {4}, {.gap = {2}, .points = {7}}),
                              "axis 0: a grid of 7 points does not hold 4 pixels with a gap of 2; "
                              "expected at least 8");
  check_throws<GeometryError>(make(9, {4}, {.gap = {2}, .channels = 4}),
                              "a grid of 4 channels does not hold 9, 2 to an image; expected at "
                              "least 5");
  check_throws<GeometryError>(make(9, {4}, {.channels = -1}),
                              "a grid of -1 channels does not hold 9, 1 to an image; expected at "
                              "least 9");
  const Index half = Index{1} << 32;
  check_throws<CapacityError>(make(1, {half, half}, {}),
                              "elements of the packed tensor exceed the limit of 2^62");
  check_throws<CapacityError>(make(1, {4, 4}, {.points = {half, half}}),
                              "slots of the packed tensor exceed the limit of 2^62");
  check_throws<CapacityError>(make(1, {half}, {.gap = {half}}),
                              "points of the packed tensor exceed the limit of 2^62");
  check_throws<CapacityError>([] { (void)PackedTensor(1, {100}).places({.memory_budget = 799}); },
                              "the places of 100 elements exceed the memory budget of 799 bytes");
  BOOST_TEST(PackedTensor(1, {100}).places({.memory_budget = 800}).size() == 100u);
}

BOOST_AUTO_TEST_SUITE_END()
