#include "support/compare.hpp"
#include "support/effort.hpp"
#include "support/expected_matrix.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/diagonals.hpp>
#include <toeplix/reference.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <complex>
#include <map>
#include <numeric>

BOOST_AUTO_TEST_SUITE(diagonals)

namespace {

using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Diagonal;
using toeplix::DiagonalPlace;
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

/// What is wrong with the diagonals of the blocks of a spec, held against the oracle's matrix.
template <class Spec>
std::string block_flaw(const Spec& spec, Index size) {
  const auto conv = make(spec);
  const std::vector<double> weights = counting(conv.weight_count());
  const DenseMatrix<double> dense = probe(spec, weights);
  std::map<DiagonalPlace, std::vector<double>> expected;
  for (Index row = 0; row < dense.rows; ++row) {
    for (Index column = 0; column < dense.cols; ++column) {
      if (dense.at(row, column) == 0) continue;
      const Index offset = (column % size - row % size + size) % size;
      auto& diagonal = expected[{row / size, column / size, offset}];
      diagonal.resize(static_cast<std::size_t>(size));
      diagonal[static_cast<std::size_t>(row % size)] = dense.at(row, column);
    }
  }
  const auto diagonals = toeplix::diagonals(conv, weights, {.size = size});
  if (diagonals.count() != std::ssize(expected)) return "count";
  auto next = expected.begin();
  for (const Diagonal<double>& diagonal : diagonals) {
    const DiagonalPlace place{diagonal.block_row, diagonal.block_column, diagonal.offset};
    if (next == expected.end() || next->first != place) return "place";
    const std::string wrong = vector_difference(diagonal.dense(), next->second);
    if (!wrong.empty()) return concatenate("diagonal ", diagonal.offset, " ", wrong);
    if (diagonals.entries(place) != std::ssize(diagonal.rows)) return "entries";
    if (!std::ranges::is_sorted(diagonal.rows)) return "order of rows";
    ++next;
  }
  return next == expected.end() ? "" : "too few";
}

/// Small whole weights, many of which are zero or cancel out if a boundary folds.
std::vector<double> cancelling(Index length, Random& random) {
  std::vector<double> weights;
  for (Index i = 0; i < length; ++i) weights.push_back(random.pick<double>({-1, 0, 1}));
  return weights;
}

/// Whether a pruned diagonal counts the entries that it has.
template <class Spec>
std::string pruned_flaw(const Spec& spec, Index size, Random& random) {
  const auto conv = make(spec);
  const auto weights = cancelling(conv.weight_count(), random);
  const toeplix::Diagonals<double> all(conv, weights, {.size = size});
  const toeplix::Diagonals<double> pruned(conv, weights, {.size = size, .prune_zeros = true});
  for (const DiagonalPlace& place : all.structure()) {
    const std::vector<double> values = all.at(place).values;
    const Index kept = std::ssize(values) - std::ranges::count(values, 0.0);
    if (pruned.entries(place) != kept) return "entries";
    if (std::ssize(pruned.at(place).rows) != kept) return "rows";
  }
  return {};
}

/// What is wrong with the diagonals of a compiled matrix, held against those of its convolution.
template <class Matrix, class Spec>
std::string matrix_flaw(const Spec& spec, Index size, Random& random) {
  using Scalar = typename Matrix::Scalar;
  const auto conv = make(spec);
  const auto whole = cancelling(conv.weight_count(), random);
  const std::vector<Scalar> weights(whole.begin(), whole.end());
  const Matrix matrix = toeplix::compile(conv, weights);
  for (const bool prune : {false, true}) {
    const toeplix::DiagonalOptions options{.size = size, .prune_zeros = prune};
    const auto expected = toeplix::diagonals(conv, weights, options);
    const auto got = toeplix::diagonals(matrix, options);
    if (got.size() != expected.size()) return "size";
    if (got.structure().block_rows() != expected.structure().block_rows()) return "block rows";
    if (got.structure().block_columns() != expected.structure().block_columns()) {
      return "block columns";
    }
    auto place = got.structure().begin();
    auto next = got.begin();
    for (const Diagonal<Scalar>& diagonal : expected) {
      if (next == got.end() || place == got.structure().end()) return "too few";
      const DiagonalPlace at{diagonal.block_row, diagonal.block_column, diagonal.offset};
      if (*place != at || next->block_row != at.block_row ||
          next->block_column != at.block_column || next->offset != at.offset) {
        return "place";
      }
      if (next->rows != diagonal.rows || next->values != diagonal.values) return "entries";
      if (next->dense() != diagonal.dense()) return "dense";
      if (got.entries(at) != std::ssize(diagonal.rows)) return "count of entries";
      ++place;
      ++next;
    }
    if (next != got.end() || place != got.structure().end()) return "too many";
    if (got.entries({0, 0, got.size()}) != 0) return "entries where there are none";
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

BOOST_AUTO_TEST_CASE(blocks_agree_with_the_dense_matrix) {
  Failures failures;
  for_random_specs("blocks", by_effort(60, 600, 6000), [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    const Index largest = std::max(conv.rows(), conv.cols());
    const Index size = random.between(1, largest + 1);
    failures.expect_none(spec, concatenate("blocks of ", size), block_flaw(spec, size));
    failures.expect_none(spec, concatenate("pruned, of ", size), pruned_flaw(spec, size, random));
    failures.expect_none(spec, "pruned", pruned_flaw(spec, 0, random));
  });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(those_of_a_matrix_are_those_of_its_convolution) {
  using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor>;
  using Columns = Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t>;
  Failures failures;
  for_random_specs(
      "diagonals of matrices", by_effort(60, 600, 6000), [&](const auto& spec, Random& random) {
        const Index size = random.pick<Index>({0, 0, 1, 3, 8, 64, 5000});
        failures.expect_none(spec, "by rows", matrix_flaw<Rows>(spec, size, random));
        failures.expect_none(spec, "by columns", matrix_flaw<Columns>(spec, size, random));
      });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(of_matrices_that_are_refused) {
  Eigen::SparseMatrix<double> matrix(2, 3);
  matrix.insert(1, 0) = 1;
  BOOST_CHECK_THROW((void)toeplix::diagonals(matrix, {.size = -1}), GeometryError);
  BOOST_CHECK_THROW((void)toeplix::diagonals(matrix, {.size = Index{1} << 62 | 1}), CapacityError);
  BOOST_CHECK_THROW((void)toeplix::diagonals(matrix, {.resources = {.memory_budget = 100}}),
                    CapacityError);
  BOOST_CHECK_THROW((void)toeplix::diagonals(Eigen::SparseMatrix<double>(0, 3)), GeometryError);
  BOOST_TEST(toeplix::diagonals(Eigen::SparseMatrix<float>(2, 3)).count() == 0);
  const auto largest = toeplix::diagonals(matrix, {.size = Index{1} << 62});
  BOOST_TEST(largest.begin()->offset == (Index{1} << 62) - 1);
}

BOOST_AUTO_TEST_CASE(products_by_blocks) {
  // Every ciphertext has 4 slots; image and output have 16.
  const Convolution conv({.input = {4, 4}, .kernel = {3, 3}, .padding = 1});
  const std::vector<double> weights = counting(9);
  const std::vector<double> x = counting(16);
  std::vector<double> y(16);
  for (const auto& d : toeplix::diagonals(conv, weights, {.size = 4})) {
    const std::vector<double> packed = d.dense();
    for (Index i = 0; i < 4; ++i) {
      const auto from = static_cast<std::size_t>(d.block_column * 4 + (i + d.offset) % 4);
      const auto to = static_cast<std::size_t>(d.block_row * 4 + i);
      y[to] += packed[static_cast<std::size_t>(i)] * x[from];
    }
  }
  const auto expected = toeplix::reference::convolve(conv.spec(), weights, x);
  BOOST_TEST(y == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(huge_ones_cost_no_more_than_small_ones) {
  const Convolution line({.input = {Index{1} << 40}, .kernel = {3}});
  const toeplix::DiagonalStructure one(line);
  BOOST_TEST(one.entries({0, 0, 2}) == (Index{1} << 40) - 2);
  BOOST_TEST(one.count() == 3);
  const Convolution same({.input = {6000, 6000}, .kernel = {3, 3}, .padding = 1});
  const toeplix::DiagonalStructure nine(same);
  BOOST_TEST(nine.entries({0, 0, 0}) == 36'000'000);
  BOOST_TEST(nine.entries({0, 0, 1}) == 6000 * 5999);
  BOOST_TEST(nine.entries({0, 0, 6001}) == 5999 * 5999);
  // 1099 rows of blocks of 32768.
  const toeplix::DiagonalStructure blocks(same, 32768);
  BOOST_TEST(blocks.block_rows() == 1099);
  Index entries = 0;
  for (const DiagonalPlace& place : blocks) entries += blocks.entries(place);
  BOOST_TEST(entries == same.nnz());
  // Pruned: entries are counted by their weights.
  const std::vector<double> laplacian{0, 1, 0, 1, -4, 1, 0, 1, 0};
  const toeplix::Diagonals<double> pruned(same, laplacian, {.prune_zeros = true});
  BOOST_TEST(pruned.entries({0, 0, 0}) == 36'000'000);
  BOOST_TEST(pruned.entries({0, 0, 6001}) == 0);
}

BOOST_AUTO_TEST_CASE(a_budget_holds) {
  const Convolution line({.input = {Index{1} << 40}, .kernel = {3}});
  const std::vector<double> weights(3, 1);
  BOOST_CHECK_THROW((void)toeplix::diagonals(line, weights).at(0), CapacityError);
  const Convolution small({.input = {100}, .kernel = {1}});
  const std::vector<double> one(1, 1);
  const auto with_budget = [&](Index bytes) {
    return toeplix::Diagonals<double>(small, one, {.resources = {.memory_budget = bytes}});
  };
  BOOST_TEST(with_budget(3200).at(0).rows.size() == 100u);
  check_throws<CapacityError>([&] { (void)with_budget(3199).at(0); },
                              "a diagonal of 100 entries exceeds the memory budget of 3199 bytes; "
                              "cut the matrix into blocks");
}

BOOST_AUTO_TEST_CASE(what_takes_too_long_is_refused) {
  const Convolution line({.input = {Index{1} << 40}, .kernel = {3}});
  check_throws<CapacityError>([&] { (void)toeplix::DiagonalStructure(line, 8); },
                              "1099511627774 rows in blocks of 8 exceed the limit of 2^22 blocks; "
                              "use larger blocks");
  BOOST_TEST(!toeplix::count_diagonals(line, 8));
  const toeplix::DiagonalStructure many(line, Index{1} << 19);
  check_throws<CapacityError>([&] { (void)many.count(); },
                              "the diagonals of 2097152 x 2097152 blocks take too long to count; "
                              "go through them, or use larger blocks");
  const Convolution long_kernel({.input = {1 << 23}, .kernel = {1 << 23}});
  BOOST_CHECK_THROW((void)toeplix::DiagonalStructure(long_kernel), CapacityError);
  const Convolution wide({.input = {1}, .kernel = {1}, .in_channels = 1, .out_channels = 1 << 23});
  BOOST_CHECK_THROW((void)toeplix::DiagonalStructure(wide), CapacityError);
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
  check_throws<GeometryError>([&] { (void)toeplix::diagonals(conv, weights, {.size = -1}); },
                              "size -1 of the diagonals is negative; expected at least 1, or 0 for "
                              "that of the matrix");
  BOOST_CHECK_THROW((void)toeplix::count_diagonals(conv, -1), GeometryError);
  const auto blocks = toeplix::diagonals(conv, weights, {.size = 2});
  check_throws<GeometryError>([&] { (void)blocks.at(0); },
                              "diagonal 0 of 1 x 2 blocks; expected the row and column of a block "
                              "as well");
  check_throws<GeometryError>(
      [&] {
        (void)blocks.at({1, 0, 0});
      },
      "block (1, 0) does not exist; there are 1 x 2, from (0, 0)");
  check_throws<GeometryError>(
      [&] {
        (void)blocks.entries({0, -1, 0});
      },
      "block (0, -1) does not exist; there are 1 x 2, from (0, 0)");
  BOOST_TEST(!blocks.structure().contains({0, 2, 0}));
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
