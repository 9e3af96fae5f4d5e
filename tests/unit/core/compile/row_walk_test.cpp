#include "core/compile/row_walk.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

// Which rows are built, and which repeat others.

BOOST_AUTO_TEST_SUITE(row_walk)

namespace {

using toeplix::Convolution;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::TransposedConvolution;
using toeplix::detail::Repetition;
using toeplix::detail::RowRange;
using toeplix::detail::walk_rows;

/// `2 built, 3 after 1 by 2`: rows, after which period, moved how far. Steps of one kind are added.
std::string steps(const Pattern& pattern, RowRange range) {
  std::vector<Repetition> all;  // a period of 0: built
  const auto add = [&](const Repetition& rows) {
    if (all.empty() || all.back().period != rows.period || all.back().shift != rows.shift) {
      all.push_back(rows);
    } else {
      all.back().rows += rows.rows;
    }
  };
  walk_rows(
      pattern, range,
      [&](Index) {
        add({0, 1, 0});
      },
      [&](Index, const Repetition& rows) { add(rows); });
  std::string text;
  for (const Repetition& rows : all) {
    text += (text.empty() ? "" : ", ") + std::to_string(rows.rows);
    text += rows.period == 0
                ? " built"
                : " after " + std::to_string(rows.period) + " by " + std::to_string(rows.shift);
  }
  return text;
}

std::string steps(const Pattern& pattern) {
  return steps(pattern, {0, pattern.rows()});
}

bool is_moved(const std::vector<Pattern::Entry>& row, const std::vector<Pattern::Entry>& from,
              Index shift) {
  if (row.size() != from.size()) return false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i].column != from[i].column + shift || row[i].weights != from[i].weights) return false;
  }
  return true;
}

/// Whether the steps are the rows in order, and every repeated one is the row before it, moved.
bool is_true(const Pattern& pattern, RowRange range) {
  Index next = range.first;
  bool right = true;
  const auto repeat = [&](Index row, const Repetition& rows) {
    right = right && row == next && rows.rows > 0 && row - rows.period >= range.first;
    for (Index i = 0; right && i < rows.rows; ++i) {
      right = is_moved(pattern.row(row + i), pattern.row(row + i - rows.period), rows.shift);
    }
    next = row + rows.rows;
  };
  walk_rows(
      pattern, range, [&](Index row) { right = right && row == next++; }, repeat);
  return right && next == range.last;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_axis) {
  BOOST_TEST(steps(Pattern(Convolution({.input = {9}, .kernel = {2}}))) ==
             "1 built, 7 after 1 by 1");
  BOOST_TEST(steps(Pattern(Convolution({.input = {9}, .kernel = {3}, .padding = 1}))) ==
             "2 built, 6 after 1 by 1, 1 built");
  BOOST_TEST(steps(Pattern(Convolution({.input = {9}, .kernel = {3}, .stride = 2}))) ==
             "1 built, 3 after 1 by 2");
  // A transposed convolution repeats with its stride.
  BOOST_TEST(steps(Pattern(TransposedConvolution({.input = {5}, .kernel = {3}, .stride = 3}))) ==
             "3 built, 12 after 3 by 1");
}

BOOST_AUTO_TEST_CASE(several_axes) {
  // Lines of 4 rows: the second is built as the first was, and the others repeat it.
  BOOST_TEST(steps(Pattern(
                 Convolution({.input = {5, 5}, .kernel = {2, 2}, .padding = {{1, 0}, {0, 0}}}))) ==
             "1 built, 3 after 1 by 1, 1 built, 3 after 1 by 1, 12 after 4 by 5");
}

BOOST_AUTO_TEST_CASE(channels) {
  BOOST_TEST(steps(Pattern(Convolution({.input = {5}, .kernel = {2}, .out_channels = 2}))) ==
             "1 built, 3 after 1 by 1, 1 built, 3 after 1 by 1");
  BOOST_TEST(steps(Pattern(Convolution({.input = {5},
                                        .kernel = {2},
                                        .in_channels = 3,
                                        .out_channels = 2,
                                        .order = toeplix::TensorOrder::channels_last}))) ==
             "2 built, 6 after 2 by 3");
}

BOOST_AUTO_TEST_CASE(an_axis_without_a_middle_whose_rows_lie_far_apart) {
  // A period along the first axis would be 2^64 rows.
  const Pattern pattern(toeplix::TransposedConvolution(
      {.input = {1, 1 << 24}, .kernel = {1, 1}, .stride = {Index{1} << 40, 1}}));
  BOOST_TEST(!toeplix::detail::repetition_at(pattern, {0, 10}, 0).has_value());
}

BOOST_AUTO_TEST_CASE(no_row_before_the_range) {
  const Pattern pattern(Convolution({.input = {5, 9}, .kernel = {1, 2}}));  // lines of 8
  BOOST_TEST(steps(pattern, {3, 3}) == "");
  BOOST_TEST(steps(pattern, {3, 6}) == "1 built, 2 after 1 by 1");
  BOOST_TEST(steps(pattern, {6, 13}) == "1 built, 1 after 1 by 1, 1 built, 4 after 1 by 1");
  BOOST_TEST(steps(pattern, {6, 20}) ==
             "1 built, 1 after 1 by 1, 1 built, 7 after 1 by 1, 4 after 8 by 9");
}

// A line that does not stay in a cache is not copied from: 40 000 entries.
BOOST_AUTO_TEST_CASE(long_lines_are_made_of_their_own_rows) {
  BOOST_TEST(steps(Pattern(Convolution({.input = {3, 40'000}, .kernel = {1, 1}}))) ==
             "1 built, 39999 after 1 by 1, 1 after 40000 by 40000, 39999 after 1 by 1, "
             "1 after 40000 by 40000, 39999 after 1 by 1");
  BOOST_TEST(steps(Pattern(Convolution({.input = {3, 20'000}, .kernel = {1, 1}}))) ==
             "1 built, 19999 after 1 by 1, 40000 after 20000 by 20000");
  // But if the line's own rows do not repeat, it is better than to build them.
  BOOST_TEST(steps(Pattern(Convolution({.input = {3, 300},
                                        .kernel = {1, 300},
                                        .padding = {{0, 0}, {0, 299}},
                                        .boundary = toeplix::Boundary::circular}))) ==
             "300 built, 600 after 300 by 300");
}

BOOST_AUTO_TEST_CASE(random_patterns) {
  toeplix::test::Random random("row_walk");
  const auto check = [&](const Pattern& pattern) {
    const Index first = random.between(0, pattern.rows());
    BOOST_TEST(is_true(pattern, {0, pattern.rows()}));
    BOOST_TEST(is_true(pattern, {first, random.between(first, pattern.rows())}));
    BOOST_TEST(is_true(pattern.transposed(), {0, pattern.cols()}));
  };
  toeplix::test::for_random_specs("random_patterns", 150, [&](const auto& spec, auto&) {
    check(Pattern(toeplix::test::make(spec)));
  });
}

BOOST_AUTO_TEST_SUITE_END()
