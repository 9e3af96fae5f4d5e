// Every figure of Dive into Deep Learning, section 14.10 (transposed convolution).

#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/expected_matrix.hpp"
#include "support/random.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>

#include <boost/test/unit_test.hpp>

#include <numeric>
#include <vector>

BOOST_AUTO_TEST_SUITE(notebook)

namespace {

using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;
using toeplix::test::as_eigen;
using toeplix::test::draw;
using toeplix::test::small_integers;
using toeplix::test::vector_difference;
using Numbers = std::vector<float>;

const Numbers K = {0, 1, 2, 3};

Convolution make(const ConvolutionSpec& spec) {
  return Convolution(spec);
}
TransposedConvolution make(const TransposedConvolutionSpec& spec) {
  return TransposedConvolution(spec);
}

/// y = A x: by compiled matrix in both storage orders, by operator, by direct loops.
template <class Spec>
void check_product(const Spec& spec, const Numbers& weights, const Numbers& x, const Numbers& y) {
  const auto conv = make(spec);
  const Eigen::VectorXf by_rows = toeplix::compile(conv, weights) * as_eigen(x);
  const Eigen::VectorXf by_columns =
      toeplix::compile<int, Eigen::ColMajor>(conv, weights) * as_eigen(x);
  BOOST_TEST(vector_difference(by_rows, y) == "");
  BOOST_TEST(vector_difference(by_columns, y) == "");
  BOOST_TEST(vector_difference(toeplix::Operator(conv, weights) * x, y) == "");
  BOOST_TEST(vector_difference(toeplix::test::oracle_apply(spec, weights, x), y) == "");
}

/// x = A^T y: likewise.
template <class Spec>
void check_transposed_product(const Spec& spec, const Numbers& weights, const Numbers& y,
                              const Numbers& x) {
  const auto conv = make(spec);
  const Eigen::VectorXf by_rows = toeplix::compile(conv, weights).transpose() * as_eigen(y);
  const Eigen::VectorXf by_columns =
      toeplix::compile<int, Eigen::ColMajor>(conv, weights).transpose() * as_eigen(y);
  BOOST_TEST(vector_difference(by_rows, x) == "");
  BOOST_TEST(vector_difference(by_columns, x) == "");
  BOOST_TEST(vector_difference(toeplix::Operator(conv, weights).transpose() * y, x) == "");
  BOOST_TEST(vector_difference(toeplix::test::oracle_apply_transpose(spec, weights, y), x) == "");
}

/// A transposed convolution, and the same as the transpose of its adjoint convolution.
void check_transposed_convolution(const TransposedConvolutionSpec& spec, const Numbers& y) {
  const Numbers X = {0, 1, 2, 3};
  check_product(spec, K, X, y);
  check_transposed_product(TransposedConvolution(spec).adjoint().spec(), K, X, y);
}

}  // namespace

BOOST_AUTO_TEST_CASE(transposed_convolution) {
  const TransposedConvolutionSpec spec = {.input = {2, 2}, .kernel = {2, 2}};
  BOOST_TEST((TransposedConvolution(spec).output() == Extents{3, 3}));
  check_transposed_convolution(spec, {0, 0, 1, 0, 4, 6, 4, 12, 9});
}

BOOST_AUTO_TEST_CASE(with_padding_1) {
  const TransposedConvolutionSpec spec = {.input = {2, 2}, .kernel = {2, 2}, .padding = 1};
  BOOST_TEST((TransposedConvolution(spec).output() == Extents{1, 1}));
  check_transposed_convolution(spec, {4});
}

BOOST_AUTO_TEST_CASE(with_stride_2) {
  const TransposedConvolutionSpec spec = {.input = {2, 2}, .kernel = {2, 2}, .stride = 2};
  BOOST_TEST((TransposedConvolution(spec).output() == Extents{4, 4}));
  check_transposed_convolution(spec, {0, 0, 0, 1, 0, 0, 2, 3, 0, 2, 0, 3, 4, 6, 6, 9});
}

BOOST_AUTO_TEST_CASE(kernel2matrix) {
  const Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  const std::string drawing =
      "0 1 . 2 3 . . . . / . 0 1 . 2 3 . . . / . . . 0 1 . 2 3 . / . . . . 0 1 . 2 3";
  BOOST_TEST(draw(toeplix::compile(conv, K)) == drawing);
  BOOST_TEST(draw(toeplix::compile<int, Eigen::ColMajor>(conv, K)) == drawing);
  BOOST_TEST(draw(toeplix::compile<std::int64_t>(conv, K)) == drawing);
}

BOOST_AUTO_TEST_CASE(convolution_and_its_transpose_as_products) {
  const ConvolutionSpec corr2d = {.input = {3, 3}, .kernel = {2, 2}};
  const TransposedConvolutionSpec trans_conv = {.input = {2, 2}, .kernel = {2, 2}};
  Numbers X(9);
  std::iota(X.begin(), X.end(), 0.0f);
  const Numbers Y = {19, 25, 37, 43};
  const Numbers Z = {0, 19, 25, 38, 144, 118, 74, 197, 129};
  check_product(corr2d, K, X, Y);
  check_transposed_product(corr2d, K, Y, Z);
  check_product(trans_conv, K, Y, Z);
  check_transposed_product(trans_conv, K, X, Y);
}

BOOST_AUTO_TEST_CASE(shapes_there_and_back) {
  const ConvolutionSpec there = {.input = {16, 16},
                                 .kernel = {5, 5},
                                 .in_channels = 10,
                                 .out_channels = 30,
                                 .stride = 3,
                                 .padding = 2};
  const TransposedConvolutionSpec back = {.input = {6, 6},
                                          .kernel = {5, 5},
                                          .in_channels = 30,
                                          .out_channels = 10,
                                          .stride = 3,
                                          .padding = 2};
  const Convolution conv(there);
  const TransposedConvolution transposed(back);
  BOOST_TEST((conv.output() == Extents{6, 6}));
  BOOST_TEST((transposed.output() == Extents{16, 16}));
  BOOST_TEST((toeplix::reference::output_extents(there) == Extents{6, 6}));
  BOOST_TEST((toeplix::reference::output_extents(back) == Extents{16, 16}));
  BOOST_TEST((transposed.weights_shape() == conv.weights_shape()));
  BOOST_TEST(conv.rows() == 30 * 6 * 6);
  BOOST_TEST(transposed.rows() == 10 * 16 * 16);

  toeplix::test::Random random(to_string(there));
  const Numbers weights = small_integers<float>(random, conv.weight_count());
  const Numbers x = small_integers<float>(random, conv.cols());
  const Numbers y = toeplix::reference::convolve(there, weights, x);
  const Numbers z = toeplix::reference::convolve_transposed(back, weights, y);
  check_product(there, weights, x, y);
  check_transposed_product(there, weights, y, z);
  check_product(back, weights, y, z);
  check_transposed_product(back, weights, x, y);
}

BOOST_AUTO_TEST_SUITE_END()
