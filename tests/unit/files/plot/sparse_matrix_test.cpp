#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>
#include <toeplix/files/plot.hpp>

#include "files/plot/shading.hpp"
#include "support/occurrences.hpp"
#include "unit/files/plot/specs.hpp"

#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>
#include <limits>
#include <numeric>
#include <variant>

BOOST_AUTO_TEST_SUITE(plot_sparse_matrix)

using namespace toeplix;
using format_test::occurrences;

namespace {

template <class Scalar, int Order = Eigen::RowMajor, class StorageIndex = int>
using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;

/// 3 x 4 with 5 in the first row and -2 in the last, in the corners.
template <class M>
M corners() {
  M matrix(3, 4);
  matrix.insert(0, 3) = typename M::Scalar(5);
  matrix.insert(2, 0) = typename M::Scalar(-2);
  return matrix;
}

detail::MatrixRaster pixels(const detail::SparseEntries& matrix, Index row_cell,
                            Index column_cell) {
  return detail::rasterize(detail::make_subject(matrix, ""), row_cell, column_cell);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_compiled_matrix_has_the_pixels_of_its_convolution) {
  for (const char* text : plot_test::specs) {
    const auto check = [&](const auto& conv) {
      std::vector<double> weights(static_cast<std::size_t>(conv.weight_count()));
      std::iota(weights.begin(), weights.end(), -3);
      const Matrix<double, Eigen::ColMajor> matrix = compile(conv, weights);
      for (const auto& [down, across] : {std::pair<Index, Index>{1, 1}, {3, 2}}) {
        const auto expected = detail::rasterize(detail::make_subject(conv, weights), down, across);
        const auto got = pixels(detail::entries_of(matrix), down, across);
        BOOST_TEST_REQUIRE((got.height() == expected.height() && got.width() == expected.width()));
        for (Index y = 0; y < got.height(); ++y) {
          for (Index x = 0; x < got.width(); ++x) {
            BOOST_TEST_REQUIRE(got.at(y, x).count == expected.at(y, x).count);
            BOOST_TEST_REQUIRE(got.at(y, x).sum.red == expected.at(y, x).sum.red);
            BOOST_TEST_REQUIRE(got.at(y, x).sum.blue == expected.at(y, x).sum.blue);
          }
        }
      }
    };
    BOOST_TEST_CONTEXT(text) {
      std::visit(
          [&](const auto& spec) {
            if constexpr (std::same_as<std::remove_cvref_t<decltype(spec)>, ConvolutionSpec>) {
              check(Convolution(spec));
            } else {
              check(TransposedConvolution(spec));
            }
          },
          parse_spec(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(values_stand_in_the_entries) {
  const std::string svg = plot_svg(corners<Matrix<float>>(), {.title = "A & B"});
  BOOST_TEST(occurrences(svg, ">A &amp; B<") == 1U);
  BOOST_TEST(occurrences(svg, "<title>Matrix A &amp; B: 3 x 4, 2 entries</title>") == 1U);
  BOOST_TEST(occurrences(svg, ">3 x 4, 2 entries<") == 1U);
  BOOST_TEST(occurrences(svg, ">down: rows; across: columns<") == 1U);
  BOOST_TEST(occurrences(svg, ">-2<") == 1U);
  // In its entry and at the end of the legend.
  BOOST_TEST(occurrences(svg, ">5<") == 2U);
  BOOST_TEST(occurrences(svg, ">-5<") == 1U);
  BOOST_TEST(occurrences(plot_svg(corners<Matrix<float>>()), ">matrix<") == 1U);
  // A convolution's takes the place of its spec; what cannot be drawn is a question mark.
  const std::string named =
      plot_svg(Convolution({.input = {3}, .kernel = {2}}), {.title = "a\t\xff"});
  BOOST_TEST(occurrences(named,
                         ">a?"
                         "?<") == 1U);
  BOOST_TEST(occurrences(named, "input=3") == 0U);
  BOOST_TEST(
      occurrences(plot_svg(corners<Matrix<float>>(), {.title = "\xb5.\xc3\xbc.\xe2\x82\xac"}),
                  ">?.?.?<") == 1U);
  const std::string longest(200, 'x');
  BOOST_TEST(occurrences(plot_svg(corners<Matrix<float>>(), {.title = longest + "y"}),
                         ">" + longest + "...<") == 1U);
}

BOOST_AUTO_TEST_CASE(types_of_all_kinds) {
  const Image expected = plot_image(corners<Matrix<double>>());
  const auto check = [&](const auto& matrix) {
    BOOST_TEST((plot_image(matrix).samples == expected.samples));
  };
  check(corners<Matrix<float, Eigen::ColMajor, std::int64_t>>());
  check(corners<Matrix<int>>());
  const std::string magnitudes = plot_svg(corners<Matrix<std::complex<float>>>());
  BOOST_TEST(occurrences(magnitudes, ">3 x 4, 2 entries, drawn by magnitude<") == 1U);
  BOOST_TEST(occurrences(magnitudes, ">2<") == 3U);  // an entry and two ticks
  const std::string text = plot_terminal(corners<Matrix<double>>(), {.title = "A"});
  BOOST_TEST(text.starts_with("A\n3 x 4, 2 entries\n   0 1 2 3"));
}

BOOST_AUTO_TEST_CASE(a_large_matrix_by_density) {
  Matrix<double> diagonal(5000, 5000);
  diagonal.setIdentity();
  const std::string svg = plot_svg(diagonal, {.size = 500});
  BOOST_TEST(occurrences(svg, ">strength: stored entries per pixel of 10 x 10<") == 1U);
  const auto raster = pixels(detail::entries_of(diagonal), 10, 10);
  BOOST_TEST(raster.at(7, 7).count == 10);
  BOOST_TEST(raster.at(7, 8).count == 0);
}

BOOST_AUTO_TEST_CASE(the_widest_matrices) {
  Matrix<double, Eigen::RowMajor, std::int64_t> wide(1, std::numeric_limits<Index>::max());
  wide.resizeNonZeros(1);  // insert() would make room for twice as many columns
  wide.outerIndexPtr()[1] = 1;
  wide.innerIndexPtr()[0] = 0;
  wide.valuePtr()[0] = 1e280;
  for (const Index size : {16, 840, 8192}) {
    BOOST_TEST(occurrences(plot_svg(wide, {.size = size}), ">1 x 9223372036854775807, 1 entry<") ==
               1U);
  }
  for (const Index columns : {20, 80, 1000}) {
    BOOST_TEST(plot_terminal(wide, {.columns = columns}).size() < 10000U);
  }
}

BOOST_AUTO_TEST_CASE(large_values_of_many_entries) {
  Matrix<double> full(3, 500);
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 500; ++column) full.insert(row, column) = 1e280;
  }
  BOOST_TEST(occurrences(plot_svg(full, {.size = 16}), ">1e+280<") == 1U);
}

BOOST_AUTO_TEST_CASE(refused_matrices) {
  const auto says = [](const std::string& words) {
    return [words](const GeometryError& error) { return error.what() == words; };
  };
  Matrix<double> broken = corners<Matrix<double>>();
  const auto check = [&](double value, const std::string& drawn) {
    broken.coeffRef(2, 0) = value;
    BOOST_CHECK_EXCEPTION((void)plot_svg(broken), GeometryError,
                          says("plot: the entry in row 2 and column 0 is " + drawn +
                               ": expected a magnitude of at most 1e280"));
  };
  check(std::numeric_limits<double>::quiet_NaN(), "nan");
  check(-std::numeric_limits<double>::infinity(), "-inf");
  check(-1.1e280, "-1.1e+280");
  BOOST_CHECK_EXCEPTION((void)plot_terminal(Matrix<float>(0, 3)), GeometryError,
                        says("plot: 0 x 3, 0 entries: expected at least one row and one column"));
  BOOST_TEST(occurrences(plot_svg(Matrix<float>(2, 3)), ">2 x 3, 0 entries<") == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
