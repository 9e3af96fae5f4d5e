#include "core/normal/composed_table.hpp"
#include "support/plain_taps.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(composed_tables)

namespace {

using toeplix::AxisGeometry;
using toeplix::Boundary;
using toeplix::Index;
using toeplix::TapTable;
using toeplix::detail::AxisReach;
using toeplix::detail::ComposedTable;
using toeplix::detail::reach_of;
using toeplix::test::describe;
using toeplix::test::PlainTap;

/// For every other pixel that some output reads together with this one: the two kernel positions,
/// in order, as often as outputs read so.
using Row = std::map<Index, std::vector<std::array<Index, 2>>>;

/// Every pair of taps of every output.
std::vector<Row> compose(const AxisGeometry& axis) {
  std::vector<Row> rows(static_cast<std::size_t>(axis.input));
  const std::vector<PlainTap> taps = toeplix::test::every_tap(axis);
  for (const PlainTap& a : taps) {
    for (const PlainTap& b : taps) {
      if (a.output != b.output) continue;
      rows[static_cast<std::size_t>(a.input)][b.input].push_back({a.kernel, b.kernel});
    }
  }
  for (Row& row : rows) {
    for (auto& [other, pairs] : row) std::ranges::sort(pairs);
  }
  return rows;
}

Row row_of(const ComposedTable& table, Index x) {
  const Index row_class = table.class_of(x);
  Row row;
  for (const Index offset : table.offsets(row_class)) row[x + offset];
  std::vector<ComposedTable::PositionPair> met{{-1, -1, -1}};  // what is there goes
  table.collect_pairs(row_class, met);
  for (const auto& [entry, t, u] : met) {
    row[x + table.offsets(row_class)[static_cast<std::size_t>(entry)]].push_back({t, u});
  }
  for (auto& [other, pairs] : row) std::ranges::sort(pairs);
  return row;
}

/// What is wrong with a table; empty if nothing is.
std::string flaw(const ComposedTable& table, const std::vector<Row>& expected) {
  if (table.rows() != static_cast<Index>(expected.size())) return "rows";
  Index entries = 0;
  Index filled = 0;
  for (Index x = 0; x < table.rows(); ++x) {
    const Row& row = expected[static_cast<std::size_t>(x)];
    const Index row_class = table.class_of(x);
    if (row_class < 0 || row_class >= table.classes()) return "class of " + std::to_string(x);
    if (table.class_of(table.representative(row_class)) != row_class) return "representative";
    if (row_of(table, x) != row) return "row " + std::to_string(x);
    if (!std::ranges::is_sorted(table.offsets(row_class))) return "order of the offsets";
    const auto below = std::distance(row.begin(), row.lower_bound(x));
    if (table.below(row_class) != below) return "below " + std::to_string(x);
    entries += static_cast<Index>(row.size());
    filled += row.empty() ? 0 : 1;
  }
  if (table.entries() != entries) return "entries";
  return table.filled_rows() == filled ? "" : "filled rows";
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_pair_of_taps) {
  toeplix::test::for_each_small_axis([](const AxisGeometry& axis) {
    const std::string flaws = flaw(ComposedTable(TapTable(axis)), compose(axis));
    if (!flaws.empty()) BOOST_ERROR(describe(axis) + ": " + flaws);
  });
}

// The same of axes long enough for a middle that repeats.
BOOST_AUTO_TEST_CASE(axes_with_a_middle) {
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect}) {
    for (const Index stride : {1, 2, 3}) {
      for (const Index dilation : {1, 2, 3}) {
        const AxisGeometry axis = {.input = 60,
                                   .output = 60 / stride,
                                   .kernel = 3,
                                   .stride = stride,
                                   .dilation = dilation,
                                   .lower = 1,
                                   .boundary = boundary};
        const ComposedTable table{TapTable(axis)};
        const std::string flaws = flaw(table, compose(axis));
        if (!flaws.empty()) BOOST_ERROR(describe(axis) + ": " + flaws);
        BOOST_TEST(table.classes() < 40);
      }
    }
  }
}

// The length of the middle costs nothing.
BOOST_AUTO_TEST_CASE(a_long_axis) {
  const Index length = Index{1} << 40;
  const ComposedTable table(TapTable({.input = length, .output = length, .kernel = 3, .lower = 1}));
  BOOST_TEST(table.classes() < 10);
  BOOST_TEST((table.entries() == 5 * length - 6));
  BOOST_TEST((table.offsets(table.class_of(length / 2)) == std::vector<Index>{-2, -1, 0, 1, 2}));
}

BOOST_AUTO_TEST_CASE(reach_by_hand) {
  const auto reach = [](const AxisGeometry& axis) {
    return reach_of(ComposedTable(TapTable(axis)));
  };
  const auto check = [](const AxisReach& actual, const AxisReach& expected) {
    BOOST_TEST(actual.reach == expected.reach);
    BOOST_TEST(actual.step == expected.step);
    BOOST_TEST(actual.ring == expected.ring);
  };
  check(reach({.input = 20, .output = 18, .kernel = 3}), {2, 1, false});
  check(reach({.input = 20, .output = 20, .kernel = 1}), {0, 1, false});
  check(reach({.input = 20, .output = 14, .kernel = 3, .dilation = 3}), {6, 3, false});
  check(reach({.input = 20, .output = 20, .kernel = 3, .lower = 1, .boundary = Boundary::circular}),
        {2, 1, true});
}

// Whatever two pixels are connected: they are a multiple of the step apart, and within the reach.
BOOST_AUTO_TEST_CASE(reach_of_every_axis) {
  toeplix::test::for_each_small_axis([](const AxisGeometry& axis) {
    const AxisReach found = reach_of(ComposedTable(TapTable(axis)));
    const std::vector<Row> rows = compose(axis);
    Index step = 0;
    Index greatest = 0;
    for (Index x = 0; x < axis.input; ++x) {
      for (const auto& [other, pairs] : rows[static_cast<std::size_t>(x)]) {
        const Index distance = std::abs(other - x);
        const Index around = std::min(distance, axis.input - distance);
        step = std::gcd(step, distance);
        greatest = std::max(greatest, found.ring ? around : distance);
      }
    }
    const bool right = found.step == std::max<Index>(1, step) && found.reach == greatest;
    if (!right) BOOST_ERROR(describe(axis));
  });
}

BOOST_AUTO_TEST_SUITE_END()
