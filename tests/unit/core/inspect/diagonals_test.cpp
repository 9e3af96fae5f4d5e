#include "support/compare.hpp"
#include "support/effort.hpp"
#include "support/expected_matrix.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/diagonals.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <numeric>

BOOST_AUTO_TEST_SUITE(diagonals)

namespace {

using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Diagonal;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::TransposedConvolution;
using namespace toeplix::test;

std::vector<double> counting(Index length) {
  std::vector<double> weights(static_cast<std::size_t>(length));
  std::iota(weights.begin(), weights.end(), 1.0);
  return weights;
}

/// `offset: rows=values ...` of every diagonal.
template <class Conv>
std::string draw_diagonals(const Conv& conv, const std::vector<double>& weights,
                           const toeplix::DiagonalOptions& options = {}) {
  std::ostringstream text;
  for (const Diagonal<double>& diagonal : toeplix::diagonals(conv, weights, options)) {
    text << (text.str().empty() ? "" : " | ") << diagonal.offset << ':';
    for (std::size_t i = 0; i < diagonal.rows.size(); ++i) {
      text << ' ' << diagonal.rows[i] << '=' << diagonal.values[i];
    }
  }
  return text.str();
}

/// What is wrong with the diagonals of a spec, held against the oracle's dense matrix.
template <class Spec>
std::string flaw(const Spec& spec, Index padding) {
  const auto conv = make(spec);
  const std::vector<double> weights = counting(conv.weight_count());
  const DenseMatrix<double> dense = probe(spec, weights);
  const Index size = std::max(dense.rows, dense.cols) + padding;
  std::map<Index, std::vector<double>> expected;
  for (Index row = 0; row < dense.rows; ++row) {
    for (Index column = 0; column < dense.cols; ++column) {
      if (dense.at(row, column) == 0) continue;
      auto& diagonal = expected[(column - row + size) % size];
      diagonal.resize(static_cast<std::size_t>(size));
      diagonal[static_cast<std::size_t>(row)] = dense.at(row, column);
    }
  }
  const auto diagonals = toeplix::diagonals(conv, weights, {.size = size});
  if (diagonals.size() != size) return concatenate("size is ", diagonals.size());
  const auto expected_count = static_cast<Index>(expected.size());
  if (diagonals.count() != expected_count) {
    return concatenate("count is ", diagonals.count(), ", expected ", expected_count);
  }
  if (toeplix::count_diagonals(conv, size) != expected_count) return "count_diagonals";
  auto next = expected.begin();
  for (const Diagonal<double>& diagonal : diagonals) {
    if (next == expected.end()) return concatenate("too many, from ", diagonal.offset);
    if (diagonal.offset != next->first) {
      return concatenate("offset is ", diagonal.offset, ", expected ", next->first);
    }
    const std::string wrong = vector_difference(diagonal.dense(), next->second);
    if (!wrong.empty()) return concatenate("diagonal ", diagonal.offset, " ", wrong);
    ++next;
  }
  if (next != expected.end()) return concatenate("lacks diagonal ", next->first);
  for (Index offset = 0; offset < size; ++offset) {
    if (diagonals.contains(offset) != expected.contains(offset)) {
      return concatenate("contains ", offset);
    }
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(draws_small_ones) {
  // 2 3 . / 1 2 3 / . 1 2
  const Convolution same({.input = {3}, .kernel = {3}, .padding = 1});
  BOOST_TEST(draw_diagonals(same, {1, 2, 3}) == "0: 0=2 1=2 2=2 | 1: 0=3 1=3 | 2: 1=1 2=1");
  // In 4 x 4 the lower diagonal is that of 3.
  BOOST_TEST(draw_diagonals(same, {1, 2, 3}, {.size = 4}) ==
             "0: 0=2 1=2 2=2 | 1: 0=3 1=3 | 3: 1=1 2=1");
  // 1 2 . / . 1 2
  const Convolution valid({.input = {3}, .kernel = {2}});
  BOOST_TEST(draw_diagonals(valid, {1, 2}) == "0: 0=1 1=1 | 1: 0=2 1=2");
  // A circular convolution has one full diagonal per weight.
  const Convolution circular(
      {.input = {3}, .kernel = {3}, .padding = 1, .boundary = toeplix::Boundary::circular});
  BOOST_TEST(draw_diagonals(circular, {1, 2, 3}) ==
             "0: 0=2 1=2 2=2 | 1: 0=3 1=3 2=3 | 2: 0=1 1=1 2=1");
  const TransposedConvolution transposed({.input = {2}, .kernel = {2}, .stride = 2});
  // 1 . / 2 . / . 1 / . 2
  BOOST_TEST(draw_diagonals(transposed, {1, 2}) == "0: 0=1 | 2: 3=2 | 3: 1=2 2=1");
}

BOOST_AUTO_TEST_CASE(prunes_zeros_where_asked) {
  const Convolution same({.input = {3}, .kernel = {3}, .padding = 1});
  BOOST_TEST(draw_diagonals(same, {0, 2, 3}) == "0: 0=2 1=2 2=2 | 1: 0=3 1=3 | 2: 1=0 2=0");
  BOOST_TEST(draw_diagonals(same, {0, 2, 3}, {.prune_zeros = true}) ==
             "0: 0=2 1=2 2=2 | 1: 0=3 1=3");
}

BOOST_AUTO_TEST_CASE(agree_with_the_dense_matrix) {
  Failures failures;
  for_random_specs("diagonals", by_effort(60, 600, 6000), [&](const auto& spec, Random& random) {
    const Index padding = random.pick<Index>({0, 0, 1, 2, 7, 100});
    failures.expect_none(spec, "diagonals", flaw(spec, padding));
  });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(huge_ones_are_counted_and_streamed) {
  const Convolution same({.input = {1 << 20, 1 << 20}, .kernel = {3, 3}, .padding = 1});
  BOOST_TEST(toeplix::count_diagonals(same).value() == 9);
  // Rows of pixels get two pixels shorter: the diagonals of every row of outputs are new ones.
  const Convolution valid({.input = {1 << 20, 1 << 20}, .kernel = {3, 3}});
  BOOST_TEST(toeplix::count_diagonals(valid).value() > 1 << 20);
  const Convolution strided({.input = {100000, 100000}, .kernel = {3, 3}, .stride = 2});
  BOOST_TEST(toeplix::count_diagonals(strided).value() > 1'000'000'000);
  const Convolution deep({.input = {1 << 20}, .kernel = {1}, .in_channels = 2, .out_channels = 3});
  std::vector<Index> offsets;
  for (const auto& diagonal : toeplix::diagonals(deep, std::vector<float>(6, 1))) {
    offsets.push_back(diagonal.offset >> 20);
  }
  BOOST_TEST(offsets == (std::vector<Index>{0, 1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(refuse_what_cannot_be) {
  const Convolution conv({.input = {3}, .kernel = {2}});
  const std::vector<float> weights(2);
  check_throws<GeometryError>([&] { (void)toeplix::diagonals(conv, weights, {.size = 2}); },
                              "size 2 of the diagonals is smaller than the 2 x 3 matrix; expected "
                              "at least 3, or 0");
  check_throws<GeometryError>([&] { (void)toeplix::diagonals(conv, std::vector<float>(3)); },
                              "weights has length 3; expected 2");
  check_throws<GeometryError>([&] { (void)toeplix::diagonals(conv, weights).at(3); },
                              "diagonal 3 does not exist; there are 3, from 0");
  check_throws<GeometryError>([&] { (void)toeplix::diagonals(conv, weights).at(-1); },
                              "diagonal -1 does not exist; there are 3, from 0");
  BOOST_CHECK_THROW(toeplix::next_power_of_two((Index{1} << 62) + 1), CapacityError);
  BOOST_TEST(toeplix::next_power_of_two(1) == 1);
  BOOST_TEST(toeplix::next_power_of_two(5) == 8);
  BOOST_TEST(toeplix::next_power_of_two(8) == 8);
}

BOOST_AUTO_TEST_CASE(every_iterator_has_a_place_of_its_own) {
  const Convolution same({.input = {3}, .kernel = {3}, .padding = 1});
  const auto diagonals = toeplix::diagonals(same, counting(3));
  std::string pairs;
  for (const auto& outer : diagonals) {
    for (const auto& inner : diagonals) pairs += concatenate(outer.offset, inner.offset, ' ');
  }
  BOOST_TEST(pairs == "00 01 02 10 11 12 20 21 22 ");
  auto first = diagonals.begin();
  auto second = diagonals.begin();
  ++first;
  BOOST_TEST(first->offset == 1);
  BOOST_TEST(second->offset == 0);
  ++first;
  ++first;
  BOOST_TEST((first == diagonals.end()));
  BOOST_TEST((second != diagonals.end()));
  BOOST_TEST(std::ranges::distance(diagonals.begin(), diagonals.end()) == 3);
}

BOOST_AUTO_TEST_CASE(specs_patterns_and_any_contiguous_weights) {
  const ConvolutionSpec spec{.input = {3}, .kernel = {3}, .padding = 1};
  const Convolution conv(spec);
  BOOST_TEST(draw_diagonals(spec, {1, 2, 3}) == draw_diagonals(conv, {1, 2, 3}));
  BOOST_TEST(draw_diagonals(toeplix::Pattern(conv), {1, 2, 3}) == draw_diagonals(conv, {1, 2, 3}));
  const Eigen::Vector3f weights(1, 2, 3);
  BOOST_TEST(toeplix::diagonals(spec, weights).at(1).values == (std::vector<float>{3, 3}));
  BOOST_TEST(toeplix::Diagonals(spec, weights).at(1).values == (std::vector<float>{3, 3}));
  BOOST_TEST((toeplix::count_diagonals(spec) == 3));
  const toeplix::TransposedConvolutionSpec up{.input = {2}, .kernel = {2}, .stride = 2};
  BOOST_TEST(draw_diagonals(up, {1, 2}) == draw_diagonals(TransposedConvolution(up), {1, 2}));
}

BOOST_AUTO_TEST_SUITE_END()
