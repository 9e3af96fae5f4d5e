#include "core/inspect/offset_runs.hpp"
#include "core/inspect/entry_search.hpp"

#include "support/compare.hpp"
#include "support/effort.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/diagonals.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <tuple>

BOOST_AUTO_TEST_SUITE(offset_runs)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::detail::CyclicDiagonals;
using toeplix::detail::EntryLevel;
using toeplix::detail::EntryRun;
using toeplix::detail::EntrySearch;
using toeplix::detail::OffsetInterval;
using toeplix::detail::OffsetSet;
using toeplix::detail::RowBox;
using namespace toeplix::test;

constexpr std::size_t no_limit = std::size_t{1} << 24;

/// Column - row, row and weights of an entry, the weights ascending.
using Term = std::tuple<Index, Index, std::vector<Index>>;

std::vector<Term> terms_by_rows(const Pattern& pattern) {
  std::vector<Term> terms;
  for (Index row = 0; row < pattern.rows(); ++row) {
    for (const Pattern::Entry& entry : pattern.row(row)) {
      terms.emplace_back(entry.column - row, row, entry.weights);
    }
  }
  std::ranges::sort(terms);
  return terms;
}

/// All sums of one number of each.
std::vector<Index> sums_of(const std::vector<Index>& some, std::span<const Index> others) {
  std::vector<Index> sums;
  for (const Index a : some) {
    for (const Index b : others) sums.push_back(a + b);
  }
  std::ranges::sort(sums);
  return sums;
}

/// All ways to take one term of every level.
std::vector<Term> terms_by_levels(const std::vector<EntryLevel>& levels) {
  std::vector<Term> terms{{0, 0, {0}}};
  for (const EntryLevel& level : levels) {
    std::vector<Term> sums;
    for (const auto& [offset, row, weights] : terms) {
      for (const EntryRun& run : level.runs) {
        const auto own = std::span(level.weights).subspan(run.first_weight, run.weight_count);
        for (Index k = 0; k < run.count; ++k) {
          std::vector<Index> both = sums_of(weights, own);
          for (Index& weight : both) weight += k * run.weight_step;
          sums.emplace_back(offset + run.first_offset + k * run.offset_step,
                            row + run.first_row + k * run.row_step, std::move(both));
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

/// Whether a search finds, in some rows, the terms of one offset and nothing else.
std::string search_flaw(const EntrySearch& search, const std::vector<Term>& terms, Index offset,
                        Index begin, Index end) {
  std::vector<Term> expected;
  for (const Term& term : terms) {
    const Index row = std::get<1>(term);
    if (std::get<0>(term) == offset && row >= begin && row < end) expected.push_back(term);
  }
  std::vector<Term> found;
  std::vector<std::vector<Index>> values;
  Index count = 0;
  for (const RowBox& box : row_boxes(search.levels(), begin, end)) {
    count += search.count(box, offset);
    search.for_each_run(box, offset, [&](Index row, Index step, Index rows, auto weights) {
      for (Index i = 0; i < rows; ++i) {
        found.emplace_back(offset, row + i * step,
                           std::vector<Index>(weights.begin(), weights.end()));
      }
    });
    search.for_each_value(box, offset, [&](Index, Index, Index times, auto weights) {
      values.insert(values.end(), static_cast<std::size_t>(times),
                    std::vector<Index>(weights.begin(), weights.end()));
    });
  }
  std::ranges::sort(found);
  if (found != expected) return concatenate("entries of offset ", offset);
  if (count != static_cast<Index>(expected.size())) return concatenate("count of ", offset);
  std::vector<std::vector<Index>> expected_values;
  for (const Term& term : expected) expected_values.push_back(std::get<2>(term));
  std::ranges::sort(values);
  std::ranges::sort(expected_values);
  return values == expected_values ? "" : concatenate("values of ", offset);
}

/// What is wrong with the levels, and with searches in them.
std::string levels_flaw(const Pattern& pattern, const std::vector<Term>& terms, Random& random) {
  const EntrySearch search(toeplix::detail::entry_levels(pattern));
  if (terms_by_levels(search.levels().list) != terms) return "terms";
  const std::set<Index> offsets = offsets_of(terms);
  for (int i = 0; i < 4 && !terms.empty(); ++i) {
    const auto at = static_cast<std::size_t>(random.between(0, std::ssize(terms) - 1));
    const Index offset = std::get<0>(terms[at]) + random.pick<Index>({0, 0, 1});
    const Index end = random.between(0, pattern.rows());
    const std::string wrong = search_flaw(search, terms, offset, random.between(0, end), end);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

/// The offsets of all entries.
std::optional<OffsetSet> offsets_in(const Pattern& pattern, std::size_t budget) {
  const auto levels = toeplix::detail::entry_levels(pattern);
  return distinct_offsets(offset_levels(levels, all_rows(levels)), budget);
}

/// What is wrong with the distinct offsets and with the diagonals of a padded matrix.
std::string offsets_flaw(const Pattern& pattern, const std::set<Index>& offsets, Index size) {
  const auto found = offsets_in(pattern, no_limit);
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

std::string flaw(const Pattern& pattern, Index padding, Random& random) {
  const std::vector<Term> terms = terms_by_rows(pattern);
  const std::string in_levels = levels_flaw(pattern, terms, random);
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
    failures.expect_none(spec, "pattern", flaw(pattern, padding, random));
    failures.expect_none(spec, "transposed", flaw(pattern.transposed(), padding, random));
  });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(small_ones_by_hand) {
  // 2 3 . / 1 2 3 / . 1 2
  const Pattern same(Convolution({.input = {3}, .kernel = {3}, .padding = 1}));
  // The channels have one row and one term, which is no level.
  BOOST_TEST(toeplix::detail::entry_levels(same).list.size() == 1u);
  const auto offsets = offsets_in(same, no_limit);
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
  const auto offsets = offsets_in(empty, no_limit);
  BOOST_TEST(offsets.value().count() == 0);
  BOOST_TEST(toeplix::count_diagonals(empty).value() == 0);
}

BOOST_AUTO_TEST_CASE(nothing_beyond_the_budget) {
  // Rows of 4 windows in rows of 8 pixels, 2 apart: every window has an offset of its own.
  const Pattern strided(Convolution({.input = {8, 8}, .kernel = {1, 1}, .stride = 2}));
  const auto all = offsets_in(strided, no_limit);
  BOOST_TEST(all.value().count() == 16);
  const std::size_t intervals = all->intervals.size();
  BOOST_TEST(offsets_in(strided, intervals).has_value());
  BOOST_TEST(!offsets_in(strided, intervals - 1).has_value());
}

BOOST_AUTO_TEST_CASE(axes_of_one_pixel_are_no_levels) {
  toeplix::ConvolutionSpec spec{.input = toeplix::Extents(1000, 1),
                                .kernel = toeplix::Extents(1000, 1)};
  spec.input.back() = 5;
  spec.kernel.back() = 2;
  const Pattern pattern{Convolution(spec)};
  BOOST_TEST(toeplix::detail::entry_levels(pattern).list.size() == 1u);
  BOOST_TEST(toeplix::count_diagonals(pattern).value() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
