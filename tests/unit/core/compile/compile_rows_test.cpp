#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <complex>
#include <cstdint>
#include <string>
#include <vector>

// Rows are copies of rows before them in the same range, in pieces that grow, by several threads.
// Here are the sizes at which one of these begins, ends or does not apply.

BOOST_AUTO_TEST_SUITE(compile_rows)

namespace {

using toeplix::Boundary;
using toeplix::CompileOptions;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Operation;
using toeplix::Padding;
using toeplix::Pattern;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;
using toeplix::test::draw;
using Numbers = std::vector<double>;

Convolution made(const ConvolutionSpec& spec) {
  return Convolution(spec);
}

TransposedConvolution made(const TransposedConvolutionSpec& spec) {
  return TransposedConvolution(spec);
}

template <class Scalar, class Conv>
std::vector<Scalar> weights_of(const Conv& convolution) {
  toeplix::test::Random random("weights_of");
  return toeplix::test::small_integers<Scalar>(random, convolution.weight_count(), 1, 9);
}

/// What is wrong with rows [first, last) of a matrix, row by row; empty if nothing is.
/// Row `row` of `matrix` is row `first + row` of `pattern`.
template <class Scalar, class StorageIndex>
std::string fault(const Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>& matrix,
                  const Pattern& pattern, const std::vector<Scalar>& weights, Index first = 0) {
  Index place = 0;
  for (Index row = 0; row < matrix.rows(); ++row) {
    const std::string at = " of row " + std::to_string(row);
    if (matrix.outerIndexPtr()[row] != place) return "pointer" + at;
    for (const Pattern::Entry& entry : pattern.row(first + row)) {
      Scalar sum = Scalar();
      for (const Index weight : entry.weights) sum += weights[static_cast<std::size_t>(weight)];
      if (matrix.innerIndexPtr()[place] != entry.column) return "column" + at;
      if (matrix.valuePtr()[place] != sum) return "value" + at;
      ++place;
    }
  }
  return matrix.outerIndexPtr()[matrix.rows()] == place ? "" : "last pointer";
}

/// Whether `rows` is rows [first, first + rows.rows()) of `whole`.
template <class Matrix>
bool is_slice(const Matrix& rows, const Matrix& whole, Index first) {
  const Index count = rows.rows();
  const auto before = whole.outerIndexPtr()[first];
  if (rows.cols() != whole.cols() || rows.outerIndexPtr()[0] != 0) return false;
  for (Index row = 0; row <= count; ++row) {
    if (rows.outerIndexPtr()[row] != whole.outerIndexPtr()[first + row] - before) return false;
  }
  const auto entries = rows.outerIndexPtr()[count];
  return rows.nonZeros() == entries &&
         std::equal(rows.innerIndexPtr(), rows.innerIndexPtr() + entries,
                    whole.innerIndexPtr() + before) &&
         std::equal(rows.valuePtr(), rows.valuePtr() + entries, whole.valuePtr() + before);
}

/// Checks the whole matrix, and every range of its rows against it.
template <class Scalar, class StorageIndex, class Spec>
void check_all_ranges(const Spec& spec) {
  const auto convolution = made(spec);
  const std::vector<Scalar> weights = weights_of<Scalar>(convolution);
  const auto whole = toeplix::compile<StorageIndex>(convolution, weights);
  BOOST_TEST(fault(whole, Pattern(convolution), weights) == "", to_string(spec));
  const CompileOptions options = {
      .resources = {.memory_budget = 1 << 20}};  // asking the machine takes longest
  bool slices = true;
  for (Index first = 0; first <= whole.rows(); ++first) {
    for (Index last = first; last <= whole.rows(); ++last) {
      const auto rows =
          toeplix::compile_rows<StorageIndex>(convolution, weights, first, last, options);
      slices = slices && rows.rows() == last - first && is_slice(rows, whole, first);
    }
  }
  BOOST_TEST(slices, to_string(spec));
}

/// Checks that any number of threads gives the same bits, in both storage orders.
template <class Scalar, class StorageIndex, class Spec>
void check_threads(const Spec& spec) {
  const auto convolution = made(spec);
  const std::vector<Scalar> weights = weights_of<Scalar>(convolution);
  const auto one =
      toeplix::compile<StorageIndex>(convolution, weights, {.resources = {.threads = 1}});
  BOOST_TEST(one.nonZeros() > 300'000, to_string(spec) << " is too small for threads");
  BOOST_TEST(fault(one, Pattern(convolution), weights) == "", to_string(spec));
  const auto columns = toeplix::compile<StorageIndex, Eigen::ColMajor>(
      convolution, weights, {.resources = {.threads = 1}});
  BOOST_TEST(toeplix::test::same_bits(decltype(columns)(one), columns), to_string(spec));
  for (const int threads : {0, 2, 7}) {
    const CompileOptions options = {.resources = {.threads = threads}};
    auto many = toeplix::compile<StorageIndex>(convolution, weights, options);
    BOOST_TEST(toeplix::test::same_bits(many, one), to_string(spec) << ", threads " << threads);
    std::fill_n(many.valuePtr(), many.nonZeros(), Scalar());
    toeplix::recompile(many, convolution, weights, options.resources);
    BOOST_TEST(toeplix::test::same_bits(many, one), to_string(spec) << ", threads " << threads);
    const auto many_columns =
        toeplix::compile<StorageIndex, Eigen::ColMajor>(convolution, weights, options);
    BOOST_TEST(toeplix::test::same_bits(many_columns, columns),
               to_string(spec) << ", column-major, threads " << threads);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(ranges_of_the_notebook) {
  const Convolution convolution({.input = {3, 3}, .kernel = {2, 2}});
  const Numbers w = {0, 1, 2, 3};
  const auto rows = [&](Index first, Index last) {
    return draw(toeplix::compile_rows(convolution, w, first, last));
  };
  BOOST_TEST(rows(0, 1) == "0 1 . 2 3 . . . .");
  BOOST_TEST(rows(1, 3) == ". 0 1 . 2 3 . . . / . . . 0 1 . 2 3 .");
  BOOST_TEST(rows(0, 4) == draw(toeplix::compile(convolution, w)));
  const TransposedConvolution up({.input = {2}, .kernel = {2}});
  BOOST_TEST(draw(toeplix::compile_rows(up, Numbers{4, 5}, 1, 3)) == "5 4 / . 5");
}

BOOST_AUTO_TEST_CASE(empty_ranges) {
  const Convolution convolution({.input = {5}, .kernel = {2}});
  for (Index at = 0; at <= 4; ++at) {
    const auto nothing = toeplix::compile_rows<std::int64_t>(convolution, Numbers{1, 2}, at, at);
    BOOST_TEST(nothing.rows() == 0);
    BOOST_TEST(nothing.cols() == 5);
    BOOST_TEST(nothing.nonZeros() == 0);
  }
  const Convolution beside({.input = {2}, .kernel = {1}, .padding = {{-3, 3}}});
  BOOST_TEST(draw(toeplix::compile_rows(beside, Numbers{1}, 0, 2)) == ". . / . .");
}

BOOST_AUTO_TEST_CASE(ranges_outside) {
  const Convolution convolution({.input = {5}, .kernel = {2}});
  const auto check = [&](Index first, Index last) {
    const std::string range = "[" + std::to_string(first) + ", " + std::to_string(last) + ")";
    toeplix::test::check_throws<GeometryError>(
        [&] {
          return toeplix::compile_rows(convolution, Numbers{1, 2}, first, last);
        },
        "rows " + range + " are not within the matrix; it has 4 rows");
  };
  check(-1, 2);
  check(3, 2);
  check(0, 5);
  check(5, 5);
}

// Rows of every length end at every place of a cache line of 64 bytes.
BOOST_AUTO_TEST_CASE(rows_of_every_length) {
  for (Index length = 1; length <= 35; ++length) {
    const ConvolutionSpec spec = {.input = {length + 6}, .kernel = {length}};
    check_all_ranges<float, std::int32_t>(spec);
    check_all_ranges<double, std::int64_t>(spec);
    check_all_ranges<std::complex<float>, std::int32_t>(spec);
    check_all_ranges<std::complex<double>, std::int64_t>(spec);
  }
}

BOOST_AUTO_TEST_CASE(all_ranges_of_odd_matrices) {
  check_all_ranges<float, std::int32_t>(ConvolutionSpec{.input = {3, 7},
                                                        .kernel = {2, 3},
                                                        .in_channels = 2,
                                                        .out_channels = 3,
                                                        .padding = {{1, 0}, {2, 1}},
                                                        .boundary = Boundary::reflect});
  check_all_ranges<double, std::int32_t>(ConvolutionSpec{.input = {3, 9},
                                                         .kernel = {3, 3},
                                                         .in_channels = 4,
                                                         .out_channels = 2,
                                                         .groups = 2,
                                                         .stride = {1, 2},
                                                         .padding = Padding::same_upper(),
                                                         .order = TensorOrder::channels_last});
  check_all_ranges<std::complex<double>, std::int64_t>(
      ConvolutionSpec{.input = {7, 4},
                      .kernel = {3, 2},
                      .in_channels = 3,
                      .padding = Padding::full(),
                      .boundary = {Boundary::circular, Boundary::symmetric},
                      .operation = Operation::convolution,
                      .order = TensorOrder::column_major});
  check_all_ranges<float, std::int64_t>(TransposedConvolutionSpec{.input = {2, 5},
                                                                  .kernel = {3, 3},
                                                                  .in_channels = 2,
                                                                  .out_channels = 2,
                                                                  .stride = {2, 3},
                                                                  .dilation = {1, 2},
                                                                  .padding = 1,
                                                                  .output_padding = {1, 2}});
}

// An image row of so many entries that it is copied in many pieces.
BOOST_AUTO_TEST_CASE(long_image_rows) {
  toeplix::test::Random random("long_image_rows");
  for (const Index stride : {1, 2, 3}) {
    const ConvolutionSpec spec = {.input = {2, 5000},
                                  .kernel = {2, 3},
                                  .stride = {1, stride},
                                  .padding = 1,
                                  .boundary = {Boundary::zero, Boundary::circular}};
    const TransposedConvolutionSpec up = {
        .input = {2, 3000}, .kernel = {1, 5}, .stride = {1, stride}, .dilation = {1, 3}};
    const auto check = [&](const auto& convolution) {
      const Numbers weights = weights_of<double>(convolution);
      const Pattern pattern(convolution);
      const auto whole = toeplix::compile(convolution, weights);
      BOOST_TEST(fault(whole, pattern, weights) == "", to_string(convolution.spec()));
      for (int i = 0; i < 50; ++i) {
        const Index first = random.between(0, convolution.rows());
        const Index last = random.between(first, convolution.rows());
        BOOST_TEST(
            is_slice(toeplix::compile_rows(convolution, weights, first, last), whole, first));
      }
    };
    check(Convolution(spec));
    check(TransposedConvolution(up));
  }
}

// Rows of more entries than one piece has, and few of which repeat others.
BOOST_AUTO_TEST_CASE(image_rows_larger_than_any_piece) {
  const auto check = [](const ConvolutionSpec& spec) {
    using Scalar = std::complex<double>;
    const Convolution convolution(spec);
    const auto weights = weights_of<Scalar>(convolution);
    const Pattern pattern(convolution);
    const auto whole = toeplix::compile<std::int64_t>(convolution, weights);
    BOOST_TEST(whole.nonZeros() > 600'000, to_string(spec) << " is too small");
    BOOST_TEST(fault(whole, pattern, weights) == "", to_string(spec));
    for (const Index first : {Index{0}, whole.rows() / 3, whole.rows() - 5}) {
      const Index last = std::min(first + 70, whole.rows());
      const auto rows = toeplix::compile_rows<std::int64_t>(convolution, weights, first, last);
      BOOST_TEST(is_slice(rows, whole, first), to_string(spec));
    }
  };
  check({.input = {800}, .kernel = {800}, .padding = Padding::full()});
  check({.input = {2, 750},
         .kernel = {1, 750},
         .padding = {{0, 0}, {749, 0}},
         .boundary = Boundary::symmetric});
  check({.input = {2, 2},
         .kernel = {1, 2},
         .in_channels = 2 * 300,
         .out_channels = 2 * 280,
         .groups = 2,
         .padding = 0,
         .order = TensorOrder::channels_last});
}

BOOST_AUTO_TEST_CASE(every_row_is_a_border_row) {
  const ConvolutionSpec spec = {
      .input = {27, 30}, .kernel = {27, 30}, .out_channels = 2, .padding = Padding::full()};
  const Convolution convolution(spec);
  const auto weights = weights_of<std::complex<double>>(convolution);
  const auto matrix = toeplix::compile<std::int64_t>(convolution, weights);
  BOOST_TEST(fault(matrix, Pattern(convolution), weights) == "");
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  check_threads<float, std::int32_t>(ConvolutionSpec{.input = {40, 41},
                                                     .kernel = {3, 5},
                                                     .in_channels = 3,
                                                     .out_channels = 5,
                                                     .padding = {{1, 1}, {2, 2}},
                                                     .boundary = Boundary::symmetric});
  check_threads<double, std::int64_t>(ConvolutionSpec{.input = {37, 53},
                                                      .kernel = {3, 3},
                                                      .in_channels = 6,
                                                      .out_channels = 9,
                                                      .groups = 3,
                                                      .padding = 1,
                                                      .order = TensorOrder::channels_last});
  check_threads<std::complex<double>, std::int32_t>(ConvolutionSpec{
      .input = {601, 201}, .kernel = {1, 3}, .padding = 1, .order = TensorOrder::column_major});
  check_threads<std::complex<float>, std::int64_t>(
      TransposedConvolutionSpec{.input = {50, 51},
                                .kernel = {3, 4},
                                .in_channels = 4,
                                .out_channels = 3,
                                .stride = {2, 3},
                                .padding = 1,
                                .output_padding = {1, 2},
                                .boundary = {Boundary::reflect, Boundary::zero}});
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_prunes_the_same_bits) {
  const Convolution convolution({.input = {70, 70}, .kernel = {5, 5}, .out_channels = 3});
  Numbers weights = weights_of<double>(convolution);
  for (std::size_t i = 0; i < weights.size(); i += 3) weights[i] = 0;
  const auto prune = [&](int threads) {
    return toeplix::compile(convolution, weights,
                            {.prune_zero_weights = true, .resources = {.threads = threads}});
  };
  const auto one = prune(1);
  BOOST_TEST(one.nonZeros() == convolution.nnz() / 3 * 2);
  BOOST_TEST(toeplix::test::same_bits(prune(2), one));
  BOOST_TEST(toeplix::test::same_bits(prune(7), one));
}

BOOST_AUTO_TEST_SUITE_END()
