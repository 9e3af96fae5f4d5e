#include "files/plot/raster.hpp"

#include "unit/files/plot/specs.hpp"

#include "files/plot/shading.hpp"

#include <toeplix/reference.hpp>

#include <boost/test/unit_test.hpp>

#include <ctime>
#include <string>
#include <variant>
#include <vector>

BOOST_AUTO_TEST_SUITE(plot_raster)

using namespace toeplix;
using toeplix::detail::MatrixRaster;
using toeplix::detail::WeightInks;

namespace {

/// The matrix by direct loops: one product with a unit vector per column. Row by row.
struct Dense {
  Index rows;
  Index cols;
  std::vector<double> values;
};

template <class Product>
Dense by_columns(Index rows, Index cols, const Product& product) {
  Dense dense{rows, cols, std::vector<double>(static_cast<std::size_t>(rows * cols))};
  for (Index column = 0; column < cols; ++column) {
    std::vector<double> unit(static_cast<std::size_t>(cols), 0);
    unit[static_cast<std::size_t>(column)] = 1;
    const auto result = product(unit);
    for (Index row = 0; row < rows; ++row) {
      dense.values[static_cast<std::size_t>(row * cols + column)] = result[std::size_t(row)];
    }
  }
  return dense;
}

Dense oracle(const Convolution& conv, const std::vector<double>& weights) {
  return by_columns(conv.rows(), conv.cols(), [&](const std::vector<double>& x) {
    return reference::convolve(conv.spec(), weights, x);
  });
}

Dense oracle(const TransposedConvolution& conv, const std::vector<double>& weights) {
  return by_columns(conv.rows(), conv.cols(), [&](const std::vector<double>& x) {
    return reference::convolve_transposed(conv.spec(), weights, x);
  });
}

/// What the entries of each pixel add up to.
std::vector<double> pooled(const Dense& dense, Index row_cell, Index column_cell) {
  const Index width = (dense.cols + column_cell - 1) / column_cell;
  const Index height = (dense.rows + row_cell - 1) / row_cell;
  std::vector<double> sums(static_cast<std::size_t>(height * width), 0);
  for (Index row = 0; row < dense.rows; ++row) {
    for (Index column = 0; column < dense.cols; ++column) {
      sums[static_cast<std::size_t>(row / row_cell * width + column / column_cell)] +=
          dense.values[static_cast<std::size_t>(row * dense.cols + column)];
    }
  }
  return sums;
}

std::vector<double> parts_of(const MatrixRaster& raster, double (*part)(const detail::Ink&)) {
  std::vector<double> parts;
  for (Index y = 0; y < raster.height(); ++y) {
    for (Index x = 0; x < raster.width(); ++x) parts.push_back(part(raster.at(y, x)));
  }
  return parts;
}

double count_of(const detail::Ink& ink) {
  return ink.count;
}
double red_of(const detail::Ink& ink) {
  return ink.sum.red;
}
double blue_of(const detail::Ink& ink) {
  return ink.sum.blue;
}

/// A kernel repeated for every pair of channels.
std::vector<double> repeated(const std::vector<double>& kernel, Index count) {
  std::vector<double> weights;
  for (Index i = 0; i < count; ++i) {
    weights.push_back(kernel[static_cast<std::size_t>(i) % kernel.size()]);
  }
  return weights;
}

/// Holds a raster against the oracle's matrix, summed up pixel by pixel.
template <class Conv>
void check_raster(const Conv& conv, Index row_cell, Index column_cell) {
  const Pattern pattern(conv);
  const auto count = static_cast<std::size_t>(conv.weight_count());
  const auto pooled_oracle = [&](const std::vector<double>& weights) {
    return pooled(oracle(conv, weights), row_cell, column_cell);
  };

  // By value: positive and negative weights apart.
  WeightInks by_value{.by = WeightInks::By::value};
  std::vector<double> red;
  std::vector<double> blue;
  for (std::size_t i = 0; i < count; ++i) {
    red.push_back(static_cast<double>(i % 11));
    blue.push_back(static_cast<double>(i * 5 % 7));
    by_value.inks.push_back({red.back(), 0, blue.back()});
  }
  const MatrixRaster values = rasterize(pattern, by_value, row_cell, column_cell);
  BOOST_TEST(parts_of(values, red_of) == pooled_oracle(red));
  BOOST_TEST(parts_of(values, blue_of) == pooled_oracle(blue));
  BOOST_TEST(parts_of(values, count_of) == pooled_oracle(std::vector<double>(count, 1)));

  // By kernel position: the same for every pair of channels.
  WeightInks by_position;
  std::vector<double> kernel;
  Index positions = 1;
  for (const Index extent : conv.kernel()) positions *= extent;
  for (Index k = 0; k < positions; ++k) {
    kernel.push_back(static_cast<double>(k * k % 13 + 1));
    by_position.inks.push_back({kernel.back(), 0, 0});
  }
  const MatrixRaster colours = rasterize(pattern, by_position, row_cell, column_cell);
  BOOST_TEST(parts_of(colours, red_of) == pooled_oracle(repeated(kernel, conv.weight_count())));
}

}  // namespace

BOOST_AUTO_TEST_CASE(pixels_are_sums_of_the_entries_in_them) {
  for (const char* text : plot_test::specs) {
    for (const auto& [row_cell, column_cell] :
         {std::pair<Index, Index>{1, 1}, {2, 3}, {5, 4}, {7, 7}, {1000, 1000}}) {
      BOOST_TEST_CONTEXT(text << ", cells of " << row_cell << " x " << column_cell) {
        std::visit(
            [&, row = row_cell, column = column_cell](const auto& spec) {
              if constexpr (std::is_same_v<std::decay_t<decltype(spec)>, ConvolutionSpec>) {
                check_raster(Convolution(spec), row, column);
              } else {
                check_raster(TransposedConvolution(spec), row, column);
              }
            },
            parse_spec(text));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(entries_by_themselves_cancel_where_they_fold) {
  // -1 and 1 fold onto one pixel at either end.
  const Convolution conv(parse_convolution("input=4 kernel=3 padding=1 boundary=reflect"));
  const std::vector<double> weights = {-1, 0, 1};
  const MatrixRaster raster = rasterize(detail::make_subject(conv, weights), 1, 1);
  const auto value = [&](Index y, Index x) {
    return raster.at(y, x).sum.red - raster.at(y, x).sum.blue;
  };
  BOOST_TEST(raster.at(0, 1).count == 1);
  BOOST_TEST(value(0, 1) == 0);
  BOOST_TEST(value(1, 0) == -1);
  BOOST_TEST(value(1, 2) == 1);
  BOOST_TEST(raster.at(0, 3).count == 0);
}

BOOST_AUTO_TEST_CASE(a_matrix_of_any_size) {
  // 10^10 rows, 8 * 10^11 entries; and all the entries of 10^5 by 10^5 channels.
  for (const char* text : {"input=100000,100000 kernel=9,9 padding=4 boundary=reflect",
                           "input=1 kernel=1 in=100000 out=100000",
                           "input=1000000000000 kernel=3 stride=7 boundary=circular padding=1"}) {
    BOOST_TEST_CONTEXT(text) {
      const Convolution conv(parse_convolution(text));
      const auto subject = detail::make_subject(conv, {});
      const Index row_cell = (conv.rows() + 799) / 800;
      const Index column_cell = (conv.cols() + 799) / 800;
      const MatrixRaster raster = rasterize(subject, row_cell, column_cell);
      double sum = 0;
      raster.for_each_inked([&](Index, Index, const detail::Ink& ink) { sum += ink.count; });
      // Sums of integers below 2^53 are exact; each output has as many taps as the kernel.
      double expected = static_cast<double>(conv.output()[0]) *
                        static_cast<double>(conv.kernel()[0]) *
                        static_cast<double>(conv.in_channels() * conv.out_channels());
      if (conv.axes() == 2) expected *= static_cast<double>(conv.output()[1] * conv.kernel()[1]);
      BOOST_TEST(sum == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_picture_takes_memory_for_what_has_ink) {
  const Convolution band(parse_convolution("input=3000,3000 kernel=9,9 padding=4"));
  const MatrixRaster raster = rasterize(detail::make_subject(band, {}), 3000, 3000);
  BOOST_TEST(raster.height() == 3000);
  BOOST_TEST(raster.width() == 3000);
  Index inked = 0;
  raster.for_each_inked([&](Index y, Index x, const detail::Ink& ink) {
    inked += 1;
    BOOST_TEST_REQUIRE(&ink == &raster.at(y, x));
  });
  // Nine diagonals of pixels, four of them on either side cut by the corners.
  BOOST_TEST(inked == 9 * 3000 - 2 * (1 + 2 + 3 + 4));
  BOOST_TEST(raster.held() < 2 * 16 * 3000 + 1);
  // Nobody looks at what was never drawn on.
  BOOST_TEST(raster.at(0, 2999).count == 0);
}

BOOST_AUTO_TEST_CASE(pixels_are_visited_row_by_row) {
  MatrixRaster raster(3, 50);
  for (const auto& [y, x] : {std::pair<Index, Index>{2, 49}, {0, 16}, {2, 0}, {0, 15}, {1, 33}}) {
    raster.ink(y, x).count = static_cast<double>(100 * y + x);
  }
  raster.ink(1, 20).count = 0;
  std::vector<double> seen;
  raster.for_each_inked([&](Index, Index, const detail::Ink& ink) { seen.push_back(ink.count); });
  BOOST_TEST(seen == std::vector<double>({15, 16, 133, 200, 249}));
  raster.clear();
  BOOST_TEST(raster.at(0, 16).count == 0);
  BOOST_TEST(raster.held() == 0);
}

BOOST_AUTO_TEST_CASE(a_kernel_too_wide_to_be_followed_is_refused_soon) {
  const Convolution conv(parse_convolution("input=1099511627776 kernel=1000003 padding=500001"));
  const auto subject = detail::make_subject(conv, {});
  const std::clock_t begin = std::clock();
  BOOST_CHECK_EXCEPTION(
      (void)rasterize(subject, 1308942415, 1308942415), CapacityError,
      [](const CapacityError& error) {
        return std::string(error.what()) ==
               "plot: this kernel has too many positions to follow over a picture "
               "of 840 x 840 pixels; use a smaller size";
      });
  // A second where it is compiled for speed; thirty before there was a limit of a second.
  BOOST_TEST(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < 10);
}

BOOST_AUTO_TEST_CASE(a_kernel_too_wide_to_be_followed_exactly) {
  const Convolution conv(parse_convolution("input=2000,2000 kernel=301,301 padding=150"));
  const auto subject = detail::make_subject(conv, {});
  const MatrixRaster raster = rasterize(subject, 4762, 4762);
  double sum = 0;
  raster.for_each_inked([&](Index, Index, const detail::Ink& ink) { sum += ink.count; });
  BOOST_TEST(sum == static_cast<double>(conv.nnz()), boost::test_tools::tolerance(1e-9));
  // A pixel on the diagonal far from the border: 301 lines of blocks, of which it sees a square of
  // 4762 x 4762, filled by 301 taps in 2000 of each.
  const double density = raster.at(420, 420).count / (4762.0 * 4762.0);
  BOOST_TEST(density == 301.0 / 2000, boost::test_tools::tolerance(0.05));
}

BOOST_AUTO_TEST_SUITE_END()
