#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/im2col.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(im2col)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::TransposedConvolution;
using toeplix::test::check_throws;
using toeplix::test::draw;
using toeplix::test::Random;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;

template <class Conv>
Matrix copies(const Conv& convolution) {
  return toeplix::compile(convolution, toeplix::im2col_weights<double>(convolution),
                          {.prune_zero_weights = true});
}

/// im2col by the book: for every channel, position and window (in this order, the last axis
/// fastest), the pixel that the window has there.
toeplix::test::DenseMatrix<double> naive(const ConvolutionSpec& windows) {
  const Convolution plain(windows);
  const Index channels = windows.in_channels;
  const Index height = windows.input[0];
  const Index width = windows.input[1];
  auto matrix = toeplix::test::zero_matrix<double>(
      channels * windows.kernel[0] * windows.kernel[1] * plain.output()[0] * plain.output()[1],
      channels * height * width);
  Index row = 0;
  for (Index c = 0; c < channels; ++c) {
    for (Index i = 0; i < windows.kernel[0]; ++i) {
      for (Index j = 0; j < windows.kernel[1]; ++j) {
        for (Index y = 0; y < plain.output()[0]; ++y) {
          for (Index x = 0; x < plain.output()[1]; ++x, ++row) {
            const Index down =
                y * windows.stride[0] - plain.padding(0).lower + i * windows.dilation[0];
            const Index right =
                x * windows.stride[1] - plain.padding(1).lower + j * windows.dilation[1];
            if (down < 0 || down >= height || right < 0 || right >= width) continue;
            matrix.at(row, (c * height + down) * width + right) = 1;
          }
        }
      }
    }
  }
  return matrix;
}

}  // namespace

BOOST_AUTO_TEST_CASE(columns_are_windows) {
  const Convolution unfold = toeplix::im2col({.input = {4}, .kernel = {2}, .padding = {{1, 0}}});
  BOOST_TEST(unfold.out_channels() == 2);
  // Two positions by four windows.
  BOOST_TEST(draw(copies(unfold)) ==
             ". . . . / 1 . . . / . 1 . . / . . 1 . / "
             "1 . . . / . 1 . . / . . 1 . / . . . 1");
}

BOOST_AUTO_TEST_CASE(overlapping_windows_add_up) {
  const TransposedConvolution fold = toeplix::col2im({.input = {4}, .kernel = {2}});
  BOOST_TEST((fold.output() == toeplix::Extents{4}));
  BOOST_TEST(draw(copies(fold)) == "1 . . . . . / . 1 . 1 . . / . . 1 . 1 . / . . . . . 1");
}

BOOST_AUTO_TEST_CASE(is_what_the_book_says) {
  Random random(toeplix::test::sweep_seed());
  for (int i = 0; i < 300;) {
    ConvolutionSpec windows{.input = {random.between(1, 6), random.between(1, 6)},
                            .kernel = {random.between(1, 3), random.between(1, 3)},
                            .in_channels = random.between(1, 3),
                            .stride = {random.between(1, 3), random.between(1, 3)},
                            .dilation = {random.between(1, 3), random.between(1, 3)},
                            .padding = toeplix::test::draw_padding(random, 2)};
    if (!toeplix::test::is_sound(windows)) continue;
    ++i;
    const auto expected = naive(windows);
    const Convolution unfold = toeplix::im2col(windows);
    const Matrix matrix = copies(unfold);
    std::string difference = toeplix::test::difference(matrix, expected);
    BOOST_TEST(difference.empty(), to_string(windows) << ": " << difference);
    const TransposedConvolution fold = toeplix::col2im(windows);
    BOOST_TEST((fold.output() == windows.input), to_string(windows));
    BOOST_TEST(toeplix::im2col_weights<double>(fold) == toeplix::im2col_weights<double>(unfold),
               boost::test_tools::per_element());
    Matrix transpose = matrix.transpose();
    transpose.makeCompressed();
    BOOST_TEST(toeplix::test::same_bits(copies(fold), transpose), to_string(windows));
  }
}

BOOST_AUTO_TEST_CASE(a_boundary_folds_as_in_a_convolution) {
  // Both positions of a window at the border may read the same pixel.
  const ConvolutionSpec windows{
      .input = {2}, .kernel = {2}, .padding = {{1, 0}}, .boundary = Boundary::replicate};
  BOOST_TEST(draw(copies(toeplix::im2col(windows))) == "1 . / 1 . / 1 . / . 1");
  BOOST_TEST(draw(copies(toeplix::col2im(windows))) == "1 1 1 . / . . . 1");
}

BOOST_AUTO_TEST_CASE(one_kernel_extent_stands_for_every_axis) {
  const toeplix::ConvolutionSpec windows{.input = {4, 5}, .kernel = {2}, .in_channels = 3};
  BOOST_TEST(toeplix::im2col(windows).out_channels() == 12);
  BOOST_TEST((toeplix::col2im(windows).kernel() == toeplix::Extents{2, 2}));
  BOOST_TEST((toeplix::col2im(windows).output() == toeplix::Extents{4, 5}));
}

BOOST_AUTO_TEST_CASE(refuses) {
  check_throws<GeometryError>(
      [] { toeplix::im2col({.input = {4}, .kernel = {2}, .in_channels = 2, .out_channels = 4}); },
      "out_channels 4 and groups 1 of im2col must be left at 1");
  check_throws<GeometryError>([] { toeplix::col2im({.input = {4}, .kernel = {5}}); },
                              "axis 0: kernel span 5 exceeds padded input 4");
  check_throws<GeometryError>(
      [] { toeplix::im2col_weights<float>(Convolution({.input = {4}, .kernel = {2}})); },
      "input=4 kernel=2 is not of im2col");
}

// As many outputs as one channel has positions, but they read two channels.
BOOST_AUTO_TEST_CASE(refuses_weights_of_channels_that_are_joined) {
  const Convolution joined({.input = {4}, .kernel = {2}, .in_channels = 2, .out_channels = 2});
  check_throws<GeometryError>([&] { toeplix::im2col_weights<double>(joined); },
                              "input=4 kernel=2 in=2 out=2 is not of im2col");
}

BOOST_AUTO_TEST_SUITE_END()
