#include "support/compare.hpp"
#include "support/dense_facts.hpp"
#include "support/effort.hpp"
#include "support/expected_matrix.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/inspect.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <set>

BOOST_AUTO_TEST_SUITE(inspect)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Inspection;
using toeplix::LineLengthCount;
using toeplix::MatrixLevel;
using toeplix::MatrixPosition;
using toeplix::StructureFinding;
using toeplix::TransposedConvolution;
using toeplix::VacantLines;
using namespace toeplix::test;

/// Weights whose sums tell which of them were added.
std::vector<double> telling_weights(Random& random, Index count) {
  std::vector<double> weights;
  for (Index i = 0; i < count; ++i) {
    weights.push_back(static_cast<double>(random.between(1, 1 << 20)));
  }
  return weights;
}

std::string lines_difference(const std::vector<LineLengthCount>& lengths, const VacantLines& vacant,
                             const DenseLines& expected) {
  std::map<Index, Index> counts;
  for (const LineLengthCount& length : lengths) counts[length.length] = length.count;
  if (counts != expected.lengths ||
      !std::ranges::is_sorted(lengths, {}, &LineLengthCount::length)) {
    return "lengths";
  }
  if (vacant.count != static_cast<Index>(expected.empty.size())) return "number of vacant ones";
  std::vector<Index> first = expected.empty;
  if (first.size() > 10) first.resize(10);
  const bool same = std::ranges::equal(vacant.first, first, {}, &MatrixPosition::index);
  return same ? "" : "vacant ones";
}

/// Which count differs from that of the dense matrix.
std::string counts_difference(const Inspection& got, const DenseMatrix<double>& dense) {
  const std::set<Index> offsets = offsets_of(dense);
  const Index size = std::max(dense.rows, dense.cols);
  std::set<Index> diagonals;
  for (const Index offset : offsets) diagonals.insert((offset + size) % size);
  const Index lower = offsets.empty() ? 0 : std::max<Index>(0, -*offsets.begin());
  const Index upper = offsets.empty() ? 0 : std::max<Index>(0, *offsets.rbegin());
  const auto nnz = std::ranges::count_if(dense.entries, [](double value) { return value != 0; });
  if (got.nnz != nnz) return concatenate("nnz ", got.nnz, ", expected ", nnz);
  if (got.lower_bandwidth != lower) return "lower_bandwidth";
  if (got.upper_bandwidth != upper) return "upper_bandwidth";
  if (got.cyclic_diagonals != static_cast<Index>(diagonals.size())) return "cyclic_diagonals";
  diagonals.erase(0);
  if (got.rotations != static_cast<Index>(diagonals.size())) return "rotations";
  const std::string rows = lines_difference(got.row_lengths, got.empty_rows, rows_of(dense));
  if (!rows.empty()) return "rows: " + rows;
  const std::string columns =
      lines_difference(got.column_lengths, got.unused_inputs, rows_of(transposed(dense)));
  return columns.empty() ? "" : "columns: " + columns;
}

/// Counts alone, and rows and columns by their number alone.
Inspection counts_of(Inspection inspection) {
  inspection.convolution.reset();
  inspection.separability.reset();
  inspection.structure = {};
  inspection.packed_rotations.reset();
  for (VacantLines* lines : {&inspection.empty_rows, &inspection.unused_inputs}) {
    for (MatrixPosition& position : lines->first) position = {position.index, 0, {}};
  }
  return inspection;
}

/// The levels with the distances between their blocks.
std::vector<DenseLevel> dense_levels(const std::vector<MatrixLevel>& levels) {
  std::vector<DenseLevel> result;
  Index row_step = 1;
  Index column_step = 1;
  for (auto level = levels.rbegin(); level != levels.rend(); ++level) {
    result.insert(result.begin(), {level->rows, level->cols, row_step, column_step});
    row_step *= level->rows;
    column_step *= level->cols;
  }
  return result;
}

/// What inspection found in a small matrix of whole numbers, held against the definitions.
std::string structure_difference(const toeplix::MatrixStructure& got,
                                 const DenseMatrix<double>& dense,
                                 const std::vector<MatrixLevel>& levels) {
  if (got.levels.size() != levels.size()) return "number of levels";
  const std::vector<DenseLevel> blocks = dense_levels(levels);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const std::string at = " on " + levels[i].name;
    if (got.levels[i].level != levels[i]) return "level" + at;
    if (got.levels[i].toeplitz != is_toeplitz(dense, blocks[i])) return "toeplitz" + at;
    if (got.levels[i].circulant != is_circulant(dense, blocks[i])) return "circulant" + at;
    if (got.levels[i].toeplitz_plus_hankel != is_toeplitz_plus_hankel(dense, blocks[i])) {
      return "toeplitz plus hankel" + at;
    }
  }
  const DenseLevel whole{dense.rows, dense.cols, 1, 1};
  if (got.toeplitz != is_toeplitz(dense, whole)) return "toeplitz";
  if (got.circulant != is_circulant(dense, whole)) return "circulant";
  if (got.symmetric != is_symmetric(dense)) return "symmetric";
  if (got.normal != is_normal(dense)) return "normal";
  return {};
}

/// Without what only an inspection with weights can know.
toeplix::MatrixStructure without_weights(toeplix::MatrixStructure structure) {
  structure.doubly_stochastic = std::nullopt;
  return structure;
}

std::string say(const StructureFinding& finding) {
  return finding ? (*finding ? "yes" : "no") : "undecided";
}

/// The first claim in which two structures differ.
std::string structure_difference(const toeplix::MatrixStructure& got,
                                 const toeplix::MatrixStructure& expected) {
  const auto claim = [](const std::string& name, const StructureFinding& a,
                        const StructureFinding& b) {
    return a == b ? "" : name + " is " + say(a) + ", expected " + say(b) + "; ";
  };
  std::string text;
  for (std::size_t i = 0; i < expected.levels.size(); ++i) {
    const auto& a = got.levels.at(i);
    const auto& b = expected.levels[i];
    if (a.level != b.level) return "levels";
    text += claim("toeplitz on " + b.level.name, a.toeplitz, b.toeplitz);
    text += claim("circulant on " + b.level.name, a.circulant, b.circulant);
    text += claim("hankel on " + b.level.name, a.toeplitz_plus_hankel, b.toeplitz_plus_hankel);
  }
  return text + claim("toeplitz", got.toeplitz, expected.toeplitz) +
         claim("circulant", got.circulant, expected.circulant) +
         claim("symmetric", got.symmetric, expected.symmetric) +
         claim("normal", got.normal, expected.normal) +
         claim("stochastic", got.doubly_stochastic, expected.doubly_stochastic);
}

DenseMatrix<double> as_dense(const Eigen::SparseMatrix<double, Eigen::RowMajor, int>& matrix) {
  DenseMatrix<double> dense = zero_matrix<double>(matrix.rows(), matrix.cols());
  for (int row = 0; row < matrix.outerSize(); ++row) {
    for (Eigen::SparseMatrix<double, Eigen::RowMajor, int>::InnerIterator it(matrix, row); it;
         ++it) {
      dense.at(it.row(), it.col()) = it.value();
    }
  }
  return dense;
}

/// Kernels in which structure hides: all kinds of symmetry, and zeros.
std::vector<double> draw_weights(Random& random, Index count) {
  std::vector<double> weights(static_cast<std::size_t>(count), 1.0);
  const Index kind = random.between(0, 4);
  for (double& weight : weights) {
    if (kind > 0) weight = static_cast<double>(random.between(-1, kind == 1 ? 1 : 3));
  }
  if (kind == 3) std::ranges::fill(weights, 0.0);
  if (kind >= 3) weights[static_cast<std::size_t>(random.between(0, count - 1))] = 1;
  if (kind == 2)
    std::reverse_copy(weights.begin(), weights.begin() + count / 2, weights.end() - count / 2);
  return weights;
}

/// Long axes, of which inspection looks at a shorter one, and few channels.
template <class Spec>
Spec draw_long_spec(Random& random) {
  for (;;) {
    const auto axes = static_cast<std::size_t>(random.between(1, 2));
    Spec spec{.input = {}, .kernel = {}};
    for (std::size_t axis = 0; axis < axes; ++axis) {
      spec.input.push_back(random.between(1, axes == 1 ? 60 : 17));
      spec.kernel.push_back(random.between(1, axes == 1 ? 4 : 3));
    }
    spec.groups = random.pick<Index>({1, 1, 1, 2, 5});
    spec.in_channels = spec.groups * random.pick<Index>({1, 1, 1, 2, 4, 6});
    spec.out_channels = spec.groups * random.pick<Index>({1, 1, 1, 2, 4, 6});
    spec.stride = draw_per_axis<Index>(random, axes, [&] {
      return random.pick<Index>({1, 1, 1, 2, 3});
    });
    spec.dilation = draw_per_axis<Index>(random, axes, [&] {
      return random.pick<Index>({1, 1, 2});
    });
    spec.padding = draw_padding(random, axes);
    spec.boundary = draw_per_axis<Boundary>(random, axes, [&] { return draw_boundary(random); });
    spec.order =
        random.pick({toeplix::TensorOrder::channels_first, toeplix::TensorOrder::channels_last,
                     toeplix::TensorOrder::column_major});
    if (!is_sound(spec)) continue;
    const auto conv = make(spec);
    if (conv.nnz() <= 60'000) return spec;
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(counts_are_those_of_the_dense_matrix) {
  Failures failures;
  for_random_specs(
      "inspect counts", by_effort(60, 500, 5000), [&](const auto& spec, Random& random) {
        const auto conv = make(spec);
        const auto weights = telling_weights(random, conv.weight_count());
        const DenseMatrix<double> dense = probe(spec, weights);
        failures.expect_none(spec, "geometry", counts_difference(toeplix::inspect(conv), dense));
        const auto matrix = toeplix::compile(conv, weights);
        failures.expect_none(spec, "matrix", counts_difference(toeplix::inspect(matrix), dense));
      });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(long_lists_of_places_are_refused) {
  // Of 2^21 + 1 pixels every other one is read.
  const Convolution strided({.input = {(1 << 22) + 1}, .kernel = {1}, .stride = 2});
  const Index unused = Index{1} << 21;
  const auto listed = [&](std::size_t most) {
    return toeplix::inspect(strided, {.most_places = most}).unused_inputs;
  };
  BOOST_TEST(listed(10).count == unused);
  BOOST_TEST(listed(1 << 20).first.size() == std::size_t{1} << 20);
  BOOST_TEST(listed(1 << 20).first.back().index == (1 << 21) - 1);
  const std::string message =
      "of 2097152 empty rows or unused inputs more than 2^20 cannot be listed; ask for fewer "
      "places";
  check_throws<toeplix::CapacityError>([&] { (void)listed((1 << 20) + 1); }, message);
  check_throws<toeplix::CapacityError>([&] { (void)listed(30'000'000); }, message);
  check_throws<toeplix::CapacityError>([&] { (void)listed(std::size_t(-1)); }, message);
  // As many as there are may be asked for, if these are few.
  const Convolution small({.input = {9}, .kernel = {1}, .stride = 2});
  BOOST_TEST(toeplix::inspect(small, {.most_places = std::size_t(-1)}).unused_inputs.first.size() ==
             4u);
}

BOOST_AUTO_TEST_CASE(the_first_places_of_many_classes) {
  // Every pixel of a period is of a class of its own, and 3 of 5000 are read.
  const Convolution strided({.input = {100'000}, .kernel = {3}, .stride = 5000});
  const VacantLines unused = toeplix::inspect(strided, {.most_places = 5000}).unused_inputs;
  BOOST_TEST(unused.count == 100'000 - 60);
  BOOST_REQUIRE(unused.first.size() == 5000u);
  for (std::size_t i = 0; i < unused.first.size(); ++i) {
    const auto expected = static_cast<Index>(i < 4997 ? i + 3 : i + 6);
    BOOST_REQUIRE(unused.first[i].index == expected);
  }
}

BOOST_AUTO_TEST_CASE(lengths_of_too_many_kinds_are_left_out) {
  const toeplix::Inspection many = toeplix::inspect(
      Convolution({.input = {5000, 5000}, .kernel = {2000, 2000}, .padding = 1999}));
  BOOST_TEST(many.row_lengths.empty());
  BOOST_TEST(to_text(many).find("rows      of too many lengths to count\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(structure_of_a_matrix_is_what_the_definitions_say) {
  Failures failures;
  for_random_specs("inspect structure", by_effort(60, 500, 5000),
                   [&](const auto& spec, Random& random) {
                     const auto conv = make(spec);
                     const auto weights = draw_weights(random, conv.weight_count());
                     const auto matrix = toeplix::compile(conv, weights);
                     const std::vector<MatrixLevel> levels = toeplix::matrix_levels(conv);
                     const auto found = toeplix::inspect(matrix, levels).structure;
                     failures.expect_none(spec, "structure",
                                          structure_difference(found, as_dense(matrix), levels));
                   });
  BOOST_TEST(failures.checked() > 0);
}

template <class Spec>
void compare_with_matrix(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const std::vector<MatrixLevel> levels = toeplix::matrix_levels(conv);
  const auto telling = telling_weights(random, conv.weight_count());
  const auto full = toeplix::inspect(toeplix::compile(conv, telling), levels);
  const Inspection geometry = toeplix::inspect(conv);
  failures.expect(spec, "counts", counts_of(geometry) == counts_of(full));
  failures.expect_none(spec, "every kernel",
                       structure_difference(geometry.structure, without_weights(full.structure)));
  const auto weights = draw_weights(random, conv.weight_count());
  std::string shown = "weights";
  for (const double weight : weights) shown += concatenate(' ', weight);
  failures.expect_none(
      spec, shown.substr(0, 200),
      structure_difference(toeplix::inspect(conv, weights).structure,
                           toeplix::inspect(toeplix::compile(conv, weights), levels).structure));
}

BOOST_AUTO_TEST_CASE(geometry_and_matrix_agree) {
  Failures failures;
  for_random_specs("inspect both", by_effort(60, 500, 5000), [&](const auto& spec, Random& random) {
    compare_with_matrix(failures, spec, random);
  });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(shortened_axes_have_the_same_structure) {
  Failures failures;
  Random random("inspect long");
  for (int i = 0; i < by_effort(60, 400, 4000); ++i) {
    compare_with_matrix(failures, draw_long_spec<ConvolutionSpec>(random), random);
    compare_with_matrix(failures, draw_long_spec<toeplix::TransposedConvolutionSpec>(random),
                        random);
  }
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_SUITE_END()
