#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"

#include <toeplix/compile.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

BOOST_AUTO_TEST_SUITE(compile)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Operation;
using toeplix::Padding;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;
using toeplix::test::check_throws;
using toeplix::test::draw;
using Numbers = std::vector<double>;

/// Checks a matrix against a drawing, in both storage orders.
template <class Conv>
void check_drawing(const Conv& convolution, const Numbers& weights, const std::string& drawing) {
  BOOST_TEST(draw(toeplix::compile(convolution, weights)) == drawing);
  BOOST_TEST(draw(toeplix::compile<int, Eigen::ColMajor>(convolution, weights)) == drawing);
}

void check_drawing(const ConvolutionSpec& spec, const Numbers& weights,
                   const std::string& drawing) {
  check_drawing(Convolution(spec), weights, drawing);
}

void check_drawing(const TransposedConvolutionSpec& spec, const Numbers& weights,
                   const std::string& drawing) {
  check_drawing(TransposedConvolution(spec), weights, drawing);
}

}  // namespace

BOOST_AUTO_TEST_CASE(notebook) {
  check_drawing(ConvolutionSpec{.input = {3, 3}, .kernel = {2, 2}}, {0, 1, 2, 3},
                "0 1 . 2 3 . . . . / . 0 1 . 2 3 . . . / . . . 0 1 . 2 3 . / . . . . 0 1 . 2 3");
  check_drawing(TransposedConvolutionSpec{.input = {2}, .kernel = {2}}, {4, 5}, "4 . / 5 4 / . 5");
  check_drawing(TransposedConvolutionSpec{.input = {2}, .kernel = {2}, .stride = 2}, {4, 5},
                "4 . / 5 . / . 4 / . 5");
  check_drawing(TransposedConvolutionSpec{.input = {2}, .kernel = {2}, .padding = 1}, {4, 5},
                "5 4");
}

BOOST_AUTO_TEST_CASE(every_boundary) {
  ConvolutionSpec spec = {.input = {4}, .kernel = {3}, .padding = 1};
  const Numbers weights = {1, 10, 100};
  check_drawing(spec, weights, "10 100 . . / 1 10 100 . / . 1 10 100 / . . 1 10");
  spec.boundary = Boundary::circular;
  check_drawing(spec, weights, "10 100 . 1 / 1 10 100 . / . 1 10 100 / 100 . 1 10");
  spec.boundary = Boundary::reflect;
  check_drawing(spec, weights, "10 101 . . / 1 10 100 . / . 1 10 100 / . . 101 10");
  spec.boundary = Boundary::symmetric;
  check_drawing(spec, weights, "11 100 . . / 1 10 100 . / . 1 10 100 / . . 1 110");
  spec.boundary = Boundary::replicate;
  check_drawing(spec, weights, "11 100 . . / 1 10 100 . / . 1 10 100 / . . 1 110");
}

BOOST_AUTO_TEST_CASE(every_boundary_two_pixels_out) {
  ConvolutionSpec spec = {.input = {4}, .kernel = {5}, .padding = 2};
  const Numbers w = {1, 10, 100, 1000, 10000};
  check_drawing(spec, w, "100 1000 10000 . / 10 100 1000 10000 / 1 10 100 1000 / . 1 10 100");
  spec.boundary = Boundary::circular;
  check_drawing(spec, w,
                "100 1000 10001 10 / 10 100 1000 10001 / 10001 10 100 1000 / 1000 10001 10 100");
  spec.boundary = Boundary::reflect;
  check_drawing(spec, w,
                "100 1010 10001 . / 10 101 1000 10000 / 1 10 10100 1000 / . 10001 1010 100");
  spec.boundary = Boundary::symmetric;
  check_drawing(spec, w, "110 1001 10000 . / 11 100 1000 10000 / 1 10 100 11000 / . 1 10010 1100");
  spec.boundary = Boundary::replicate;
  check_drawing(spec, w, "111 1000 10000 . / 11 100 1000 10000 / 1 10 100 11000 / . 1 10 11100");
}

BOOST_AUTO_TEST_CASE(every_boundary_of_a_transposed_convolution) {
  TransposedConvolutionSpec spec = {.input = {3}, .kernel = {3}, .padding = 1};
  const Numbers weights = {1, 10, 100};  // of the full result, the outer two pixels are folded
  check_drawing(spec, weights, "10 1 . / 100 10 1 / . 100 10");
  spec.boundary = Boundary::circular;
  check_drawing(spec, weights, "10 1 100 / 100 10 1 / 1 100 10");
  spec.boundary = Boundary::reflect;
  check_drawing(spec, weights, "10 1 . / 101 10 101 / . 100 10");
  spec.boundary = Boundary::symmetric;
  check_drawing(spec, weights, "11 1 . / 100 10 1 / . 100 110");
  spec.boundary = Boundary::replicate;
  check_drawing(spec, weights, "11 1 . / 100 10 1 / . 100 110");
}

BOOST_AUTO_TEST_CASE(flipped_kernels) {
  ConvolutionSpec spec = {
      .input = {4}, .kernel = {3}, .padding = 1, .operation = Operation::convolution};
  const Numbers weights = {1, 10, 100};
  check_drawing(spec, weights, "10 1 . . / 100 10 1 . / . 100 10 1 / . . 100 10");
  spec.boundary = Boundary::symmetric;
  check_drawing(spec, weights, "110 1 . . / 100 10 1 . / . 100 10 1 / . . 100 11");
  spec = {.input = {2, 2}, .kernel = {2, 2}, .operation = Operation::convolution};
  check_drawing(spec, {1, 2, 3, 4}, "4 3 2 1");
}

BOOST_AUTO_TEST_CASE(stride_dilation_and_padding) {
  ConvolutionSpec spec = {.input = {5}, .kernel = {2}, .stride = 2};
  check_drawing(spec, {1, 2}, "1 2 . . . / . . 1 2 .");
  spec.dilation = 2;
  check_drawing(spec, {1, 2}, "1 . 2 . . / . . 1 . 2");
  spec.padding = {{1, 0}};
  check_drawing(spec, {1, 2}, ". 2 . . . / . 1 . 2 .");
  spec.padding = {{-1, 2}};
  check_drawing(spec, {1, 2}, ". 1 . 2 . / . . . 1 .");
  spec = {.input = {3}, .kernel = {2}, .padding = Padding::full()};
  check_drawing(spec, {1, 2}, "2 . . / 1 2 . / . 1 2 / . . 1");
  spec.padding = Padding::same_upper();
  check_drawing(spec, {1, 2}, "1 2 . / . 1 2 / . . 1");
  spec.padding = Padding::same_lower();
  check_drawing(spec, {1, 2}, "2 . . / 1 2 . / . 1 2");
}

BOOST_AUTO_TEST_CASE(transposed_stride_and_output_padding) {
  TransposedConvolutionSpec spec = {.input = {2}, .kernel = {3}, .stride = 2};
  const Numbers weights = {1, 10, 100};
  check_drawing(spec, weights, "1 . / 10 . / 100 1 / . 10 / . 100");
  spec.padding = {{1, 2}};
  check_drawing(spec, weights, "10 . / 100 1");
  spec.output_padding = 1;
  check_drawing(spec, weights, "10 . / 100 1 / . 10");
  spec = {.input = {2}, .kernel = {1}, .stride = 2, .output_padding = 1};
  check_drawing(spec, {7}, "7 . / . . / . 7 / . .");
  spec = {.input = {2}, .kernel = {1}, .stride = 2, .padding = Padding::same_lower()};
  check_drawing(spec, {7}, "7 . / . . / . 7 / . .");
  spec.padding = Padding::same_upper();
  check_drawing(spec, {7}, ". . / 7 . / . . / . 7");
}

BOOST_AUTO_TEST_CASE(two_axes) {
  // A row of the image is a block; the kernel has one row per block.
  check_drawing(ConvolutionSpec{.input = {2, 2},
                                .kernel = {2, 1},
                                .padding = {{1, 0}, {0, 0}},
                                .boundary = {Boundary::symmetric, Boundary::zero}},
                {1, 10}, "11 . . . / . 11 . . / 1 . 10 . / . 1 . 10");
  ConvolutionSpec spec = {.input = {2, 2}, .kernel = {1, 2}, .padding = {{0, 0}, {0, 1}}};
  check_drawing(spec, {1, 10}, "1 10 . . / . 1 . . / . . 1 10 / . . . 1");
  spec.order = TensorOrder::column_major;
  check_drawing(spec, {1, 10}, "1 . 10 . / . 1 . 10 / . . 1 . / . . . 1");
}

BOOST_AUTO_TEST_CASE(channels_and_groups) {
  ConvolutionSpec spec = {.input = {2}, .kernel = {1}, .in_channels = 2, .out_channels = 2};
  check_drawing(spec, {1, 2, 3, 4}, "1 . 2 . / . 1 . 2 / 3 . 4 . / . 3 . 4");
  spec.order = TensorOrder::channels_last;
  check_drawing(spec, {1, 2, 3, 4}, "1 2 . . / 3 4 . . / . . 1 2 / . . 3 4");
  spec.order = TensorOrder::channels_first;
  spec.groups = 2;
  check_drawing(spec, {1, 2}, "1 . . . / . 1 . . / . . 2 . / . . . 2");
  check_drawing(
      ConvolutionSpec{
          .input = {1}, .kernel = {1}, .in_channels = 4, .out_channels = 2, .groups = 2},
      {1, 2, 3, 4}, "1 2 . . / . . 3 4");
  check_drawing(
      TransposedConvolutionSpec{
          .input = {1}, .kernel = {1}, .in_channels = 4, .out_channels = 2, .groups = 2},
      {1, 2, 3, 4}, "1 2 . . / . . 3 4");
  check_drawing(
      TransposedConvolutionSpec{
          .input = {1}, .kernel = {1}, .in_channels = 2, .out_channels = 4, .groups = 2},
      {1, 2, 3, 4}, "1 . / 2 . / . 3 / . 4");
}

BOOST_AUTO_TEST_CASE(zero_weights_are_stored) {
  check_drawing(ConvolutionSpec{.input = {3}, .kernel = {2}}, {0, 0}, "0 0 . / . 0 0");
  // Two weights on one pixel that cancel are still an entry.
  check_drawing(
      ConvolutionSpec{
          .input = {2}, .kernel = {2}, .padding = {{1, 0}}, .boundary = Boundary::symmetric},
      {1, -1}, "0 . / 1 -1");
}

BOOST_AUTO_TEST_CASE(rows_without_entries) {
  check_drawing(ConvolutionSpec{.input = {1}, .kernel = {1}, .padding = {{1, 2}}}, {5},
                ". / 5 / . / .");
  // No window reaches the image at all: an empty matrix, and nothing allocated for entries.
  check_drawing(ConvolutionSpec{.input = {2}, .kernel = {1}, .padding = {{-3, 3}}}, {5},
                ". . / . .");
}

BOOST_AUTO_TEST_CASE(index_types_storage_orders_and_scalars) {
  const Convolution convolution({.input = {4}, .kernel = {2}});
  const auto check = [&]<class Scalar>(Scalar) {
    const std::vector<Scalar> w = {Scalar(1), Scalar(2)};
    const auto a = toeplix::compile(convolution, w);
    const auto b = toeplix::compile<std::int64_t>(convolution, w);
    const auto c = toeplix::compile<int, Eigen::ColMajor>(convolution, w);
    const auto d = toeplix::compile<std::int64_t, Eigen::ColMajor>(convolution, w);
    using Eigen::SparseMatrix;
    static_assert(std::is_same_v<decltype(a), const SparseMatrix<Scalar, Eigen::RowMajor, int>>);
    static_assert(
        std::is_same_v<decltype(b), const SparseMatrix<Scalar, Eigen::RowMajor, std::int64_t>>);
    static_assert(std::is_same_v<decltype(c), const SparseMatrix<Scalar, Eigen::ColMajor, int>>);
    static_assert(
        std::is_same_v<decltype(d), const SparseMatrix<Scalar, Eigen::ColMajor, std::int64_t>>);
    const std::string drawing = std::is_floating_point_v<Scalar>
                                    ? "1 2 . . / . 1 2 . / . . 1 2"
                                    : "(1,0) (2,0) . . / . (1,0) (2,0) . / . . (1,0) (2,0)";
    BOOST_TEST(draw(a) == drawing);
    BOOST_TEST(draw(b) == drawing);
    BOOST_TEST(draw(c) == drawing);
    BOOST_TEST(draw(d) == drawing);
  };
  check(float{});
  check(double{});
  check(std::complex<float>{});
  check(std::complex<double>{});
}

BOOST_AUTO_TEST_CASE(complex_weights_are_not_conjugated) {
  using Complex = std::complex<double>;
  const std::vector<Complex> weights = {{1, 2}, {0, -3}};
  const std::string down = "(1,2) (0,-3) . / . (1,2) (0,-3)";
  BOOST_TEST(draw(toeplix::compile(Convolution({.input = {3}, .kernel = {2}}), weights)) == down);
  const TransposedConvolution up({.input = {2}, .kernel = {2}});
  BOOST_TEST(draw(toeplix::compile(up, weights)) == "(1,2) . / (0,-3) (1,2) / . (0,-3)");
}

BOOST_AUTO_TEST_CASE(weights_in_any_contiguous_range) {
  const Convolution convolution({.input = {2}, .kernel = {2}});
  float plain[] = {1, 2};
  const std::vector<float> vector = {1, 2};
  const std::array<float, 2> array = {1, 2};
  const Eigen::VectorXf column = Eigen::Vector2f(1, 2);
  const Eigen::RowVectorXf row = column;
  const Eigen::Array2f fixed = column;
  BOOST_TEST(draw(toeplix::compile(convolution, plain)) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, vector)) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, array)) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, std::span<float>(plain))) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, std::span<const float>(vector))) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, column)) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, row)) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, fixed)) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, Eigen::Map<Eigen::VectorXf>(plain, 2))) == "1 2");
  BOOST_TEST(draw(toeplix::compile(convolution, Eigen::VectorXf(2 * column / 2))) == "1 2");
}

BOOST_AUTO_TEST_CASE(weights_that_mean_two_things_do_not_compile) {
  using toeplix::WeightsArgument;
  static_assert(WeightsArgument<std::vector<float>>);
  static_assert(!WeightsArgument<std::vector<int>>);
  static_assert(!WeightsArgument<std::vector<long double>>);
  static_assert(!WeightsArgument<float>);
  static_assert(!WeightsArgument<Eigen::MatrixXf>);
  static_assert(!WeightsArgument<Eigen::Matrix2d>);
  static_assert(!WeightsArgument<Eigen::Map<Eigen::VectorXf, 0, Eigen::InnerStride<>>>);
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(weights_of_the_wrong_length) {
  const Convolution convolution({.input = {4}, .kernel = {3}});
  const TransposedConvolution up({.input = {4}, .kernel = {3}, .in_channels = 2});
  check_throws<GeometryError>(
      [&] {
        return toeplix::compile(convolution, Numbers{1, 2});
      },
      "weights has length 2; expected 3");
  check_throws<GeometryError>([&] { return toeplix::compile_rows(up, Numbers(7), 0, 1); },
                              "weights has length 7; expected 6");
}

BOOST_AUTO_TEST_CASE(weights_in_the_matrix_itself_are_refused) {
  const Convolution convolution({.input = {3}, .kernel = {2}});
  auto matrix = toeplix::compile(convolution, std::array{1.0, 2.0});
  const std::string message =
      "weights and the values of the matrix overlap in memory; expected vectors that lie apart";
  const std::span<const double> own(matrix.valuePtr() + 1, 2);
  check_throws<GeometryError>([&] { toeplix::compile_into(matrix, convolution, own); }, message);
  check_throws<GeometryError>([&] { toeplix::recompile(matrix, convolution, own); }, message);
  BOOST_TEST(draw(matrix) == "1 2 . / . 1 2");
}

BOOST_AUTO_TEST_CASE(special_values_are_copied_bit_by_bit) {
  const auto check = [](const auto& weights, int length) {
    // Every entry has one weight; a few hundred rows, so that whole cache lines are copied too.
    const Convolution convolution({.input = {300}, .kernel = {length}});
    const auto matrix = toeplix::compile(convolution, weights);
    for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
      const auto* const values = matrix.valuePtr() + matrix.outerIndexPtr()[row];
      BOOST_REQUIRE(std::memcmp(values, weights.data(), sizeof(weights)) == 0);
    }
  };
  using Float = std::numeric_limits<float>;
  using Double = std::numeric_limits<double>;
  check(std::array{Float::quiet_NaN(), std::bit_cast<float>(0xffc12345u), Float::infinity(),
                   -Float::infinity(), -0.0f, 0.0f, Float::denorm_min()},
        7);
  check(std::array{Double::quiet_NaN(), std::bit_cast<double>(0xfff8123456789abcu),
                   Double::infinity(), -0.0, 0.0, -Double::denorm_min(), Double::max()},
        7);
  using Complex = std::complex<double>;
  check(std::array{Complex(-0.0, Double::quiet_NaN()), Complex(Double::infinity(), -0.0),
                   Complex(0.0, -0.0)},
        3);
}

BOOST_AUTO_TEST_CASE(special_values_survive_sums) {
  const Convolution convolution(
      {.input = {1}, .kernel = {2}, .padding = {{1, 0}}, .boundary = Boundary::symmetric});
  const auto sum = [&](double a, double b) {
    return toeplix::compile(convolution, std::array{a, b}).valuePtr()[0];
  };
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_TEST(std::signbit(sum(-0.0, -0.0)));
  BOOST_TEST(!std::signbit(sum(-0.0, 0.0)));
  BOOST_TEST(sum(infinity, 1) == infinity);
  BOOST_TEST(std::isnan(sum(infinity, -infinity)));
}

BOOST_AUTO_TEST_SUITE_END()
