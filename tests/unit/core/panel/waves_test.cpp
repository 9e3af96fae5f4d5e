#include "core/panel/waves.hpp"

#include "support/make.hpp"
#include "support/random.hpp"
#include "support/random_spec.hpp"

#include <toeplix/random_spec.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

BOOST_AUTO_TEST_SUITE(waves)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::detail::panel_plans;
using toeplix::detail::panel_waves;
using toeplix::detail::PanelPlan;
using toeplix::detail::PanelTile;
using toeplix::detail::PanelWave;

std::vector<PanelPlan> plans_of(const Pattern& pattern, Index cache_bytes) {
  return panel_plans(pattern, 1,
                     {.shape = {.lanes = 4, .most_channels = 6, .most_rolled = 6},
                      .number_bytes = 4,
                      .cache_bytes = cache_bytes,
                      .threads = 1});
}

/// The rows of a channel that a tile writes, coordinate by coordinate.
std::vector<Index> rows_of(const PanelPlan& plan, const PanelTile& tile) {
  std::vector<Index> rows = {0};
  for (std::size_t axis = 0; axis < plan.axes.size(); ++axis) {
    const PanelPlan::Axis& along = plan.axes[axis];
    const Index step = along.lattice.row_step();
    std::vector<Index> next;
    for (const Index row : rows) {
      for (Index i = 0; i < tile.count[axis] * step; ++i) {
        const Index at = along.row_at(tile.first[axis] * step + i);
        if (at >= 0) next.push_back(row + at * along.row_stride);
      }
    }
    rows = std::move(next);
  }
  return rows;
}

/// Tiles in the order of the plans, each in one wave; those of a wave share no row.
void check_waves(const std::vector<PanelPlan>& plans, const std::vector<PanelWave>& waves) {
  std::vector<const PanelTile*> expected;
  for (const PanelPlan& plan : plans) {
    for (const PanelTile& tile : plan.tiles) expected.push_back(&tile);
  }
  std::vector<const PanelTile*> tiles;
  for (const PanelWave& wave : waves) {
    std::map<Index, const PanelTile*> writer;
    for (const PanelWave::Part& part : wave.parts) {
      tiles.push_back(part.tile);
      BOOST_TEST(wave.groups_together <= part.plan->groups_together);
      for (const Index row : rows_of(*part.plan, *part.tile)) {
        const auto [at, is_new] = writer.try_emplace(row, part.tile);
        if (!is_new && at->second != part.tile) BOOST_ERROR("row " << row << " has two writers");
      }
    }
  }
  BOOST_TEST((tiles == expected));
}

}  // namespace

// What lies above and below an image is folded onto other rows, and so is what lies left and right.
BOOST_AUTO_TEST_CASE(opposite_edges_are_one_wave) {
  const Convolution conv(
      {.input = {90, 80}, .kernel = {5, 7}, .padding = {2, 3}, .boundary = Boundary::symmetric});
  const std::vector<PanelPlan> plans = plans_of(Pattern(conv).transposed(), 1 << 19);
  BOOST_REQUIRE(plans.size() == 5);
  const std::vector<PanelWave> waves = panel_waves(plans);
  check_waves(plans, waves);
  BOOST_REQUIRE(waves.size() == 3);
  BOOST_TEST(waves[0].parts.size() == plans[0].tiles.size());
  BOOST_TEST(waves[1].parts.size() == plans[1].tiles.size() + plans[2].tiles.size());
  BOOST_TEST(waves[2].parts.size() == plans[3].tiles.size() + plans[4].tiles.size());
  // Multiplications: rows within the edges, above and below, and left and right, times taps.
  BOOST_TEST(waves[0].work == 90 * 80 * 35);
  BOOST_TEST(waves[1].work == 2 * 2 * 80 * 35);
  BOOST_TEST(waves[2].work == 2 * 3 * 94 * 35);
}

// Folded onto the edge, every tile of a slab adds to the same rows as the next slab.
BOOST_AUTO_TEST_CASE(tiles_that_share_rows_come_one_after_another) {
  const Convolution conv({.input = {4, 6},
                          .kernel = {4, 6},
                          .padding = toeplix::Padding::full(),
                          .boundary = Boundary::replicate});
  const std::vector<PanelPlan> plans = plans_of(Pattern(conv).transposed(), 1 << 19);
  const std::vector<PanelWave> waves = panel_waves(plans);
  check_waves(plans, waves);
  BOOST_TEST(waves.size() == 3);
}

BOOST_AUTO_TEST_CASE(random_geometry) {
  Index with_several_waves = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const toeplix::AnySpec spec = toeplix::reference::random_spec(
        toeplix::test::sweep_seed() + seed, toeplix::test::all_of_geometry());
    std::visit(
        [&](const auto& either) {
          const Pattern pattern{toeplix::test::make(either)};
          for (const Pattern& one : {pattern, pattern.transposed()}) {
            const std::vector<PanelPlan> plans = plans_of(one, 1 << 9);
            if (plans.empty()) continue;
            BOOST_TEST_CONTEXT(to_string(either)) {
              const std::vector<PanelWave> waves = panel_waves(plans);
              check_waves(plans, waves);
              with_several_waves += Index{waves.size() > 2};
            }
          }
        },
        spec);
  }
  BOOST_TEST(with_several_waves > 20);
}

BOOST_AUTO_TEST_SUITE_END()
