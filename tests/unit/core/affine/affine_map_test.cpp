#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/compile.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <complex>

BOOST_AUTO_TEST_SUITE(affine_map)

namespace {

using toeplix::AffineMap;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;
using toeplix::test::check_throws;
using toeplix::test::draw;
using toeplix::test::Failures;
using toeplix::test::Random;
using toeplix::test::small_integers;
using toeplix::test::vector_difference;
using Numbers = std::vector<double>;

template <class Vector>
Numbers numbers_of(const Vector& vector) {
  return {vector.begin(), vector.end()};
}

template <class Scalar>
std::vector<Scalar> oracle(const ConvolutionSpec& spec, const std::vector<Scalar>& weights,
                           const std::vector<Scalar>& x, const std::vector<Scalar>& bias) {
  return toeplix::reference::convolve(spec, weights, x, bias);
}

template <class Scalar>
std::vector<Scalar> oracle(const TransposedConvolutionSpec& spec,
                           const std::vector<Scalar>& weights, const std::vector<Scalar>& x,
                           const std::vector<Scalar>& bias) {
  return toeplix::reference::convolve_transposed(spec, weights, x, bias);
}

/// The map of a random spec is the oracle with a bias, and its matrix the compiled one.
template <class Scalar, class StorageIndex, class Spec>
void check_against_oracle(const Spec& spec, Random& random, Failures& failures) {
  const auto lengths = toeplix::reference::lengths(spec);
  const auto weights = small_integers<Scalar>(random, static_cast<Index>(lengths.weights));
  const auto x = small_integers<Scalar>(random, static_cast<Index>(lengths.input));
  const auto bias = small_integers<Scalar>(random, spec.out_channels, -99, 99);
  const auto convolution = toeplix::test::make(spec);
  const auto map = toeplix::affine_map<StorageIndex>(convolution, weights, bias);
  failures.expect_none(spec, "affine map",
                       vector_difference(toeplix::apply(map, x), oracle(spec, weights, x, bias)));
  failures.expect(
      spec, "the matrix is the compiled one",
      toeplix::test::same_bits(map.matrix(), toeplix::compile<StorageIndex>(convolution, weights)));
}

const ConvolutionSpec two_by_three = {.input = {2, 3}, .kernel = {1, 1}, .out_channels = 2};

/// The offset of an image of 2 x 3 pixels and two channels with the biases 10 and 20.
Numbers offset_in(TensorOrder order) {
  ConvolutionSpec spec = two_by_three;
  spec.order = order;
  return numbers_of(toeplix::affine_map(spec, Numbers{1, 2}, Numbers{10, 20}).offset());
}

/// 0, 1, 2, ...
Numbers counting(Index count) {
  Numbers numbers;
  for (Index i = 0; i < count; ++i) numbers.push_back(static_cast<double>(i));
  return numbers;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_pixel_gets_the_bias_of_its_channel) {
  const Numbers by_planes = {10, 10, 10, 10, 10, 10, 20, 20, 20, 20, 20, 20};
  const Numbers by_pixels = {10, 20, 10, 20, 10, 20, 10, 20, 10, 20, 10, 20};
  BOOST_TEST(offset_in(TensorOrder::channels_first) == by_planes);
  BOOST_TEST(offset_in(TensorOrder::column_major) == by_planes);
  BOOST_TEST(offset_in(TensorOrder::channels_last) == by_pixels);
}

BOOST_AUTO_TEST_CASE(shapes_are_in_the_order_of_memory) {
  const auto shape_in = [](TensorOrder order) {
    ConvolutionSpec spec = two_by_three;
    spec.order = order;
    return toeplix::affine_map(spec, Numbers{1, 2}, Numbers{0, 0}).output_shape();
  };
  BOOST_TEST((shape_in(TensorOrder::channels_first) == Extents{2, 2, 3}));
  BOOST_TEST((shape_in(TensorOrder::channels_last) == Extents{2, 3, 2}));
  BOOST_TEST((shape_in(TensorOrder::column_major) == Extents{2, 3, 2}));
  const auto up = toeplix::affine_map(
      TransposedConvolution("transposed input=3,4 kernel=2,2 in=2 stride=2"), Numbers(8, 1));
  BOOST_TEST((up.input_shape() == Extents{2, 3, 4}));
  BOOST_TEST((up.output_shape() == Extents{1, 6, 8}));
  BOOST_TEST(up.name() == "transposed input=3,4 kernel=2,2 in=2 stride=2");
}

BOOST_AUTO_TEST_CASE(random_convolutions_with_a_bias_equal_the_oracle) {
  Failures failures;
  toeplix::test::for_random_specs("affine map", 150, [&](const auto& spec, Random& random) {
    check_against_oracle<double, int>(spec, random, failures);
    check_against_oracle<float, std::int64_t>(spec, random, failures);
    check_against_oracle<std::complex<float>, int>(spec, random, failures);
    check_against_oracle<std::complex<double>, std::int64_t>(spec, random, failures);
  });
  BOOST_TEST(failures.checked() == 2400);
}

BOOST_AUTO_TEST_CASE(a_convolution_without_a_bias_adds_nothing) {
  const auto map = toeplix::affine_map(Convolution(two_by_three), Numbers{1, 2}, {.name = "one"});
  BOOST_TEST(numbers_of(map.offset()) == Numbers(12, 0));
  BOOST_TEST(map.name() == "one");
  BOOST_TEST(map.rows() == 12);
  BOOST_TEST(map.cols() == 6);
  BOOST_TEST(map.nnz() == 12);
}

BOOST_AUTO_TEST_CASE(columns_in_any_order_are_sorted) {
  using Matrix = AffineMap<double>::Matrix;
  // Rows of 3, none and 2 entries; filled by hand, because Eigen copies no others than sorted ones.
  const auto make = [](std::array<int, 5> columns) {
    Matrix matrix(3, 4);
    matrix.resizeNonZeros(5);
    std::ranges::copy(std::array{0, 3, 3, 5}, matrix.outerIndexPtr());
    std::ranges::copy(columns, matrix.innerIndexPtr());
    std::ranges::copy(std::array{1.0, 2.0, 3.0, 4.0, 5.0}, matrix.valuePtr());
    return draw(AffineMap<double>(matrix, Eigen::VectorXd::Zero(3), {4}, {3}).matrix());
  };
  BOOST_TEST(make({0, 2, 3, 1, 2}) == "1 . 2 3 / . . . . / . 4 5 .");
  BOOST_TEST(make({0, 1, 2, 2, 3}) == "1 2 3 . / . . . . / . . 4 5");
  BOOST_TEST(make({3, 2, 0, 1, 2}) == "3 . 2 1 / . . . . / . 4 5 .");
  BOOST_TEST(make({0, 2, 3, 2, 1}) == "1 . 2 3 / . . . . / . 5 4 .");
}

BOOST_AUTO_TEST_CASE(an_offset_is_replaced_and_the_matrix_shared) {
  const auto map = toeplix::affine_map(Convolution(two_by_three), Numbers{1, 2}, {.name = "one"});
  const auto other = map.with_offset(Eigen::VectorXd::LinSpaced(12, 1, 12));
  BOOST_TEST(&other.matrix() == &map.matrix());
  BOOST_TEST(other.offset()[11] == 12);
  BOOST_TEST(map.offset()[11] == 0);
  BOOST_TEST(other.name() == "one");
  check_throws<GeometryError>(
      [&] { map.with_offset(Eigen::VectorXd::Zero(3)); },
      "'one': the output shape (2, 2, 3) has 12 elements, but the offset has 3 numbers");
}

BOOST_AUTO_TEST_CASE(separable_operators_have_the_shapes_of_their_tables) {
  const auto pool =
      toeplix::affine_map<float>(toeplix::AveragePool{.input = {4, 2},
                                                      .kernel = {2, 2},
                                                      .channels = 3,
                                                      .stride = 2,
                                                      .order = TensorOrder::channels_last});
  BOOST_TEST((pool.input_shape() == Extents{4, 2, 3}));
  BOOST_TEST((pool.output_shape() == Extents{2, 1, 3}));
  BOOST_TEST(draw(pool.matrix()).substr(0, 23) == "0.25 . . 0.25 . . 0.25 ");
  const auto resize = toeplix::affine_map(toeplix::Resize{.input = {1, 2}, .sizes = {1, 4}});
  BOOST_TEST(draw(resize.matrix()) == "1 . / 1 . / . 1 / . 1");
  BOOST_TEST((resize.output_shape() == Extents{1, 4}));
  BOOST_TEST(resize.name() == "resize");
}

BOOST_AUTO_TEST_CASE(a_pad_adds_its_constant) {
  const toeplix::Pad pad{.input = {2}, .padding = {{1, 2}}, .constant = 7};
  const auto map = toeplix::affine_map(pad);
  BOOST_TEST(draw(map.matrix()) == ". . / 1 . / . 1 / . . / . .");
  BOOST_TEST(numbers_of(toeplix::apply(map, Numbers{3, 4})) == Numbers({7, 3, 4, 7, 7}));
  const auto complex = toeplix::affine_map<std::complex<double>>(pad);
  BOOST_TEST((complex.offset()[0] == std::complex<double>(7, 0)));
  BOOST_TEST((complex.matrix().valuePtr()[0] == std::complex<double>(1, 0)));
}

BOOST_AUTO_TEST_CASE(windows_as_columns_and_back) {
  const ConvolutionSpec windows{.input = {2, 3}, .kernel = {1, 2}, .in_channels = 2};
  const auto unfold = toeplix::im2col_map<double>(windows);
  BOOST_TEST((unfold.output_shape() == Extents{4, 2, 2}));
  BOOST_TEST(unfold.nnz() == 16);
  const Numbers columns = {0, 1, 3, 4, 1, 2, 4, 5, 6, 7, 9, 10, 7, 8, 10, 11};
  BOOST_TEST(numbers_of(toeplix::apply(unfold, counting(12))) == columns);
  const auto fold = toeplix::col2im_map<double>(windows);
  BOOST_TEST((fold.output_shape() == Extents{2, 2, 3}));
  BOOST_TEST(draw(fold.matrix()) ==
             draw(Eigen::SparseMatrix<double, Eigen::RowMajor>(unfold.matrix().transpose())));
}

BOOST_AUTO_TEST_CASE(a_dense_matrix_has_all_entries) {
  Eigen::MatrixXd dense(2, 3);
  dense << 1, 0, 3, 4, 5, 0;
  const auto map = toeplix::affine_map(dense, Numbers{10, 20});
  BOOST_TEST(draw(map.matrix()) == "1 0 3 / 4 5 0");
  BOOST_TEST(numbers_of(toeplix::apply(map, Numbers{1, 1, 1})) == Numbers({14, 29}));
  BOOST_TEST((map.input_shape() == Extents{3}));
  BOOST_TEST((map.output_shape() == Extents{2}));
  const auto transposed = toeplix::affine_map(dense.transpose(), Numbers{0, 0, 0});
  BOOST_TEST(draw(transposed.matrix()) == "1 4 / 0 5 / 3 0");
}

BOOST_AUTO_TEST_CASE(a_scale_goes_along_its_axis) {
  const Numbers ones(12, 1);
  const auto first = toeplix::scale_map({2, 3, 2}, 0, Numbers{2, 3}, Numbers{10, 20});
  BOOST_TEST(numbers_of(toeplix::apply(first, ones)) ==
             Numbers({12, 12, 12, 12, 12, 12, 23, 23, 23, 23, 23, 23}));
  const auto last = toeplix::scale_map({2, 3, 2}, -1, Numbers{2, 3}, Numbers{10, 20});
  BOOST_TEST(numbers_of(toeplix::apply(last, ones)) ==
             Numbers({12, 23, 12, 23, 12, 23, 12, 23, 12, 23, 12, 23}));
  const auto diagonal = toeplix::scale_map({3}, 0, Numbers{2, 0, 4}, Numbers{0, 0, 0});
  BOOST_TEST(draw(diagonal.matrix()) == "2 . . / . 0 . / . . 4");
}

// numpy: numpy.arange(24).reshape(2, 3, 4).transpose(1, 2, 0).ravel()
BOOST_AUTO_TEST_CASE(axes_are_permuted_as_by_numpy) {
  const auto map = toeplix::transpose_map<double>({2, 3, 4}, {1, -1, 0});
  BOOST_TEST((map.output_shape() == Extents{3, 4, 2}));
  BOOST_TEST(numbers_of(toeplix::apply(map, counting(24))) ==
             Numbers({0, 12, 1, 13, 2, 14, 3, 15, 4,  16, 5,  17,
                      6, 18, 7, 19, 8, 20, 9, 21, 10, 22, 11, 23}));
  const auto reshaped = toeplix::reshape_map<double>({2, 3}, {6});
  BOOST_TEST((reshaped.output_shape() == Extents{6}));
  BOOST_TEST(numbers_of(toeplix::apply(reshaped, counting(6))) == counting(6));
  const auto flat = map.with_shapes({24}, {12, 2}).with_name("flat");
  BOOST_TEST((flat.input_shape() == Extents{24}));
  BOOST_TEST(flat.name() == "flat");
  BOOST_TEST(&flat.matrix() == &map.matrix());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_by_name) {
  using Map = AffineMap<double>;
  const Convolution conv(two_by_three);
  check_throws<GeometryError>(
      [&] {
        toeplix::affine_map(conv, Numbers{1, 2}, Numbers{1, 2, 3});
      },
      "bias has length 3; expected one number per output channel (2)");
  check_throws<GeometryError>(
      [&] {
        toeplix::affine_map(conv, Numbers{1}, Numbers{1, 2});
      },
      "weights has length 1; expected 2");
  check_throws<GeometryError>(
      [&] {
        toeplix::apply(toeplix::affine_map(conv, Numbers{1, 2}), Numbers{1});
      },
      "x has length 1; expected 6");
  check_throws<GeometryError>(
      [] { Map(Map::Matrix(2, 3), Map::Vector::Zero(2), {4}, {2}, "fc"); },
      "'fc': the input shape (4,) has 4 elements, but the matrix has 3 columns");
  check_throws<GeometryError>(
      [] {
        Map(Map::Matrix(2, 3), Map::Vector::Zero(2), {3}, {1, 1}, "fc");
      },
      "'fc': the output shape (1, 1) has 1 elements, but the matrix has 2 rows");
  check_throws<GeometryError>(
      [] { Map(Map::Matrix(2, 3), Map::Vector::Zero(3), {3}, {2}, "fc"); },
      "'fc': the output shape (2,) has 2 elements, but the offset has 3 numbers");
  check_throws<GeometryError>(
      [] {
        Map(Map::Matrix(2, 3), Map::Vector::Zero(2), {3, 0}, {2}, "fc");
      },
      "'fc': the input shape (3, 0) has the extent 0; it must be at least 1");
  constexpr Index huge = Index{1} << 40;
  check_throws<CapacityError>(
      [] {
        toeplix::transpose_map<double>({huge, huge}, {0, 1});
      },
      "shape (1099511627776, 1099511627776) has more elements than 64 bits "
      "count");
  check_throws<GeometryError>(
      [] {
        toeplix::transpose_map<double>({2, 3}, {0, 2});
      },
      "axis 2 is not there; the shape has 2 axes");
  check_throws<GeometryError>(
      [] {
        toeplix::transpose_map<double>({2, 3}, {1, -1});
      },
      "axes: axis -1 is there twice");
  check_throws<GeometryError>(
      [] {
        toeplix::transpose_map<double>({2, 3}, {1});
      },
      "axes has 1 numbers; expected each axis of the shape once (2)");
  check_throws<GeometryError>(
      [] {
        toeplix::reshape_map<double>({2, 3}, {5});
      },
      "'reshape': (2, 3) and (5,) have different numbers of elements");
  check_throws<GeometryError>(
      [] {
        toeplix::scale_map({2, 3}, 1, Numbers{1, 2}, Numbers{0, 0, 0});
      },
      "scale has length 2; expected 3");
  check_throws<GeometryError>(
      [] {
        toeplix::scale_map({2, 3}, -3, Numbers{1, 2}, Numbers{0, 0});
      },
      "axis -3 is not there; the shape has 2 axes");
  Eigen::MatrixXd dense = Eigen::MatrixXd::Ones(2, 3);
  check_throws<GeometryError>([&] { toeplix::affine_map(dense, Numbers{1}); },
                              "offset has length 1; expected 2");
  BOOST_CHECK_THROW(toeplix::affine_map(conv, Numbers{1, 2}, Numbers{1, 2},
                                        {.resources = {.memory_budget = 100}}),
                    CapacityError);
  BOOST_CHECK_THROW(
      toeplix::transpose_map<double>({100}, {0}, {.resources = {.memory_budget = 100}}),
      CapacityError);
  BOOST_CHECK_THROW(
      toeplix::affine_map(conv, Numbers{1, 2}, Numbers{1, 2}, {.resources = {.threads = -1}}),
      toeplix::Error);
}

BOOST_AUTO_TEST_SUITE_END()
