#include "core/normal/grid_dissection.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>
#include <vector>

BOOST_AUTO_TEST_SUITE(dissection)

namespace {

using toeplix::Extents;
using toeplix::Index;
using toeplix::detail::AxisReach;
using toeplix::detail::dissect;
using toeplix::detail::PixelGrid;

Index pixel_count(const PixelGrid& grid) {
  return std::accumulate(grid.extents.begin(), grid.extents.end(), Index{1}, std::multiplies<>());
}

/// Whether two pixels, given by their indices in C order, are connected: along every axis they are
/// a multiple of the step apart and within the reach.
bool are_connected(const PixelGrid& grid, Index a, Index b) {
  for (std::size_t axis = grid.extents.size(); axis-- > 0;) {
    const Index extent = grid.extents[axis];
    Index distance = std::abs(a % extent - b % extent);
    if (distance % grid.reach[axis].step != 0) return false;
    if (grid.reach[axis].ring) distance = std::min(distance, extent - distance);
    if (distance > grid.reach[axis].reach) return false;
    a /= extent;
    b /= extent;
  }
  return true;
}

/// Entries of the Cholesky factor below its diagonal: whoever is eliminated connects all of his
/// neighbours that are left.
Index fill_of(const PixelGrid& grid, const std::vector<Index>& order) {
  std::vector<std::set<Index>> later(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    for (std::size_t l = k + 1; l < order.size(); ++l) {
      if (are_connected(grid, order[k], order[l])) later[k].insert(static_cast<Index>(l));
    }
  }
  Index entries = 0;
  for (std::set<Index>& neighbours : later) {
    entries += static_cast<Index>(neighbours.size());
    if (neighbours.empty()) continue;
    const Index first = *neighbours.begin();
    later[static_cast<std::size_t>(first)].insert(std::next(neighbours.begin()), neighbours.end());
  }
  return entries;
}

std::vector<Index> natural_order(const PixelGrid& grid) {
  std::vector<Index> order(static_cast<std::size_t>(pixel_count(grid)));
  std::iota(order.begin(), order.end(), Index{0});
  return order;
}

bool is_permutation(const PixelGrid& grid, std::vector<Index> order) {
  std::ranges::sort(order);
  return order == natural_order(grid);
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_pixel_once) {
  for (const bool ring : {false, true}) {
    for (Index height = 1; height <= 12; ++height) {
      for (Index width = 1; width <= 12; ++width) {
        for (const Index reach : {0, 1, 2, 4}) {
          for (const Index step : {1, 2}) {
            if (reach % step != 0) continue;
            const PixelGrid grid = {{height, width}, {{reach, step, ring}, {2, 1, false}}};
            if (!is_permutation(grid, dissect(grid))) {
              BOOST_ERROR(height << " x " << width << ", reach " << reach << ", step " << step);
            }
          }
        }
      }
    }
  }
  const PixelGrid volume = {{5, 9, 7}, {{1, 1, false}, {2, 1, true}, {1, 1, false}}};
  BOOST_TEST(is_permutation(volume, dissect(volume)));
}

// 9 x 9 pixels that touch their neighbours: row 4 separates rows 0 to 3 from rows 5 to 8.
BOOST_AUTO_TEST_CASE(the_middle_comes_last) {
  const PixelGrid grid = {{9, 9}, {{1, 1, false}, {1, 1, false}}};
  const std::vector<Index> order = dissect(grid);
  const auto rows = [&](std::size_t begin, std::size_t end) {
    std::set<Index> found;
    for (std::size_t k = begin; k < end; ++k) found.insert(order[k] / 9);
    return found;
  };
  BOOST_TEST((rows(0, 36) == std::set<Index>{0, 1, 2, 3}));
  BOOST_TEST((rows(36, 72) == std::set<Index>{5, 6, 7, 8}));
  BOOST_TEST((rows(72, 81) == std::set<Index>{4}));
}

// A slab narrower than the reach would leave the boxes connected.
BOOST_AUTO_TEST_CASE(slabs_are_as_wide_as_the_reach) {
  const PixelGrid grid = {{16, 16}, {{3, 1, false}, {3, 1, false}}};
  const std::vector<Index> order = dissect(grid);
  const auto is_separator = [](Index pixel) { return pixel / 16 >= 6 && pixel / 16 < 9; };
  BOOST_TEST(std::ranges::all_of(order.end() - 48, order.end(), is_separator));
  for (const Index above : order) {
    for (const Index below : order) {
      if (above / 16 >= 6 || below / 16 < 9) continue;
      BOOST_REQUIRE(!are_connected(grid, above, below));
    }
  }
}

// A band is eliminated from one end to the other.
BOOST_AUTO_TEST_CASE(a_band_keeps_its_order) {
  const PixelGrid line = {{50}, {{2, 1, false}}};
  BOOST_TEST(dissect(line) == natural_order(line), boost::test_tools::per_element());
  const PixelGrid band = {{2, 50}, {{1, 1, false}, {1, 1, false}}};
  const std::vector<Index> order = dissect(band);
  for (std::size_t k = 0; k < order.size(); ++k) {
    BOOST_TEST(order[k] % 50 == static_cast<Index>(k / 2));
  }
}

// Pixels at different remainders by the step are grids of their own.
BOOST_AUTO_TEST_CASE(a_step_leaves_grids_apart) {
  const PixelGrid grid = {{8, 9}, {{2, 2, false}, {1, 1, false}}};
  const std::vector<Index> order = dissect(grid);
  for (std::size_t k = 0; k < order.size(); ++k) {
    BOOST_TEST(order[k] / 9 % 2 == (k < 36 ? 0 : 1));
  }
}

BOOST_AUTO_TEST_CASE(a_ring_is_cut_first) {
  const PixelGrid grid = {{12, 12}, {{1, 1, true}, {1, 1, false}}};
  const std::vector<Index> order = dissect(grid);
  // The cut is one slab, which is as good as any other; here the first.
  BOOST_TEST(
      std::ranges::all_of(order.end() - 12, order.end(), [](Index pixel) { return pixel < 12; }));
}

// What it is for.
BOOST_AUTO_TEST_CASE(less_fill_than_in_the_order_of_rows) {
  for (const bool ring : {false, true}) {
    const PixelGrid grid = {{24, 24}, {{1, 1, ring}, {1, 1, false}}};
    const Index natural = fill_of(grid, natural_order(grid));
    const Index dissected = fill_of(grid, dissect(grid));
    BOOST_TEST(4 * dissected < 3 * natural, "fill " << dissected << " against " << natural);
  }
}

BOOST_AUTO_TEST_SUITE_END()
