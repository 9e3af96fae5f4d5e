#include "support/failures.hpp"
#include "support/plain_taps.hpp"
#include "support/random.hpp"

#include <toeplix/error.hpp>
#include <toeplix/tap_runs.hpp>
#include <toeplix/tap_table.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

// Parts of tap tables against the rows of whole ones, tap by tap.

BOOST_AUTO_TEST_SUITE(tap_table_parts)

namespace {

using toeplix::AxisGeometry;
using toeplix::Boundary;
using toeplix::Error;
using toeplix::Index;
using toeplix::TapRow;
using toeplix::TapTable;
using toeplix::TapTablePart;
using toeplix::test::describe;
using toeplix::test::Random;
using Columns = TapTablePart::Columns;

struct OneTap {
  Index input;
  std::vector<Index> kernel;
  bool operator==(const OneTap&) const = default;
};

std::vector<OneTap> taps_of(const TapRow& row) {
  std::vector<OneTap> taps;
  for (Index i = 0; i < row.size(); ++i) {
    taps.push_back({row[i].input, {row[i].kernel.begin(), row[i].kernel.end()}});
  }
  return taps;
}

/// The taps that a part of a row must have.
std::vector<OneTap> expected_taps(const TapRow& row, const TapTablePart& part) {
  std::vector<OneTap> taps;
  for (OneTap& tap : taps_of(row)) {
    const bool inside = tap.input >= part.first_column && tap.input < part.last_column;
    if (inside != (part.columns == Columns::inside)) continue;
    if (inside) {
      tap.input -= part.first_column;
    } else if (tap.input >= part.last_column) {
      tap.input -= part.last_column - part.first_column;
    }
    taps.push_back(std::move(tap));
  }
  return taps;
}

std::vector<OneTap> shifted(std::vector<OneTap> taps, Index shift) {
  for (OneTap& tap : taps) tap.input += shift;
  return taps;
}

/// What is wrong with a part; empty if nothing is.
std::string flaw(const TapTable& whole, const TapTablePart& part) {
  const TapTable table = whole.part(part);
  const Index range = part.last_column - part.first_column;
  if (table.rows() != part.last_row - part.first_row) return "rows";
  if (table.columns() != (part.columns == Columns::inside ? range : whole.columns() - range)) {
    return "columns";
  }
  Index before = 0;
  for (Index row = 0; row < table.rows(); ++row) {
    const auto taps = taps_of(table.row(row));
    if (taps != expected_taps(whole.row(part.first_row + row), part)) return "taps";
    if (table.entries_before(row) != before) return "entries_before";
    before += std::ssize(taps);
    const auto like = taps_of(table.row(table.representative(table.class_of(row))));
    if (shifted(like, table.shift_of(row)) != taps) return "class";
  }
  if (table.entries() != before) return "entries";
  const TapTable::Middle& m = table.middle();
  for (Index row = m.begin; row + m.period < m.end; ++row) {
    if (shifted(taps_of(table.row(row)), m.shift) != taps_of(table.row(row + m.period))) {
      return "middle";
    }
  }
  return "";
}

void check_part(const TapTable& whole, TapTablePart part) {
  for (const Columns columns : {Columns::inside, Columns::outside}) {
    part.columns = columns;
    const std::string wrong = flaw(whole, part);
    if (wrong.empty()) continue;
    BOOST_ERROR(describe(whole.geometry()) + (whole.is_transposed() ? " transposed" : "") +
                ", rows " + std::to_string(part.first_row) + " to " +
                std::to_string(part.last_row) + ", columns " + std::to_string(part.first_column) +
                " to " + std::to_string(part.last_column) +
                (columns == Columns::inside ? " inside: " : " outside: ") + wrong);
  }
}

/// [first, last) within [0, count].
std::pair<Index, Index> draw_range(Random& random, Index count) {
  const Index a = random.between(0, count);
  const Index b = random.between(0, count);
  return std::minmax(a, b);
}

AxisGeometry draw_axis(Random& random) {
  AxisGeometry axis = {.input = random.between(1, 40),
                       .output = random.between(1, 40),
                       .kernel = random.between(1, 5),
                       .stride = random.between(1, 4),
                       .dilation = random.between(1, 4),
                       .input_dilation = random.once_in(2) ? 1 : random.between(1, 4),
                       .lower = random.between(-2, 12)};
  axis.boundary = random.pick({Boundary::zero, Boundary::circular, Boundary::reflect,
                               Boundary::symmetric, Boundary::replicate});
  return axis;
}

}  // namespace

BOOST_AUTO_TEST_CASE(parts_of_random_tables) {
  Random random("parts of tables");
  for (int i = 0; i < 4000; ++i) {
    const TapTable forward(draw_axis(random));
    for (const TapTable& whole : {forward, forward.transposed()}) {
      const auto [first_row, last_row] = draw_range(random, whole.rows());
      const auto [first_column, last_column] = draw_range(random, whole.columns());
      check_part(whole, {first_row, last_row, first_column, last_column});
      check_part(whole, {0, whole.rows(), first_column, last_column});
      check_part(whole, {first_row, last_row, 0, whole.columns()});
    }
  }
}

BOOST_AUTO_TEST_CASE(a_part_of_a_long_axis_keeps_its_middle) {
  const Index extent = Index{1} << 40;
  const TapTable whole({.input = extent, .output = extent, .kernel = 5, .lower = 2});
  TapTablePart part = {extent / 4, extent / 2, extent / 4, extent / 2};
  const TapTable inside = whole.part(part);
  BOOST_TEST(inside.classes() == 5);
  BOOST_TEST(inside.entries() == 5 * (extent / 4) - 6);
  part.columns = Columns::outside;
  const TapTable outside = whole.part(part);
  BOOST_TEST(outside.entries() == 6);
  BOOST_TEST(outside.classes() == 5);
  BOOST_TEST(outside.row(0)[0].input == extent / 4 - 2);
  BOOST_TEST(outside.row(extent / 4 - 1)[1].input == extent / 4 + 1);
}

BOOST_AUTO_TEST_CASE(what_a_part_does_not_have) {
  const TapTable whole({.input = 8, .output = 8, .kernel = 3, .lower = 1});
  const TapTable part = whole.part({0, 4, 0, 4});
  toeplix::test::check_throws<Error>([&] { static_cast<void>(part.geometry()); },
                                     "a part of a tap table has no geometry; ask the whole table");
  toeplix::test::check_throws<Error>(
      [&] { static_cast<void>(part.transposed()); },
      "a part of a tap table has no transposed table; ask the whole table");
  toeplix::test::check_throws<Error>(
      [&] {
        static_cast<void>(part.part({0, 1, 0, 1}));
      },
      "a part of a tap table has no parts; ask the whole table");
  toeplix::test::check_throws<Error>([&] { static_cast<void>(toeplix::tap_runs(part)); },
                                     "a part of a tap table has no geometry; ask the whole table");
  toeplix::test::check_throws<toeplix::GeometryError>(
      [&] {
        static_cast<void>(whole.part({0, 9, 0, 4}));
      },
      "a part of a tap table: rows [0, 9) are not within the table; it has 8");
  toeplix::test::check_throws<toeplix::GeometryError>(
      [&] {
        static_cast<void>(whole.part({0, 8, 5, 4}));
      },
      "a part of a tap table: columns [5, 4) are not within the table; it has 8");
  const Index extent = Index{1} << 40;
  const TapTable long_table({.input = extent, .output = extent, .kernel = 3, .lower = 1});
  toeplix::test::check_throws<toeplix::CapacityError>(
      [&] {
        static_cast<void>(long_table.part({0, Index{1} << 30, extent / 2, extent}));
      },
      "1073741824 border rows exceed the limit of 2^24; share rows and columns so that a process "
      "has the inputs of its rows");
}

BOOST_AUTO_TEST_SUITE_END()
