#include "support/compare.hpp"
#include "support/effort.hpp"
#include "support/expected_matrix.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/inspect.hpp>

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::Finding;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Inspection;
using toeplix::LengthCount;
using toeplix::MatrixLevel;
using toeplix::MatrixPosition;
using toeplix::TransposedConvolution;
using toeplix::Vacant;
using namespace toeplix::test;

/// Weights whose sums tell which of them were added.
std::vector<double> telling_weights(Random& random, Index count) {
  std::vector<double> weights;
  for (Index i = 0; i < count; ++i) {
    weights.push_back(static_cast<double>(random.between(1, 1 << 20)));
  }
  return weights;
}

/// Counts of a matrix, found entry by entry.
Inspection count_dense(const DenseMatrix<double>& dense) {
  Inspection result;
  std::map<Index, Index> row_lengths;
  std::map<Index, Index> column_lengths;
  std::set<Index> diagonals;
  const Index size = std::max(dense.rows, dense.cols);
  for (Index row = 0; row < dense.rows; ++row) {
    Index length = 0;
    for (Index column = 0; column < dense.cols; ++column) {
      if (dense.at(row, column) == 0) continue;
      ++length;
      result.lower_bandwidth = std::max(result.lower_bandwidth, row - column);
      result.upper_bandwidth = std::max(result.upper_bandwidth, column - row);
      diagonals.insert((column - row + size) % size);
    }
    ++row_lengths[length];
    result.nnz += length;
    if (length == 0 && result.empty_rows.count++ < 10) {
      result.empty_rows.first.push_back({row, 0, {}});
    }
  }
  for (Index column = 0; column < dense.cols; ++column) {
    Index length = 0;
    for (Index row = 0; row < dense.rows; ++row) length += dense.at(row, column) != 0 ? 1 : 0;
    ++column_lengths[length];
    if (length == 0 && result.unused_inputs.count++ < 10) {
      result.unused_inputs.first.push_back({column, 0, {}});
    }
  }
  for (const auto& [length, count] : row_lengths) result.row_lengths.push_back({length, count});
  for (const auto& [length, count] : column_lengths) {
    result.column_lengths.push_back({length, count});
  }
  result.cyclic_diagonals = static_cast<Index>(diagonals.size());
  return result;
}

bool same_places(const Vacant& a, const Vacant& b) {
  const auto same = [](const MatrixPosition& left, const MatrixPosition& right) {
    return left.index == right.index;
  };
  return a.count == b.count && std::ranges::equal(a.first, b.first, same);
}

std::string counts_difference(const Inspection& got, const Inspection& expected) {
  if (got.nnz != expected.nnz) return concatenate("nnz ", got.nnz, ", expected ", expected.nnz);
  if (got.row_lengths != expected.row_lengths) return "row_lengths";
  if (got.column_lengths != expected.column_lengths) return "column_lengths";
  if (got.lower_bandwidth != expected.lower_bandwidth) return "lower_bandwidth";
  if (got.upper_bandwidth != expected.upper_bandwidth) return "upper_bandwidth";
  if (got.cyclic_diagonals != expected.cyclic_diagonals) return "cyclic_diagonals";
  if (!same_places(got.empty_rows, expected.empty_rows)) return "empty_rows";
  if (!same_places(got.unused_inputs, expected.unused_inputs)) return "unused_inputs";
  return {};
}

/// Coordinate of an index along one of several levels, the slowest first.
Index coordinate(Index index, const Extents& extents, std::size_t level) {
  for (std::size_t at = extents.size() - 1; at > level; --at) index /= extents[at];
  return index % extents[level];
}

/// The index with another coordinate along one level.
Index moved(Index index, const Extents& extents, std::size_t level, Index to) {
  Index stride = 1;
  for (std::size_t at = extents.size() - 1; at > level; --at) stride *= extents[at];
  return index + (to - coordinate(index, extents, level)) * stride;
}

enum class Wrap { no, yes };

/// A(o + 1, i + 1) = A(o, i), by looking at every place.
bool shifts(const DenseMatrix<double>& dense, const Extents& rows, const Extents& cols,
            std::size_t level, Wrap wrap) {
  if (wrap == Wrap::yes && rows[level] != cols[level]) return false;
  for (Index row = 0; row < dense.rows; ++row) {
    for (Index column = 0; column < dense.cols; ++column) {
      Index o = coordinate(row, rows, level) + 1;
      Index i = coordinate(column, cols, level) + 1;
      if (wrap == Wrap::no && (o == rows[level] || i == cols[level])) continue;
      o %= rows[level];
      i %= cols[level];
      const double next = dense.at(moved(row, rows, level, o), moved(column, cols, level, i));
      if (next != dense.at(row, column)) return false;
    }
  }
  return true;
}

bool is_symmetric(const DenseMatrix<double>& a) {
  if (a.rows != a.cols) return false;
  for (Index row = 0; row < a.rows; ++row) {
    for (Index column = 0; column < row; ++column) {
      if (a.at(row, column) != a.at(column, row)) return false;
    }
  }
  return true;
}

bool is_normal(const DenseMatrix<double>& a) {
  if (a.rows != a.cols) return false;
  for (Index i = 0; i < a.rows; ++i) {
    for (Index j = 0; j < a.rows; ++j) {
      double difference = 0;
      for (Index k = 0; k < a.rows; ++k) {
        difference += a.at(i, k) * a.at(j, k) - a.at(k, i) * a.at(k, j);
      }
      if (difference != 0) return false;
    }
  }
  return true;
}

/// What inspection found in a small matrix of whole numbers, held against the definitions.
std::string structure_difference(const toeplix::Structure& got, const DenseMatrix<double>& dense,
                                 const std::vector<MatrixLevel>& levels) {
  Extents rows;
  Extents cols;
  for (const MatrixLevel& level : levels) {
    rows.push_back(level.rows);
    cols.push_back(level.cols);
  }
  if (got.levels.size() != levels.size()) return "number of levels";
  for (std::size_t level = 0; level < levels.size(); ++level) {
    const std::string at = " on " + levels[level].name;
    if (got.levels[level].level != levels[level]) return "level" + at;
    if (got.levels[level].toeplitz != shifts(dense, rows, cols, level, Wrap::no)) {
      return "toeplitz" + at;
    }
    if (got.levels[level].circulant != shifts(dense, rows, cols, level, Wrap::yes)) {
      return "circulant" + at;
    }
  }
  if (got.toeplitz != shifts(dense, {dense.rows}, {dense.cols}, 0, Wrap::no)) return "toeplitz";
  if (got.circulant != shifts(dense, {dense.rows}, {dense.cols}, 0, Wrap::yes)) return "circulant";
  if (got.symmetric != is_symmetric(dense)) return "symmetric";
  if (got.normal != is_normal(dense)) return "normal";
  return {};
}

/// Without what only an inspection with weights can know.
toeplix::Structure without_weights(toeplix::Structure structure) {
  structure.doubly_stochastic = std::nullopt;
  return structure;
}

std::string say(const Finding& finding) {
  return finding ? (*finding ? "yes" : "no") : "undecided";
}

/// The first claim in which two structures differ.
std::string structure_difference(const toeplix::Structure& got,
                                 const toeplix::Structure& expected) {
  const auto claim = [](const std::string& name, const Finding& a, const Finding& b) {
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

BOOST_AUTO_TEST_SUITE(inspect)

BOOST_AUTO_TEST_CASE(counts_are_those_of_the_dense_matrix) {
  Failures failures;
  for_random_specs(
      "inspect counts", by_effort(60, 500, 5000), [&](const auto& spec, Random& random) {
        const auto conv = make(spec);
        const auto weights = telling_weights(random, conv.weight_count());
        const DenseMatrix<double> dense = probe(spec, weights);
        const Inspection expected = count_dense(dense);
        failures.expect_none(spec, "geometry", counts_difference(toeplix::inspect(conv), expected));
        const auto matrix = toeplix::compile(conv, weights);
        failures.expect_none(spec, "matrix", counts_difference(toeplix::inspect(matrix), expected));
      });
  BOOST_TEST(failures.checked() > 0);
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
  failures.expect_none(spec, "counts", counts_difference(geometry, full));
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
