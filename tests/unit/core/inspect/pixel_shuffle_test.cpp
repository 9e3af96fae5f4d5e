#include "support/compare.hpp"
#include "support/effort.hpp"
#include "support/expected_matrix.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/diagonals.hpp>
#include <toeplix/pixel_shuffle.hpp>
#include <toeplix/reference.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

// Diagonals of matrices whose rows and columns are packed.

BOOST_AUTO_TEST_SUITE(pixel_shuffles)

namespace {

using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Diagonal;
using toeplix::DiagonalPlace;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::PackedGrid;
using toeplix::PackedTensor;
using toeplix::Pattern;
using toeplix::PixelShuffle;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using namespace toeplix::test;

using Numbers = std::vector<double>;
/// Diagonals by their places, each by its rows.
using DiagonalMap = std::map<DiagonalPlace, std::map<Index, double>>;

Numbers counting(Index length) {
  Numbers weights(static_cast<std::size_t>(length));
  std::iota(weights.begin(), weights.end(), 1.0);
  return weights;
}

/// A grid that holds input and output, sometimes larger than it has to be.
PackedGrid draw_grid(const Pattern& pattern, Random& random) {
  const PixelShuffle least = toeplix::pixel_shuffle(pattern);
  if (random.once_in(3)) return {};
  PackedGrid grid = least.input.grid();
  for (std::size_t axis = 0; axis < grid.gap.size(); ++axis) {
    const Index factor = random.pick<Index>({1, 1, 2, 3});
    grid.gap[axis] *= factor;
    grid.points[axis] = grid.points[axis] * factor + random.pick<Index>({0, 0, 1, 5});
  }
  grid.channels = random.once_in(2)
                      ? 0
                      : least.input.channels() + least.output.channels() + random.between(0, 2);
  return grid;
}

/// The diagonals of the oracle's matrix, its rows and columns at their places.
DiagonalMap expected_diagonals(const DenseMatrix<double>& dense, const std::vector<Index>& rows,
                               const std::vector<Index>& columns, Index size) {
  DiagonalMap expected;
  for (Index i = 0; i < dense.rows; ++i) {
    for (Index j = 0; j < dense.cols; ++j) {
      if (dense.at(i, j) == 0) continue;
      const Index row = rows[static_cast<std::size_t>(i)];
      const Index column = columns[static_cast<std::size_t>(j)];
      const Index offset = (column % size - row % size + size) % size;
      expected[{row / size, column / size, offset}][row % size] = dense.at(i, j);
    }
  }
  return expected;
}

template <class Found>
DiagonalMap found_diagonals(const Found& found) {
  DiagonalMap result;
  for (const Diagonal<double>& diagonal : found) {
    auto& rows = result[{diagonal.block_row, diagonal.block_column, diagonal.offset}];
    for (std::size_t i = 0; i < diagonal.rows.size(); ++i) {
      rows[diagonal.rows[i]] = diagonal.values[i];
    }
  }
  return result;
}

Index rotations_of(const DiagonalMap& diagonals) {
  std::set<std::pair<Index, Index>> rotations;
  for (const auto& [place, rows] : diagonals) {
    if (place.offset != 0) rotations.insert({place.block_column, place.offset});
  }
  return std::ssize(rotations);
}

template <class Found>
std::string difference(const Found& found, const DiagonalMap& expected) {
  if (found_diagonals(found) != expected) return "entries";
  if (found.count() != std::ssize(expected)) return "count";
  if (found.structure().rotations() != rotations_of(expected)) return "rotations";
  for (const auto& [place, rows] : expected) {
    if (found.entries(place) != std::ssize(rows)) return "entries of a diagonal";
  }
  return {};
}

/// What is wrong with the diagonals of a packed spec, held against the oracle's matrix.
template <class Spec>
std::string flaw(const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Pattern pattern(conv);
  const PixelShuffle packing = toeplix::pixel_shuffle(pattern, draw_grid(pattern, random));
  const Numbers weights = counting(conv.weight_count());
  const Index whole = std::max(packing.input.size(), packing.output.size());
  const Index size = random.once_in(2) ? 0 : random.between(std::max<Index>(1, whole / 40), whole);
  const DiagonalMap expected = expected_diagonals(probe(spec, weights), packing.output.places(),
                                                  packing.input.places(), size == 0 ? whole : size);
  const toeplix::DiagonalOptions options{.size = size, .packing = packing};
  const auto found = toeplix::diagonals(conv, weights, options);
  if (found.size() != (size == 0 ? whole : size)) return "size";
  const std::string wrong = difference(found, expected);
  if (!wrong.empty()) return concatenate("size ", size, ": ", wrong);
  if (toeplix::count_rotations(conv, size, packing) != rotations_of(expected)) return "rotations";
  if (toeplix::count_diagonals(conv, size, packing) != std::ssize(expected)) return "count";
  const auto of_matrix = toeplix::diagonals(toeplix::compile(conv, weights), options);
  const std::string other = difference(of_matrix, expected);
  return other.empty() ? "" : "of the matrix: " + other;
}

/// A vector in the slots of ciphertexts of `size` slots each.
Numbers packed(const PackedTensor& tensor, const Numbers& x, Index size) {
  const Index parts = (tensor.size() + size - 1) / size;
  Numbers slots(static_cast<std::size_t>(parts * size));
  const std::vector<Index> places = tensor.places();
  for (std::size_t i = 0; i < x.size(); ++i) slots[static_cast<std::size_t>(places[i])] = x[i];
  return slots;
}

/// A product by rotations of ciphertexts, as a program for encrypted numbers takes it.
template <class Found>
Numbers rotated_product(const Found& found, const Numbers& slots) {
  const Index size = found.size();
  Numbers y(static_cast<std::size_t>(found.structure().block_rows() * size));
  for (const Diagonal<double>& d : found) {
    const Numbers values = d.dense();
    for (Index i = 0; i < size; ++i) {
      y[static_cast<std::size_t>(d.block_row * size + i)] +=
          values[static_cast<std::size_t>(i)] *
          slots[static_cast<std::size_t>(d.block_column * size + (i + d.offset) % size)];
    }
  }
  return y;
}

Numbers unpacked(const PackedTensor& tensor, const Numbers& slots) {
  Numbers y;
  for (const Index place : tensor.places()) y.push_back(slots[static_cast<std::size_t>(place)]);
  return y;
}

template <class Conv>
Index rotations_before(const Conv& conv) {
  return toeplix::count_rotations(conv).value();
}
template <class Conv>
Index rotations_after(const Conv& conv) {
  return toeplix::count_rotations(conv, 0, toeplix::pixel_shuffle(conv)).value();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_by_hand) {
  // Channels a (weights 1 2) and b (3 4) of x0 x1 | x2 x3; their rows by turns:
  //   a0  1 2 . .
  //   b0  3 4 . .
  //   a1  . . 1 2
  //   b1  . . 3 4
  const Convolution conv({.input = {4}, .kernel = {2}, .out_channels = 2, .stride = 2});
  const PixelShuffle packing = toeplix::pixel_shuffle(conv);
  BOOST_TEST(packing.input.is_plain());
  BOOST_TEST(packing.output.places() == (std::vector<Index>{0, 2, 1, 3}),
             boost::test_tools::per_element());
  const Numbers weights{1, 2, 3, 4};
  const DiagonalMap expected = {{{0, 0, 0}, {{0, 1}, {1, 4}, {2, 1}, {3, 4}}},
                                {{0, 0, 1}, {{0, 2}, {2, 2}}},
                                {{0, 0, 3}, {{1, 3}, {3, 3}}}};
  BOOST_CHECK(found_diagonals(toeplix::diagonals(conv, weights, {.packing = packing})) == expected);
  // In their own order the rows a0 a1 b0 b1 have all four.
  BOOST_TEST(toeplix::count_diagonals(conv).value() == 4);
  BOOST_TEST(rotations_before(conv) == 3);
  BOOST_TEST(rotations_after(conv) == 2);
}

BOOST_AUTO_TEST_CASE(counts_by_hand) {
  // Windows of 2 x 2 side by side, four channels on four pixels: offsets -1, 0, 1 on either axis.
  const Convolution tiles({.input = {8, 8}, .kernel = {2, 2}, .out_channels = 4, .stride = 2});
  BOOST_TEST(rotations_after(tiles) == 8);
  // A layer of ResNet: 3 + 2 - 1 offsets on either axis; on the channels 16 + 8 - 1, which are 16
  // going round.
  const Convolution layer("input=32,32 kernel=3,3 in=16 out=32 stride=2 padding=1");
  BOOST_TEST(toeplix::pixel_shuffle(layer).output.images() == 8);
  BOOST_TEST(rotations_after(layer) == 4 * 4 * 16 - 1);
  const auto packing = toeplix::pixel_shuffle(layer);
  BOOST_TEST(toeplix::count_rotations(layer, 1 << 15, packing).value() == 4 * 4 * 23 - 1);
  BOOST_TEST(rotations_before(layer) > 10'000);
  // Transposed, the same matrix; its packed columns are what a strided layer has packed.
  const TransposedConvolution up(
      "transposed input=16,16 kernel=3,3 in=32 out=16 stride=2 padding=1 output_padding=1");
  BOOST_TEST(rotations_after(up) == 4 * 4 * 16 - 1);
  BOOST_CHECK(toeplix::pixel_shuffle(up).input == toeplix::pixel_shuffle(layer).output);
  // Stride 1: nothing to pack, unless the output has other extents than the input.
  const Convolution same({.input = {8, 8}, .kernel = {3, 3}, .padding = 1});
  BOOST_TEST(toeplix::pixel_shuffle(same).is_plain());
  const Convolution valid({.input = {8, 8}, .kernel = {3, 3}});
  BOOST_TEST(rotations_after(valid) == 8);
  // Lines of 6 in lines of 8: 2 more from line to line. Offsets 0 to 2 + 8 * 2 + 2 * 5, all of
  // them.
  BOOST_TEST(rotations_before(valid) == 28);
}

BOOST_AUTO_TEST_CASE(agree_with_the_permuted_matrix) {
  Failures failures;
  for_random_specs("packed", by_effort(60, 600, 6000), [&](const auto& spec, Random& random) {
    failures.expect_none(spec, "packed", flaw(spec, random));
  });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(layers_in_a_row_by_rotations) {
  Random random("two layers");
  for (const TensorOrder order :
       {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major}) {
    const ConvolutionSpec first{.input = {7, 6},
                                .kernel = {3, 3},
                                .in_channels = 2,
                                .out_channels = 6,
                                .stride = {2, 3},
                                .padding = 1,
                                .order = order};
    const ConvolutionSpec second{.input = toeplix::reference::output_extents(first),
                                 .kernel = {2, 2},
                                 .in_channels = 6,
                                 .out_channels = 5,
                                 .stride = {2, 1},
                                 .order = order};
    const toeplix::TransposedConvolutionSpec third{
        .input = toeplix::reference::output_extents(second),
        .kernel = {2, 2},
        .in_channels = 5,
        .out_channels = 3,
        .stride = {4, 3},
        .order = order};
    const Numbers w1 = small_integers<double>(random, Convolution(first).weight_count());
    const Numbers w2 = small_integers<double>(random, Convolution(second).weight_count());
    const Numbers w3 = small_integers<double>(random, TransposedConvolution(third).weight_count());
    const Numbers x = small_integers<double>(random, Convolution(first).cols());
    for (const Index size : {Index{0}, Index{16}, Index{64}}) {
      const PackedGrid room{.points = {8, 6}, .channels = 6};
      const PixelShuffle one = toeplix::pixel_shuffle(first, room);
      const PixelShuffle two = toeplix::pixel_shuffle(second, one.output);
      const PixelShuffle three = toeplix::pixel_shuffle(third, two.output);
      BOOST_TEST((one.output.grid().gap == toeplix::Extents{2, 3}));
      BOOST_TEST((two.output.grid().gap == toeplix::Extents{4, 3}));
      BOOST_TEST((three.output.grid().gap == toeplix::Extents{1, 1}));
      BOOST_CHECK(two.input == one.output);
      const Index n = size > 0 ? size
                               : std::max({one.input.size(), one.output.size(), two.output.size(),
                                           three.output.size()});
      const auto step = [n](const auto& spec, const Numbers& weights, const PixelShuffle& packing,
                            const Numbers& slots) {
        return rotated_product(toeplix::diagonals(spec, weights, {.size = n, .packing = packing}),
                               slots);
      };
      Numbers slots = packed(one.input, x, n);
      slots = step(first, w1, one, slots);
      slots = step(second, w2, two, slots);
      slots = step(third, w3, three, slots);
      const Numbers expected = toeplix::reference::convolve_transposed(
          third, w3,
          toeplix::reference::convolve(second, w2, toeplix::reference::convolve(first, w1, x)));
      BOOST_TEST(unpacked(three.output, slots) == expected, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(huge_ones_cost_no_more_than_small_ones) {
  const Convolution photo({.input = {1 << 16, 1 << 16},
                           .kernel = {3, 3},
                           .in_channels = 3,
                           .out_channels = 64,
                           .stride = 2,
                           .padding = 1});
  const PixelShuffle packing = toeplix::pixel_shuffle(photo);
  BOOST_TEST(toeplix::count_rotations(photo, 0, packing).value() == 16 * 16 - 1);
  const toeplix::DiagonalStructure structure(photo, 0, packing);
  Index entries = 0;
  for (const DiagonalPlace& place : structure) entries += structure.entries(place);
  BOOST_TEST(entries == photo.nnz());
  // As wide as layers of ResNet get.
  const Convolution wide("input=14,14 kernel=3,3 in=256 out=512 stride=2 padding=1");
  BOOST_TEST(rotations_after(wide) == 16 * 256 - 1);
}

BOOST_AUTO_TEST_CASE(more_channels_than_are_looked_up_in_pairs) {
  for (const TensorOrder order :
       {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major}) {
    const Convolution conv({.input = {2},
                            .kernel = {1},
                            .in_channels = 1025,
                            .out_channels = 1024,
                            .stride = 2,
                            .order = order});
    const PixelShuffle packing =
        toeplix::pixel_shuffle(conv, PackedGrid{.gap = {2}, .channels = 600});
    const auto found =
        toeplix::diagonals(conv, counting(conv.weight_count()), {.packing = packing});
    for (const Index offset :
         {Index{0}, Index{1}, Index{6}, Index{600}, Index{1111}, Index{2048}, found.size() - 3}) {
      std::map<Index, double> expected;
      for (Index out = 0; out < 1024; ++out) {
        for (Index in = 0; in < 1025; ++in) {
          const Index row = packing.output.channel_place(out);
          const Index column = packing.input.channel_place(in);
          if ((column - row + found.size()) % found.size() != offset) continue;
          expected[row] = static_cast<double>(out * 1025 + in + 1);
        }
      }
      const Diagonal<double> diagonal = found.at(offset);
      BOOST_TEST(found.entries({0, 0, offset}) == std::ssize(expected));
      BOOST_TEST(std::ssize(diagonal.rows) == std::ssize(expected));
      for (std::size_t i = 0; i < diagonal.rows.size(); ++i) {
        BOOST_REQUIRE(expected.at(diagonal.rows[i]) == diagonal.values[i]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(orders_of_any_matrix) {
  using Matrix = Eigen::SparseMatrix<double>;
  Matrix matrix(2, 3);
  matrix.insert(0, 0) = 1;
  matrix.insert(0, 2) = 2;
  matrix.insert(1, 1) = 3;
  const std::vector<Index> rows{4, 1};
  const std::vector<Index> columns{2, 0, 3};
  const toeplix::SlotOrders orders{.rows = {rows, 5}, .columns = {columns, 4}};
  // Entries (4, 2), (4, 3), (1, 0) of 5 x 5.
  const DiagonalMap expected = {{{0, 0, 3}, {{4, 1}}}, {{0, 0, 4}, {{4, 2}, {1, 3}}}};
  BOOST_CHECK(found_diagonals(toeplix::diagonals(matrix, {}, orders)) == expected);
  // In blocks of 2 x 2: 3 below one another, 2 beside one another.
  const auto blocks = toeplix::diagonals(matrix, {.size = 2}, orders);
  BOOST_TEST(blocks.structure().block_rows() == 3);
  BOOST_TEST(blocks.structure().block_columns() == 2);
  const DiagonalMap cut = {{{0, 0, 1}, {{1, 3}}}, {{2, 1, 0}, {{0, 1}}}, {{2, 1, 1}, {{0, 2}}}};
  BOOST_CHECK(found_diagonals(blocks) == cut);
  BOOST_TEST(blocks.structure().rotations() == 2);
  // One of them alone.
  const DiagonalMap of_rows = {{{0, 0, 0}, {{1, 3}}}, {{0, 0, 1}, {{4, 1}}}, {{0, 0, 3}, {{4, 2}}}};
  BOOST_CHECK(found_diagonals(toeplix::diagonals(matrix, {}, {.rows = {rows, 5}})) == of_rows);
}

BOOST_AUTO_TEST_CASE(refuse_orders_that_cannot_be) {
  Eigen::SparseMatrix<double> matrix(3, 2);
  matrix.insert(0, 0) = 1;
  const auto with_rows = [&](std::vector<Index> places, Index size) {
    return [&matrix, places, size] {
      (void)toeplix::diagonals(matrix, {}, {.rows = {places, size}});
    };
  };
  check_throws<GeometryError>(with_rows({0, 1}, 4),
                              "row order of 2 places; expected one for each row (3)");
  check_throws<GeometryError>(with_rows({}, 4),
                              "row order of 0 places; expected one for each row (3)");
  check_throws<GeometryError>(with_rows({3, 1, 3}, 4),
                              "row order: place 3 is that of rows 0 and 2; expected each place "
                              "once at most");
  check_throws<GeometryError>(with_rows({0, -1, 2}, 4),
                              "row order: place -1 of row 1; expected 0 to 3");
  check_throws<GeometryError>(with_rows({0, 4, 2}, 4),
                              "row order: place 4 of row 1; expected 0 to 3");
  const std::vector<Index> columns{0, 0};
  check_throws<GeometryError>(
      [&] {
        (void)toeplix::diagonals(matrix, {}, {.columns = {columns, 2}});
      },
      "column order: place 0 is that of columns 0 and 1; expected each place once at most");
  const std::vector<Index> three{0, 1, 2};
  check_throws<CapacityError>(
      [&] {
        (void)toeplix::diagonals(matrix, {.resources = {.memory_budget = 20}},
                                 {.rows = {three, 3}});
      },
      "the places of 3 rows exceed the memory budget of 20 bytes");
  const PixelShuffle packing =
      toeplix::pixel_shuffle(Convolution({.input = {4}, .kernel = {2}, .stride = 2}));
  check_throws<GeometryError>([&] { (void)toeplix::diagonals(matrix, {.packing = packing}); },
                              "packing of 2 rows and 4 columns; expected 3 and 2, as the matrix "
                              "has");
  check_throws<GeometryError>(
      [&] {
        (void)toeplix::diagonals(matrix, {.packing = packing}, {.rows = {three, 3}});
      },
      "packing, and an order of rows or columns; expected one of them");
}

BOOST_AUTO_TEST_CASE(refuse_grids_that_cannot_be) {
  const Convolution conv({.input = {8, 8}, .kernel = {3, 3}, .out_channels = 4, .stride = 2});
  const auto packing_on = [&](PackedGrid grid) {
    return [&conv, grid] { (void)toeplix::pixel_shuffle(conv, grid); };
  };
  check_throws<GeometryError>(packing_on({.gap = {2}}),
                              "gap has 1 numbers; expected one for each axis (2)");
  check_throws<GeometryError>(packing_on({.points = {2}}),
                              "points has 1 numbers; expected one for each axis (2)");
  check_throws<GeometryError>(packing_on({.points = {8, 7}}),
                              "axis 1: a grid of 7 points does not hold the input and the output; "
                              "expected at least 8");
  check_throws<GeometryError>(packing_on({.gap = {1, 0}}),
                              "axis 1: gap 0 of the input; expected a multiple of 1, so that the "
                              "output's gap is a whole number");
  check_throws<CapacityError>(packing_on({.gap = {1, Index{1} << 62}}),
                              "axis 1: the grid of the packed tensor exceeds 64 bits");
  const TransposedConvolution up({.input = {4}, .kernel = {2}, .stride = 2});
  check_throws<GeometryError>([&] { (void)toeplix::pixel_shuffle(up, PackedGrid{.gap = {3}}); },
                              "axis 0: gap 3 of the input; expected a multiple of 2, so that the "
                              "output's gap is a whole number");
  check_throws<GeometryError>(
      [&] {
        (void)toeplix::pixel_shuffle(conv, PackedTensor(1, {8, 9}));
      },
      "packing of 1 channels of 8 x 9 in the order channels_first; expected the convolution's "
      "input, 1 channels of 8 x 8 in the order channels_first");
  // A grid that the first layer fills has no room for what the second adds.
  const Convolution wider({.input = {8, 8}, .kernel = {3, 3}, .padding = 2});
  check_throws<GeometryError>(
      [&] {
        (void)toeplix::pixel_shuffle(wider, PackedTensor(1, {8, 8}));
      },
      "axis 0: a grid of 8 points does not hold the input and the output; expected at least 10");
  const PixelShuffle other = toeplix::pixel_shuffle(wider);
  check_throws<GeometryError>(
      [&] { (void)toeplix::diagonals(conv, Numbers(36), {.packing = other}); },
      "packing of 1 channels of 10 x 10 in the order channels_first; expected the convolution's "
      "output, 4 channels of 3 x 3 in the order channels_first");
}

BOOST_AUTO_TEST_SUITE_END()
