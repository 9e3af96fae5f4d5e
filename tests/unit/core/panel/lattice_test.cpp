#include "core/panel/lattice.hpp"

#include "core/base/integer_math.hpp"
#include "support/plain_taps.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

BOOST_AUTO_TEST_SUITE(lattices)

namespace {

using toeplix::AxisGeometry;
using toeplix::Index;
using toeplix::TapTable;
using toeplix::detail::floor_div;
using toeplix::detail::floor_mod;
using toeplix::detail::Lattice;
using toeplix::test::describe;
using toeplix::test::every_tap;
using toeplix::test::PlainTap;
using toeplix::test::transposed;

/// The taps that a lattice stands for, one by one, in order. `PlainTap::output` is the row.
std::vector<PlainTap> taps_of(const Lattice& lattice) {
  std::vector<PlainTap> taps;
  const auto [begin, end] = lattice.extended_rows();
  for (Index coordinate = begin; coordinate < end; ++coordinate) {
    const Index row = lattice.row_at(coordinate);
    if (row < 0) continue;
    for (const Lattice::Tap& tap : lattice.taps()) {
      if (tap.row_phase != floor_mod(coordinate, lattice.row_step())) continue;
      const Index step = floor_div(coordinate, lattice.row_step()) + tap.shift;
      const Index phase = lattice.column_phases().at(static_cast<std::size_t>(tap.column_phase));
      const Index column = lattice.column_at(phase + lattice.column_step() * step);
      if (column >= 0) taps.push_back({row, column, tap.kernel});
    }
  }
  std::ranges::sort(taps);
  return taps;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_tap_once) {
  Index checked = 0;
  toeplix::test::for_each_small_axis([&](const AxisGeometry& axis) {
    const TapTable table(axis);
    std::vector<PlainTap> expected = every_tap(axis);
    std::ranges::sort(expected);
    if (taps_of(Lattice(table)) != expected) BOOST_ERROR(describe(axis));
    if (taps_of(Lattice(table.transposed())) != transposed(expected)) {
      BOOST_ERROR(describe(axis) + " transposed");
    }
    ++checked;
  });
  BOOST_TEST(checked == 20160);
}

// Neither a convolution's stride nor its transpose's, nor zeros between pixels, make products with
// zeros: the taps of all phases together are the kernel's.
BOOST_AUTO_TEST_CASE(no_zero_is_multiplied) {
  const TapTable strided({.input = 20, .output = 9, .kernel = 4, .stride = 2});
  BOOST_TEST(Lattice(strided).taps().size() == 4u);
  BOOST_TEST(Lattice(strided).column_step() == 2);
  BOOST_TEST(Lattice(strided.transposed()).taps().size() == 4u);
  BOOST_TEST(Lattice(strided.transposed()).row_step() == 2);
  const TapTable spread({.input = 5, .output = 13, .kernel = 4, .input_dilation = 3});
  BOOST_TEST(Lattice(spread).taps().size() == 4u);
  BOOST_TEST(Lattice(spread).row_step() == 3);
}

// A kernel of one pixel with a stride reads one pixel of several, and no other is gathered.
BOOST_AUTO_TEST_CASE(phases_that_nobody_reads_are_no_phases) {
  const Lattice lattice(TapTable({.input = 20, .output = 10, .kernel = 1, .stride = 2}));
  BOOST_TEST(lattice.column_step() == 2);
  BOOST_TEST(lattice.column_phases() == std::vector<Index>{0}, boost::test_tools::per_element());
}

// What `plain_rows` and `plain_columns` say must hold; and they must say it of most.
BOOST_AUTO_TEST_CASE(plain_coordinates_are_themselves) {
  toeplix::test::for_each_small_axis([&](const AxisGeometry& axis) {
    for (const bool turned : {false, true}) {
      const TapTable table(axis);
      const Lattice lattice(turned ? table.transposed() : table);
      for (Index c = lattice.plain_rows().begin; c < lattice.plain_rows().end; ++c) {
        if (lattice.row_at(c) != c) BOOST_ERROR(describe(axis));
      }
      for (Index c = lattice.plain_columns().begin; c < lattice.plain_columns().end; ++c) {
        if (lattice.column_at(c) != c) BOOST_ERROR(describe(axis));
      }
      if (axis.input_dilation != 1) continue;
      const Index rows = turned ? axis.input : axis.output;
      const Index columns = turned ? axis.output : axis.input;
      if (lattice.plain_rows() != Lattice::Range{0, rows}) BOOST_ERROR(describe(axis));
      if (lattice.plain_columns() != Lattice::Range{0, columns}) BOOST_ERROR(describe(axis));
    }
  });
}

BOOST_AUTO_TEST_SUITE_END()
