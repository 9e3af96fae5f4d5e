#include "support/failures.hpp"
#include "support/matrix_of_rows.hpp"
#include "support/random.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/inspect.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <complex>
#include <limits>
#include <numeric>
#include <span>

BOOST_AUTO_TEST_SUITE(inspect_structure)

namespace {

using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::inspect;
using toeplix::Inspection;
using toeplix::MatrixLevel;
using toeplix::MatrixPosition;
using toeplix::StructureFinding;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using namespace toeplix::test;

using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;

constexpr StructureFinding yes = true;
constexpr StructureFinding no = false;
constexpr StructureFinding unknown = std::nullopt;

ConvolutionSpec three(Boundary boundary) {
  return {.input = {5}, .kernel = {3}, .padding = 1, .boundary = boundary};
}

toeplix::MatrixStructure structure(const ConvolutionSpec& spec) {
  return inspect(Convolution(spec)).structure;
}

toeplix::MatrixStructure structure(const ConvolutionSpec& spec,
                                   const std::vector<double>& weights) {
  return inspect(Convolution(spec), weights).structure;
}

/// T(i - o) + H(i + o) with numbers at random.
Matrix toeplitz_plus_hankel(int rows, int cols, Random& random) {
  std::vector<double> toeplitz(static_cast<std::size_t>(rows + cols));
  std::vector<double> hankel(static_cast<std::size_t>(rows + cols));
  for (double& number : toeplitz) number = static_cast<double>(random.between(1, 99));
  for (double& number : hankel) number = static_cast<double>(random.between(1, 99));
  std::vector<std::vector<double>> entries;
  for (int o = 0; o < rows; ++o) {
    entries.emplace_back();
    for (int i = 0; i < cols; ++i) {
      entries.back().push_back(toeplitz[static_cast<std::size_t>(i - o + rows)] +
                               hankel[static_cast<std::size_t>(i + o)]);
    }
  }
  return matrix_of(entries);
}

}  // namespace

BOOST_AUTO_TEST_CASE(toeplitz_is_found_by_boundary) {
  for (const Boundary boundary : {Boundary::zero, Boundary::circular}) {
    BOOST_CHECK(structure(three(boundary)).toeplitz == yes);
  }
  for (const Boundary boundary : {Boundary::reflect, Boundary::symmetric, Boundary::replicate}) {
    BOOST_CHECK(structure(three(boundary)).toeplitz == no);
  }
  // A stride samples the rows of a Toeplitz matrix.
  BOOST_CHECK(structure({.input = {9}, .kernel = {3}, .stride = 2}).toeplitz == no);
  BOOST_CHECK(inspect(matrix_of({{1, 2, 3}, {4, 1, 2}})).structure.toeplitz == yes);
  BOOST_CHECK(inspect(matrix_of({{1, 2, 3}, {4, 1, 5}})).structure.toeplitz == no);
  // A zero that is not stored is a value like any other.
  BOOST_CHECK(inspect(matrix_of({{0, 2, 3}, {4, 1, 2}})).structure.toeplitz == no);
}

BOOST_AUTO_TEST_CASE(circulant_is_found_by_boundary) {
  BOOST_CHECK(structure(three(Boundary::circular)).circulant == yes);
  BOOST_CHECK(structure(three(Boundary::zero)).circulant == no);
  BOOST_CHECK(inspect(matrix_of({{1, 2, 3}, {3, 1, 2}, {2, 3, 1}})).structure.circulant == yes);
  BOOST_CHECK(inspect(matrix_of({{1, 2, 3}, {3, 1, 2}, {2, 0, 1}})).structure.circulant == no);
  BOOST_CHECK(inspect(matrix_of({{1, 2, 1}, {1, 1, 2}})).structure.circulant == no);
}

BOOST_AUTO_TEST_CASE(blocks_are_found_level_by_level) {
  const ConvolutionSpec same{.input = {4, 5}, .kernel = {3, 3}, .padding = 1};
  BOOST_CHECK(structure(same).toeplitz == no);
  BOOST_CHECK(block_toeplitz(structure(same)) == yes);
  BOOST_CHECK(block_circulant(structure(same)) == no);
  ConvolutionSpec torus = same;
  torus.boundary = Boundary::circular;
  BOOST_CHECK(block_circulant(structure(torus)) == yes);
  BOOST_CHECK(structure(torus).circulant == no);
  ConvolutionSpec globe = same;
  globe.boundary = {Boundary::replicate, Boundary::circular};
  const auto found = structure(globe);
  BOOST_REQUIRE(found.levels.size() == 3);
  BOOST_TEST(found.levels[1].level.name == "axis 0");
  BOOST_CHECK(found.levels[1].toeplitz == no);
  BOOST_CHECK(found.levels[2].circulant == yes);
  // The same, of the matrix, with the levels in the order of memory.
  globe.order = TensorOrder::column_major;
  const Convolution conv(globe);
  const std::vector<double> weights{1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto levels = toeplix::matrix_levels(conv);
  BOOST_TEST(levels[1].name == "axis 1");
  const auto explicit_matrix = inspect(toeplix::compile(conv, weights), levels).structure;
  BOOST_CHECK(explicit_matrix.levels[1].circulant == yes);
  BOOST_CHECK(explicit_matrix.levels[2].toeplitz == no);
}

BOOST_AUTO_TEST_CASE(toeplitz_plus_hankel_is_found) {
  const auto hankel = [](Boundary boundary) {
    return block_toeplitz_plus_hankel(structure(three(boundary)));
  };
  BOOST_CHECK(hankel(Boundary::zero) == yes);
  BOOST_CHECK(hankel(Boundary::circular) == yes);
  BOOST_CHECK(hankel(Boundary::symmetric) == yes);
  // The edge pixel is its own mirror image and counts once: not a sum of the two.
  BOOST_CHECK(hankel(Boundary::reflect) == no);
  BOOST_CHECK(hankel(Boundary::replicate) == yes);
  ConvolutionSpec wide = three(Boundary::replicate);
  wide.kernel = {5};
  wide.padding = 2;
  BOOST_CHECK(block_toeplitz_plus_hankel(structure(wide)) == no);
  Random random("toeplitz plus hankel");
  for (int i = 0; i < 50; ++i) {
    const auto rows = static_cast<int>(random.between(3, 8));
    const auto cols = static_cast<int>(random.between(3, 8));
    Matrix matrix = toeplitz_plus_hankel(rows, cols, random);
    BOOST_CHECK(block_toeplitz_plus_hankel(inspect(matrix).structure) == yes);
    // A corner is free to change, on a T or an H of its own; the first pixel of row 1 is not.
    matrix.coeffRef(0, 0) += 1;
    BOOST_CHECK(block_toeplitz_plus_hankel(inspect(matrix).structure) == yes);
    matrix.coeffRef(1, 0) += 1;
    BOOST_CHECK(block_toeplitz_plus_hankel(inspect(matrix).structure) == no);
  }
}

BOOST_AUTO_TEST_CASE(symmetric_depends_on_the_weights) {
  BOOST_CHECK(structure(three(Boundary::zero)).symmetric == no);
  BOOST_CHECK(structure(three(Boundary::zero), {1, 2, 1}).symmetric == yes);
  BOOST_CHECK(structure(three(Boundary::zero), {1, 2, 3}).symmetric == no);
  // A reflection spoils it: row 0 has both neighbours on one pixel.
  BOOST_CHECK(structure(three(Boundary::reflect), {1, 2, 1}).symmetric == no);
  BOOST_CHECK(structure(three(Boundary::symmetric), {1, 2, 1}).symmetric == yes);
  BOOST_CHECK(structure({.input = {5}, .kernel = {1}}).symmetric == yes);
  Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int> hermitian(2, 2);
  hermitian.insert(0, 1) = {0, 1};
  hermitian.insert(1, 0) = {0, -1};
  BOOST_CHECK(inspect(hermitian).structure.symmetric == no);
  BOOST_CHECK(inspect(hermitian).structure.normal == yes);
}

BOOST_AUTO_TEST_CASE(normal_is_found) {
  BOOST_CHECK(structure(three(Boundary::circular)).normal == yes);
  BOOST_CHECK(structure(three(Boundary::zero)).normal == no);
  // Symmetric and skew-symmetric matrices are normal.
  BOOST_CHECK(structure(three(Boundary::zero), {1, 2, 1}).normal == yes);
  BOOST_CHECK(structure(three(Boundary::zero), {-1, 0, 1}).normal == yes);
  BOOST_CHECK(structure(three(Boundary::zero), {0, 1, 1}).normal == no);
  // Rows and columns of equal norms are not enough.
  BOOST_CHECK(inspect(matrix_of({{1, 1}, {-1, 1}})).structure.normal == yes);
  BOOST_CHECK(inspect(matrix_of({{1, 1, 0}, {0, 1, 1}, {1, 0, 1}})).structure.normal == yes);
  BOOST_CHECK(inspect(matrix_of({{1, 1, 0}, {0, 1, 1}, {1, 0, -1}})).structure.normal == no);
  // Two pixels become two channels: square by chance, and orthogonal.
  const ConvolutionSpec shuffle{.input = {6}, .kernel = {2}, .out_channels = 2, .stride = 2};
  BOOST_CHECK(structure(shuffle, {1, 0, 0, 1}).normal == yes);
  BOOST_CHECK(structure(shuffle, {1, 1, 0, 1}).normal == no);
  // Also square by chance, but a shorter axis would not be: 6 * 10 rows, 5 * 12 columns.
  const ConvolutionSpec chance{.input = {12}, .kernel = {3}, .in_channels = 5, .out_channels = 6};
  BOOST_CHECK(structure(chance, std::vector<double>(90)).normal == yes);
  BOOST_CHECK(structure(chance, std::vector<double>(90)).symmetric == yes);
  BOOST_CHECK(structure(chance, std::vector<double>(90, 1)).normal == no);
}

BOOST_AUTO_TEST_CASE(doubly_stochastic_needs_weights) {
  BOOST_CHECK(structure(three(Boundary::circular)).doubly_stochastic == unknown);
  BOOST_CHECK(structure(three(Boundary::circular), {0.25, 0.5, 0.25}).doubly_stochastic == yes);
  BOOST_CHECK(structure(three(Boundary::circular), {1. / 3, 1. / 3, 1. / 3}).doubly_stochastic ==
              yes);
  BOOST_CHECK(structure(three(Boundary::symmetric), {0.25, 0.5, 0.25}).doubly_stochastic == yes);
  BOOST_CHECK(structure(three(Boundary::zero), {0.25, 0.5, 0.25}).doubly_stochastic == no);
  // Rows sum to 1, columns do not.
  BOOST_CHECK(structure(three(Boundary::reflect), {0.25, 0.5, 0.25}).doubly_stochastic == no);
  BOOST_CHECK(structure(three(Boundary::circular), {-0.5, 1, 0.5}).doubly_stochastic == no);
  BOOST_CHECK(structure(three(Boundary::circular), {0.25, 0.5, 0.25000001}).doubly_stochastic ==
              no);
  BOOST_CHECK(inspect(matrix_of({{1, 0}})).structure.doubly_stochastic == no);
}

BOOST_AUTO_TEST_CASE(columns_that_are_merely_claimed_take_no_memory) {
  Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> wide(2, Index{1} << 50);
  wide.reserve(3);
  wide.insert(0, 1) = 1;
  wide.insert(1, 1) = 2;
  wide.insert(1, Index{1} << 40) = 3;
  wide.makeCompressed();
  const Inspection found = inspect(wide);
  BOOST_CHECK((found.column_lengths ==
               std::vector<toeplix::LineLengthCount>{{0, (Index{1} << 50) - 2}, {1, 1}, {2, 1}}));
  BOOST_CHECK((found.row_lengths == std::vector<toeplix::LineLengthCount>{{1, 1}, {2, 1}}));
  BOOST_TEST(found.unused_inputs.count == (Index{1} << 50) - 2);
  BOOST_TEST(found.unused_inputs.first.front().index == 0);
  BOOST_TEST(found.unused_inputs.first.at(1).index == 2);
  BOOST_TEST(found.unused_inputs.first.size() == 10);
  BOOST_TEST(found.upper_bandwidth == (Index{1} << 40) - 1);
}

BOOST_AUTO_TEST_CASE(vacant_rows_and_inputs_have_coordinates) {
  // Rows 0 and 3 read padding alone; of 4 x 3 inputs those in the last column are not read.
  const Convolution conv(
      {.input = {2, 3}, .kernel = {1, 1}, .stride = {1, 2}, .padding = {{1, 1}, {0, 0}}});
  const Inspection found = inspect(conv);
  BOOST_TEST(found.empty_rows.count == 4);
  BOOST_CHECK((
      found.empty_rows.first ==
      std::vector<MatrixPosition>{{0, 0, {0, 0}}, {1, 0, {0, 1}}, {6, 0, {3, 0}}, {7, 0, {3, 1}}}));
  BOOST_TEST(found.unused_inputs.count == 2);
  BOOST_CHECK(
      (found.unused_inputs.first == std::vector<MatrixPosition>{{1, 0, {0, 1}}, {4, 0, {1, 1}}}));
  BOOST_TEST(inspect(conv, {.most_places = 1}).empty_rows.first.size() == 1);
  BOOST_TEST(inspect(conv, {.most_places = 1}).empty_rows.count == 4);
  BOOST_TEST(inspect(conv, {.most_places = 0}).empty_rows.first.empty());
}

BOOST_AUTO_TEST_CASE(huge_matrices_are_inspected_at_once) {
  const Inspection huge =
      inspect(Convolution({.input = {1 << 19, 1 << 19}, .kernel = {3, 3}, .padding = 1}));
  BOOST_TEST(huge.nnz == Index{(3 << 19) - 2} * ((3 << 19) - 2));
  BOOST_TEST(huge.lower_bandwidth == (1 << 19) + 1);
  BOOST_CHECK(huge.cyclic_diagonals == std::optional<Index>(9));
  BOOST_CHECK(block_toeplitz(huge.structure) == yes);
  BOOST_CHECK(huge.structure.symmetric == no);
  BOOST_CHECK(!huge.bytes.double_32);
  // Every other input is not read: only the first are listed.
  const Inspection strided = inspect(Convolution({.input = {1 << 30}, .kernel = {1}, .stride = 2}));
  BOOST_TEST(strided.unused_inputs.count == 1 << 29);
  BOOST_TEST(strided.unused_inputs.first.back().index == 19);
  const Index many = Index{1} << 31;
  const Inspection channels = inspect(Convolution(
      {.input = {many}, .kernel = {1}, .in_channels = many, .out_channels = many, .groups = many}));
  BOOST_TEST(channels.nnz == many * many);
  BOOST_TEST(channels.lower_bandwidth == 0);
  BOOST_CHECK(!channels.cyclic_diagonals);
  BOOST_CHECK(channels.structure.symmetric == yes);
  // A kernel that is too large for its whole matrix to be looked at, but not for its axes.
  const auto blur = structure({.input = {4000, 4000}, .kernel = {99, 99}, .padding = 49});
  BOOST_CHECK(block_toeplitz(blur) == yes);
  BOOST_CHECK(blur.symmetric == no);
  BOOST_CHECK(blur.normal == unknown);
  // With weights, what holds for every kernel is known still.
  const auto weighted = structure({.input = {4000, 4000}, .kernel = {99, 99}, .padding = 49},
                                  std::vector<double>(99 * 99, 1));
  BOOST_CHECK(block_toeplitz(weighted) == yes);
  BOOST_CHECK(block_circulant(weighted) == unknown);
  BOOST_CHECK(weighted.symmetric == unknown);
  const ConvolutionSpec torus{
      .input = {4000, 4000}, .kernel = {99, 99}, .padding = 49, .boundary = Boundary::circular};
  BOOST_CHECK(structure(torus).normal == yes);
  ConvolutionSpec joined = torus;
  joined.in_channels = joined.out_channels = 2;
  BOOST_CHECK(structure(joined).normal == unknown);
  // 64 channels become 256 of half the height and width: square by chance, and large.
  const auto deep = structure(
      {.input = {224, 224}, .kernel = {2, 2}, .in_channels = 64, .out_channels = 256, .stride = 2});
  BOOST_CHECK(deep.toeplitz == no);
  BOOST_CHECK(deep.circulant == no);
  BOOST_CHECK(deep.normal == unknown);
}

BOOST_AUTO_TEST_CASE(refuse_what_cannot_be) {
  const Convolution conv({.input = {3}, .kernel = {2}});
  check_throws<GeometryError>([&] { (void)inspect(conv, std::vector<double>(3)); },
                              "weights has length 3; expected 2");
  const Matrix matrix = matrix_of({{1, 2, 3}, {4, 5, 6}});
  for (const std::vector<MatrixLevel>& levels :
       {std::vector<MatrixLevel>{{2, 2}}, {{2, 3}, {1, 2}}, {{-1, 3}, {-2, 1}}}) {
    check_throws<GeometryError>([&] { (void)inspect(matrix, levels); },
                                "the levels do not multiply to the 2 x 3 matrix");
  }
  check_throws<GeometryError>([&] { axis_convolution(conv, 1); },
                              "axis 1 does not exist; there are 1, from 0");
  BOOST_CHECK_THROW(
      (void)inspect(Convolution({.input = {4'000'000'000, 2'000'000'000}, .kernel = {9, 9}})),
      CapacityError);
  const Inspection empty = inspect(Matrix(0, 3));
  BOOST_TEST(empty.nnz == 0);
  BOOST_TEST(empty.unused_inputs.count == 3);
}

BOOST_AUTO_TEST_CASE(text_says_it_all) {
  const Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  const std::string text = to_text(inspect(conv));
  for (const std::string_view line :
       {"matrix    4 x 9, 16 entries (44.4 %)\n", "rows      all of 4 entries\n",
        "band      0 below the diagonal, 5 above\n", "block Toeplitz          yes\n",
        "symmetric               no\n"}) {
    BOOST_TEST((text.find(line) != std::string::npos), line << " in\n" << text);
  }
  // The second axis folds, so that this kernel is too large to be looked at: nobody may say "only".
  const Convolution half({.input = {4000, 4000},
                          .kernel = {99, 99},
                          .padding = 49,
                          .boundary = {Boundary::zero, Boundary::reflect}});
  const std::string undecided = to_text(inspect(half, std::vector<double>(99 * 99, 1)));
  BOOST_TEST((undecided.find("block Toeplitz          on axis 0; not decided on axis 1\n") !=
              std::string::npos),
             undecided);
  const Convolution decided({.input = {6, 6},
                             .kernel = {3, 3},
                             .padding = 1,
                             .boundary = {Boundary::zero, Boundary::reflect}});
  BOOST_TEST((to_text(inspect(decided)).find("block Toeplitz          on axis 0 only\n") !=
              std::string::npos));
}

// A matrix that is given as it is may have a level of any name; only a convolution's channels are
// passed over.
BOOST_AUTO_TEST_CASE(a_level_called_channels_counts) {
  const Matrix matrix = matrix_of({{1, 2, 3, 0}, {2, 1, 0, 3}, {0, 3, 1, 2}, {3, 0, 4, 1}});
  const std::vector<MatrixLevel> levels{{2, 2, "channels"}, {2, 2, "pixels"}};
  const auto found = inspect(matrix, levels).structure;
  BOOST_TEST((found.levels[0].toeplitz == no));
  BOOST_TEST((found.levels[0].toeplitz == block_toeplitz(found)));
  const Matrix blocks = matrix_of({{1, 2, 3, 4}, {2, 1, 4, 3}, {5, 6, 7, 8}, {6, 5, 8, 7}});
  const auto structure_of_blocks = inspect(blocks, levels).structure;
  BOOST_TEST((structure_of_blocks.levels[1].toeplitz == yes));
  BOOST_TEST((block_toeplitz(structure_of_blocks) == no));
  BOOST_TEST((block_circulant(structure_of_blocks) == no));
}

BOOST_AUTO_TEST_CASE(channels_of_a_convolution_are_passed_over) {
  const Convolution conv({.input = {4},
                          .kernel = {3},
                          .in_channels = 2,
                          .out_channels = 2,
                          .padding = 1,
                          .boundary = Boundary::circular});
  const auto found = inspect(conv).structure;
  BOOST_TEST((found.levels[0].level.kind == toeplix::MatrixLevelKind::channels));
  BOOST_TEST((found.levels[1].level.kind == toeplix::MatrixLevelKind::axis));
  BOOST_TEST((found.levels[0].toeplitz == no));
  BOOST_TEST((block_toeplitz(found) == yes));
  BOOST_TEST((block_circulant(found) == yes));
}

BOOST_AUTO_TEST_CASE(weights_are_any_contiguous_range) {
  const ConvolutionSpec spec{.input = {4, 4}, .kernel = {2, 2}};
  const Convolution conv(spec);
  const std::vector<double> weights{1, 2, 2, 4};
  const Inspection expected = inspect(conv, weights);
  BOOST_TEST((expected.separability->separable == yes));
  BOOST_TEST((inspect(conv, std::span<const double>(weights)) == expected));
  BOOST_TEST((inspect(conv, std::array<double, 4>{1, 2, 2, 4}) == expected));
  BOOST_TEST((inspect(conv, std::vector<float>{1, 2, 2, 4}) == expected));
  BOOST_TEST((inspect(conv, Eigen::Vector4d(1, 2, 2, 4)) == expected));
  BOOST_TEST((inspect(conv, Eigen::VectorXf(Eigen::Vector4f(1, 2, 2, 4))) == expected));
  BOOST_TEST((inspect(conv, Eigen::Map<const Eigen::VectorXd>(weights.data(), 4)) == expected));
  BOOST_TEST((inspect(spec, weights) == expected));
  BOOST_TEST((inspect(spec) == inspect(conv)));
  const toeplix::TransposedConvolutionSpec up{.input = {4, 4}, .kernel = {2, 2}};
  BOOST_TEST(
      (inspect(up, std::vector<float>{1, 2, 2, 4}) == inspect(TransposedConvolution(up), weights)));
  BOOST_TEST((inspect(up) == inspect(TransposedConvolution(up))));
}

// One entry alone is a sum of the two unless it lies next to an inner place. Of three rows and
// columns only the one in the middle is inner.
BOOST_AUTO_TEST_CASE(toeplitz_plus_hankel_on_levels_of_three_rows) {
  const auto is_inner = [](int at, int extent) { return at >= 1 && at < extent - 1; };
  for (const auto& [rows, cols] : {std::pair(3, 3), {3, 5}, {5, 3}, {4, 4}}) {
    const MatrixLevel level{rows, cols, "level"};
    const MatrixLevel pair{2, 2, "pair"};
    for (int o = 0; o < rows; ++o) {
      for (int i = 0; i < cols; ++i) {
        const bool next_to_inner =
            (is_inner(i, cols) && (is_inner(o - 1, rows) || is_inner(o + 1, rows))) ||
            (is_inner(o, rows) && (is_inner(i - 1, cols) || is_inner(i + 1, cols)));
        Matrix slow(2 * rows, 2 * cols);
        slow.insert(2 * o + 1, 2 * i) = 1;
        const auto outside = inspect(slow, std::vector<MatrixLevel>{level, pair}).structure;
        BOOST_TEST((outside.levels[0].toeplitz_plus_hankel == !next_to_inner), o << ' ' << i);
        BOOST_TEST((outside.levels[1].toeplitz_plus_hankel == yes));
        Matrix fast(2 * rows, 2 * cols);
        fast.insert(rows + o, i) = 1;
        const auto inside = inspect(fast, std::vector<MatrixLevel>{pair, level}).structure;
        BOOST_TEST((inside.levels[0].toeplitz_plus_hankel == yes));
        BOOST_TEST((inside.levels[1].toeplitz_plus_hankel == !next_to_inner), o << ' ' << i);
      }
    }
  }
}

// 64 entries: 32 steps each to look at them once, and 8 for each of the 1024 products of A A^H and
// A^H A.
BOOST_AUTO_TEST_CASE(what_takes_too_much_work_is_not_decided) {
  const Matrix ones = matrix_of(std::vector(8, std::vector<double>(8, 1)));
  const auto found = [&](Index most_work) {
    return inspect(ones, {}, {.most_work = most_work}).structure;
  };
  BOOST_CHECK(found(8192).normal == yes);
  BOOST_CHECK(found(8191).normal == unknown);
  const auto all = found(2048);
  BOOST_CHECK(all.toeplitz == yes);
  BOOST_CHECK(all.circulant == yes);
  BOOST_CHECK(all.symmetric == yes);
  BOOST_CHECK(all.doubly_stochastic == no);
  BOOST_CHECK(all.levels[0].toeplitz_plus_hankel == yes);
  const auto nothing = found(2047);
  BOOST_CHECK(nothing.toeplitz == unknown);
  BOOST_CHECK(nothing.circulant == unknown);
  BOOST_CHECK(nothing.symmetric == unknown);
  BOOST_CHECK(nothing.normal == unknown);
  BOOST_CHECK(nothing.doubly_stochastic == unknown);
  BOOST_CHECK(nothing.levels[0].toeplitz == unknown);
  BOOST_CHECK(nothing.levels[0].circulant == unknown);
  BOOST_CHECK(nothing.levels[0].toeplitz_plus_hankel == unknown);
  // Rows and columns of other norms take no products.
  BOOST_CHECK(inspect(matrix_of({{1, 1}, {0, 1}}), {}, {.most_work = 1}).structure.normal == no);
}

BOOST_AUTO_TEST_CASE(normal_in_any_unit) {
  for (const double unit : {0x1p-60, 1.0, 0x1p60}) {
    const Matrix turn = matrix_of({{1, 1}, {-1, 1}}) * unit;
    BOOST_CHECK(inspect(turn).structure.normal == yes);
    const Matrix other = matrix_of({{1, 1, 0}, {0, 1, 1}, {1, 0, -1}}) * unit;
    BOOST_CHECK(inspect(other).structure.normal == no);
  }
}

BOOST_AUTO_TEST_CASE(complex_numbers_are_not_stochastic) {
  using Complex = std::complex<double>;
  const auto found = [](double imaginary) {
    Eigen::SparseMatrix<Complex, Eigen::RowMajor, int> matrix(2, 2);
    // Rows and columns sum to 1, whatever the imaginary parts.
    matrix.insert(0, 0) = Complex(0.5, imaginary);
    matrix.insert(0, 1) = Complex(0.5, -imaginary);
    matrix.insert(1, 0) = Complex(0.5, -imaginary);
    matrix.insert(1, 1) = Complex(0.5, imaginary);
    return inspect(matrix).structure.doubly_stochastic;
  };
  BOOST_CHECK(found(0) == yes);
  BOOST_CHECK(found(1) == no);
}

BOOST_AUTO_TEST_CASE(bytes_of_what_an_index_type_can_number) {
  // One entry of 2^31 - 1 columns, or of one more.
  const auto wide = [](Index cols) {
    Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> matrix(1, cols);
    matrix.reserve(1);
    matrix.insert(0, 0) = 1;
    matrix.makeCompressed();
    return inspect(matrix).bytes;
  };
  const Index most = (Index{1} << 31) - 1;
  BOOST_TEST((wide(most).float_32 == 4 + 4 + 2 * 4));
  BOOST_TEST((wide(most).double_32 == 8 + 4 + 2 * 4));
  BOOST_TEST(!wide(most + 1).float_32);
  BOOST_TEST(!wide(most + 1).double_32);
  BOOST_TEST((wide(most + 1).float_64 == 4 + 8 + 2 * 8));
  BOOST_TEST((wide(most + 1).double_64 == 8 + 8 + 2 * 8));
  // Row pointers are one more than there are rows, so that one row less is the most.
  const auto tall = [](Index rows) {
    return inspect(Convolution({.input = {rows}, .kernel = {1}})).bytes;
  };
  BOOST_TEST((tall(most - 1).float_32 == (most - 1) * (4 + 4) + most * 4));
  BOOST_TEST(!tall(most).float_32);
  BOOST_TEST((tall(most).float_64 == most * (4 + 8) + (most + 1) * 8));
}

BOOST_AUTO_TEST_CASE(bytes_are_said_in_three_digits) {
  const auto memory = [](Index bytes) {
    Inspection inspection;
    inspection.bytes.float_32 = bytes;
    const std::string text = to_text(inspection);
    const auto begin = text.find_first_not_of(' ', text.find("32-bit index") + 12);
    return text.substr(begin, text.find("  ", begin) - begin);
  };
  BOOST_TEST(memory(1) == "1 byte");
  BOOST_TEST(memory(999) == "999 bytes");
  BOOST_TEST(memory(1000) == "1 kB");
  BOOST_TEST(memory(123'456) == "123 kB");
  BOOST_TEST(memory(999'499) == "999 kB");
  BOOST_TEST(memory(999'500) == "1 MB");
  BOOST_TEST(memory(999'999'999) == "1 GB");
  BOOST_TEST(memory(std::numeric_limits<Index>::max()) == "9.22 EB");
}

// A zero kernel is circulant on an axis if that is square; a shorter one must not be so by chance.
BOOST_AUTO_TEST_CASE(an_axis_is_not_shortened_to_a_square) {
  Index looked_at = 0;
  for (const Index kernel : {1, 3}) {
    for (const Index input : {16, 21, 25, 30, 33, 40}) {
      for (Index lower = 0; lower < 10; ++lower) {
        for (Index upper = 0; upper < 10; ++upper) {
          const Convolution conv(
              {.input = {input}, .kernel = {kernel}, .stride = 2, .padding = {{lower, upper}}});
          const std::vector<double> zeros(static_cast<std::size_t>(kernel));
          const auto found = inspect(conv, zeros).structure;
          const bool square = conv.input() == conv.output();
          if (found.levels[1].circulant != square) BOOST_ERROR(to_string(conv.spec()));
          ++looked_at;
        }
      }
    }
  }
  BOOST_TEST(looked_at == 1200);
}

BOOST_AUTO_TEST_CASE(text_lists_what_there_is_room_for) {
  const auto text = [](const ConvolutionSpec& spec) { return to_text(inspect(Convolution(spec))); };
  const auto says = [](const std::string& all, const std::string& part) {
    BOOST_TEST((all.find(part) != std::string::npos), part << " in\n" << all);
  };
  const auto rows_of_lengths_up_to = [&](Index kernel) {
    return text({.input = {20}, .kernel = {kernel}, .padding = toeplix::Padding::full()});
  };
  const std::string twelve = rows_of_lengths_up_to(12);
  says(twelve, "rows      of 1 to 12 entries\n      12             9 rows  29.03 %\n");
  says(twelve, "       1             2 rows   6.45 %\ncolumns   all of 12 entries\n");
  says(rows_of_lengths_up_to(13), "\n  and 1 other length\ncolumns ");
  says(rows_of_lengths_up_to(14),
       "       3             2 rows   6.06 %\n  and 2 other lengths\ncolumns ");
  says(text({.input = {20}, .kernel = {1}, .stride = 2}),
       "unused    10 inputs: 1 3 5 7 9 11 13 15 17 19\n");
  says(text({.input = {22}, .kernel = {1}, .stride = 2}),
       "unused    11 inputs: 1 3 5 7 9 11 13 15 17 19 ...\n");
}

BOOST_AUTO_TEST_SUITE_END()
