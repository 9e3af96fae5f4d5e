#include "support/plain_taps.hpp"

#include <toeplix/tap_runs.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(runs_of_taps)

namespace {

using toeplix::AxisGeometry;
using toeplix::Boundary;
using toeplix::Index;
using toeplix::tap_runs;
using toeplix::TapRun;
using toeplix::TapTable;
using toeplix::test::describe;
using toeplix::test::every_tap;
using toeplix::test::PlainTap;
using toeplix::test::transposed;

/// `row>input:kernel` of the first tap of every run, and how it goes on.
std::string draw(const std::vector<TapRun>& runs) {
  std::string drawing;
  for (const TapRun& run : runs) {
    if (!drawing.empty()) drawing += ' ';
    drawing += std::to_string(run.first_row) + '>' + std::to_string(run.first_input) + ':' +
               std::to_string(run.kernel);
    if (run.count == 1) continue;
    drawing += 'x' + std::to_string(run.count) + '(' + std::to_string(run.row_step) + ',' +
               std::to_string(run.input_step) + ')';
  }
  return drawing;
}

/// The taps of runs, one by one, in order. `PlainTap::output` is the table's row.
std::vector<PlainTap> taps_of(const std::vector<TapRun>& runs) {
  std::vector<PlainTap> taps;
  for (const TapRun& run : runs) {
    for (Index i = 0; i < run.count; ++i) {
      taps.push_back(
          {run.first_row + i * run.row_step, run.first_input + i * run.input_step, run.kernel});
    }
  }
  std::ranges::sort(taps);
  return taps;
}

}  // namespace

BOOST_AUTO_TEST_CASE(by_hand) {
  AxisGeometry axis = {.input = 4, .output = 4, .kernel = 3, .lower = 1};
  BOOST_TEST(draw(tap_runs(TapTable(axis))) == "1>0:0x3(1,1) 0>0:1x4(1,1) 0>1:2x3(1,1)");
  axis.boundary = Boundary::circular;
  BOOST_TEST(draw(tap_runs(TapTable(axis))) ==
             "0>3:0 1>0:0x3(1,1) 0>0:1x4(1,1) 0>1:2x3(1,1) 3>0:2");
  const TapTable strided({.input = 7, .output = 3, .kernel = 2, .stride = 2, .dilation = 3});
  BOOST_TEST(draw(tap_runs(strided)) == "0>0:0x3(1,2) 0>3:1x2(1,2)");
  BOOST_TEST(draw(tap_runs(strided.transposed())) == "0>0:0x3(2,1) 3>0:1x2(2,1)");
}

BOOST_AUTO_TEST_CASE(every_tap_once) {
  Index checked = 0;
  toeplix::test::for_each_small_axis([&](const AxisGeometry& axis) {
    const std::vector<PlainTap> expected = every_tap(axis);
    const TapTable table(axis);
    std::vector<PlainTap> forward = expected;
    std::ranges::sort(forward);
    const bool right = taps_of(tap_runs(table)) == forward &&
                       taps_of(tap_runs(table.transposed())) == transposed(expected);
    if (!right) BOOST_ERROR(describe(axis));
    ++checked;
  });
  BOOST_TEST(checked == 20160);
}

// What is not folded is not cut into pieces.
BOOST_AUTO_TEST_CASE(one_run_for_a_kernel_position_inside) {
  toeplix::test::for_each_small_axis([](const AxisGeometry& axis) {
    std::vector<Index> long_runs(static_cast<std::size_t>(axis.kernel));
    for (const TapRun& run : tap_runs(TapTable(axis))) {
      if (run.count > 1) ++long_runs[static_cast<std::size_t>(run.kernel)];
    }
    if (std::ranges::max(long_runs) > 1) BOOST_ERROR(describe(axis));
  });
}

// The length of an axis costs nothing.
BOOST_AUTO_TEST_CASE(a_long_axis) {
  const Index length = Index{1} << 40;
  const std::vector<TapRun> runs =
      tap_runs(TapTable({.input = length, .output = length, .kernel = 2, .lower = 1}));
  BOOST_TEST(draw(runs) == "1>0:0x1099511627775(1,1) 0>0:1x1099511627776(1,1)");
}

BOOST_AUTO_TEST_SUITE_END()
