#include "core/inspect/offset_runs.hpp"

#include "support/effort.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <tuple>

BOOST_AUTO_TEST_SUITE(offset_runs)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::detail::CyclicDiagonals;
using toeplix::detail::OffsetInterval;
using toeplix::detail::OffsetLevel;
using toeplix::detail::OffsetRun;
using toeplix::detail::OffsetSet;
using namespace toeplix::test;

constexpr std::size_t no_limit = std::size_t{1} << 24;

/// Column - row, row and weight: one for every kernel position at every entry.
using Term = std::tuple<Index, Index, Index>;

std::vector<Term> terms_by_rows(const Pattern& pattern) {
  std::vector<Term> terms;
  for (Index row = 0; row < pattern.rows(); ++row) {
    for (const Pattern::Entry& entry : pattern.row(row)) {
      for (const Index weight : entry.weights) terms.emplace_back(entry.column - row, row, weight);
    }
  }
  std::ranges::sort(terms);
  return terms;
}

/// All ways to take one term of every level.
std::vector<Term> terms_by_levels(const std::vector<OffsetLevel>& levels) {
  std::vector<Term> terms{{0, 0, 0}};
  for (const OffsetLevel& level : levels) {
    std::vector<Term> sums;
    for (const auto& [offset, row, weight] : terms) {
      for (const OffsetRun& run : level.runs) {
        for (Index k = 0; k < run.count; ++k) {
          sums.emplace_back(offset + run.first_offset + k * run.offset_step,
                            row + run.first_row + k * run.row_step,
                            weight + run.first_weight + k * run.weight_step);
        }
      }
    }
    terms = std::move(sums);
  }
  std::ranges::sort(terms);
  return terms;
}

std::set<Index> offsets_of(const std::vector<Term>& terms) {
  std::set<Index> offsets;
  for (const Term& term : terms) offsets.insert(std::get<0>(term));
  return offsets;
}

std::vector<Index> numbers_of(const OffsetSet& set) {
  std::vector<Index> numbers;
  for (const OffsetInterval& interval : set.intervals) {
    for (Index m = interval.first; m <= interval.last; ++m) {
      numbers.push_back(set.base + m * set.step);
    }
  }
  return numbers;
}

std::vector<Index> numbers_of(const CyclicDiagonals& diagonals) {
  std::vector<Index> numbers = numbers_of(diagonals.upper);
  const std::vector<Index> lower = numbers_of(diagonals.lower);
  numbers.insert(numbers.end(), lower.begin(), lower.end());
  std::ranges::sort(numbers);
  return numbers;
}

/// What is wrong with the levels and their extremes.
std::string levels_flaw(const Pattern& pattern, const std::vector<Term>& terms) {
  const std::vector<OffsetLevel> levels = toeplix::detail::offset_levels(pattern);
  if (terms_by_levels(levels) != terms) return "terms";
  for (const OffsetLevel& level : levels) {
    if (level.runs.empty() && (level.lowest != 0 || level.highest != 0)) return "extremes of none";
    if (level.runs.empty()) continue;
    const std::set<Index> offsets = offsets_of(terms_by_levels({level}));
    if (level.lowest != *offsets.begin()) return "lowest";
    if (level.highest != *offsets.rbegin()) return "highest";
  }
  return {};
}

/// What is wrong with the distinct offsets and with the diagonals of a padded matrix.
std::string offsets_flaw(const Pattern& pattern, const std::set<Index>& offsets, Index size) {
  const auto levels = toeplix::detail::offset_levels(pattern);
  const auto found = toeplix::detail::distinct_offsets(levels, no_limit);
  if (!found) return "no offsets";
  if (numbers_of(*found) != std::vector<Index>(offsets.begin(), offsets.end())) return "offsets";
  if (found->count() != static_cast<Index>(offsets.size())) return "count of offsets";
  std::set<Index> expected;
  for (const Index offset : offsets) expected.insert((offset + size) % size);
  const CyclicDiagonals diagonals = toeplix::detail::cyclic_diagonals(*found, size);
  if (numbers_of(diagonals) != std::vector<Index>(expected.begin(), expected.end())) {
    return "diagonals";
  }
  const auto count = static_cast<Index>(expected.size());
  if (diagonals.count() != count) return "count of diagonals";
  return toeplix::count_diagonals(pattern, size) == count ? "" : "count_diagonals";
}

std::string flaw(const Pattern& pattern, Index padding) {
  const std::vector<Term> terms = terms_by_rows(pattern);
  const std::string in_levels = levels_flaw(pattern, terms);
  if (!in_levels.empty()) return in_levels;
  const std::set<Index> offsets = offsets_of(terms);
  if (!offsets.empty()) {
    const OffsetInterval range = toeplix::detail::offset_range(pattern);
    if (range.first != *offsets.begin()) return "first of range";
    if (range.last != *offsets.rbegin()) return "last of range";
  }
  return offsets_flaw(pattern, offsets, std::max(pattern.rows(), pattern.cols()) + padding);
}

}  // namespace

BOOST_AUTO_TEST_CASE(agree_with_every_entry) {
  Failures failures;
  for_random_specs("offset runs", by_effort(60, 600, 6000), [&](const auto& spec, Random& random) {
    const Pattern pattern(make(spec));
    const Index padding = random.pick<Index>({0, 1, 2, 7, 100});
    failures.expect_none(spec, "pattern", flaw(pattern, padding));
    failures.expect_none(spec, "transposed", flaw(pattern.transposed(), padding));
  });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(small_ones_by_hand) {
  // 2 3 . / 1 2 3 / . 1 2
  const Pattern same(Convolution({.input = {3}, .kernel = {3}, .padding = 1}));
  const auto levels = toeplix::detail::offset_levels(same);
  BOOST_TEST(levels.size() == 2u);
  const auto offsets = toeplix::detail::distinct_offsets(levels, no_limit);
  BOOST_TEST(numbers_of(offsets.value()) == (std::vector<Index>{-1, 0, 1}));
  BOOST_TEST(numbers_of(toeplix::detail::cyclic_diagonals(*offsets, 3)) ==
             (std::vector<Index>{0, 1, 2}));
  BOOST_TEST(numbers_of(toeplix::detail::cyclic_diagonals(*offsets, 5)) ==
             (std::vector<Index>{0, 1, 4}));
  BOOST_TEST(toeplix::count_diagonals(same).value() == 3);
}

BOOST_AUTO_TEST_CASE(a_matrix_without_entries_has_no_offsets) {
  // The only kernel position that the window has meets padding.
  const Pattern empty(Convolution({.input = {1}, .kernel = {1}, .stride = 2, .padding = {{1, 0}}}));
  BOOST_TEST(empty.nnz() == 0);
  const auto offsets =
      toeplix::detail::distinct_offsets(toeplix::detail::offset_levels(empty), no_limit);
  BOOST_TEST(offsets.value().count() == 0);
  BOOST_TEST(toeplix::count_diagonals(empty).value() == 0);
}

BOOST_AUTO_TEST_CASE(nothing_beyond_the_budget) {
  // Rows of 4 windows in rows of 8 pixels, 2 apart: every window has an offset of its own.
  const Pattern strided(Convolution({.input = {8, 8}, .kernel = {1, 1}, .stride = 2}));
  const auto levels = toeplix::detail::offset_levels(strided);
  const auto all = toeplix::detail::distinct_offsets(levels, no_limit);
  BOOST_TEST(all.value().count() == 16);
  const std::size_t intervals = all->intervals.size();
  BOOST_TEST(toeplix::detail::distinct_offsets(levels, intervals).has_value());
  BOOST_TEST(!toeplix::detail::distinct_offsets(levels, intervals - 1).has_value());
}

BOOST_AUTO_TEST_CASE(a_size_below_the_matrix_is_refused) {
  const Pattern pattern(Convolution({.input = {3}, .kernel = {2}}));
  BOOST_CHECK_THROW((void)toeplix::count_diagonals(pattern, 2), GeometryError);
  BOOST_TEST(toeplix::count_diagonals(pattern, 3).value() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
