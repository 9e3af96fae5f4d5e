#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/random.hpp"

#include <toeplix/affine.hpp>
#include <toeplix/reference.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(affine_compose)

namespace {

using toeplix::AffineMap;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::test::check_throws;
using toeplix::test::draw;
using toeplix::test::Random;
using toeplix::test::same_bits;
using toeplix::test::small_integers;
using Map = AffineMap<double>;
using Numbers = std::vector<double>;

template <class Vector>
Numbers numbers_of(const Vector& vector) {
  return {vector.begin(), vector.end()};
}

/// A dense matrix as a map, whose entries are those that are not zero.
Map map_of(const Eigen::MatrixXd& dense, const Numbers& offset, const std::string& name) {
  Map::Matrix matrix = dense.sparseView();
  return {std::move(matrix),
          Eigen::Map<const Eigen::VectorXd>(offset.data(), Eigen::Index(offset.size())),
          {dense.cols()},
          {dense.rows()},
          name};
}

/// A map of random places and small integers; some of its rows and columns are empty.
Map random_map(Random& random, Index rows, Index cols) {
  Eigen::MatrixXd dense = Eigen::MatrixXd::Zero(rows, cols);
  for (Index i = 0; i < rows * cols / 3; ++i) {
    dense(random.between(0, rows - 1), random.between(0, cols - 1)) =
        static_cast<double>(random.between(-3, 3));
  }
  return map_of(dense, small_integers<double>(random, rows), "random");
}

/// Where a matrix has entries, as ones.
Eigen::MatrixXd places_of(const Map& map) {
  Map::Matrix places = map.matrix();
  for (Index i = 0; i < places.nonZeros(); ++i) places.valuePtr()[i] = 1;
  return places;
}

/// What a matrix must be like: its values, and entries where `places` is not zero.
std::string fault(const Map& map, const Eigen::MatrixXd& places, const Eigen::MatrixXd& values) {
  toeplix::test::DenseMatrix<double> structure = {places.rows(), places.cols(), {}};
  toeplix::test::DenseMatrix<double> expected = structure;
  for (Index row = 0; row < places.rows(); ++row) {
    for (Index column = 0; column < places.cols(); ++column) {
      structure.entries.push_back(places(row, column));
      expected.entries.push_back(values(row, column));
    }
  }
  return toeplix::test::difference(map.matrix(), structure, expected);
}

Eigen::MatrixXd dense(const Map& map) {
  return map.matrix();
}

/// A map of numbers whose sums depend on their order.
AffineMap<float> inexact_map(Index rows, Index cols, std::uint64_t seed) {
  Random random(seed);
  AffineMap<float>::Matrix matrix(rows, cols);
  for (Index row = 0; row < rows; ++row) {
    for (Index column = random.between(0, 40); column < cols; column += random.between(1, 80)) {
      matrix.insert(row, column) = 1.0F / static_cast<float>(random.between(-50, 50) * 2 + 1);
    }
  }
  return {std::move(matrix), AffineMap<float>::Vector::Constant(rows, 0.1F), {cols}, {rows}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_product_keeps_entries_that_cancel) {
  Eigen::MatrixXd a(1, 2);
  a << 1, 1;
  Eigen::MatrixXd b(2, 2);
  b << 1, 2, -1, 3;
  const Map both = toeplix::compose(map_of(a, {100}, "a"), map_of(b, {10, 20}, "b"));
  BOOST_TEST(draw(both.matrix()) == "0 5");
  BOOST_TEST(numbers_of(both.offset()) == Numbers{130});
  BOOST_TEST(both.name() == "a after b");
  const Map zero = toeplix::sum(map_of(b, {1, 2}, "b"), map_of(-b, {3, 4}, "minus b"));
  BOOST_TEST(draw(zero.matrix()) == "0 0 / 0 0");
  BOOST_TEST(numbers_of(zero.offset()) == Numbers({4, 6}));
  BOOST_TEST(zero.name() == "b + minus b");
}

BOOST_AUTO_TEST_CASE(random_products_and_sums) {
  Random random("products");
  for (int i = 0; i < 300; ++i) {
    const Index rows = random.between(1, 12);
    const Index middle = random.between(1, 12);
    const Index cols = random.between(1, 12);
    const Map a = random_map(random, rows, middle);
    const Map b = random_map(random, middle, cols);
    const Map product = toeplix::compose(a, b);
    BOOST_TEST(fault(product, places_of(a) * places_of(b), dense(a) * dense(b)) == "");
    BOOST_TEST((product.offset() == dense(a) * b.offset() + a.offset()));
    const Map c = random_map(random, rows, middle);
    const Map sum = toeplix::sum(a, c);
    BOOST_TEST(fault(sum, places_of(a) + places_of(c), dense(a) + dense(c)) == "");
    BOOST_TEST((sum.offset() == a.offset() + c.offset()));
  }
}

// torch: conv2(avg_pool2d(conv1(x), 2)), with biases
BOOST_AUTO_TEST_CASE(a_small_network_equals_the_oracle) {
  Random random("network");
  const ConvolutionSpec first{
      .input = {8, 10}, .kernel = {3, 3}, .in_channels = 2, .out_channels = 3, .padding = 1};
  const ConvolutionSpec ones{.input = {8, 10},
                             .kernel = {2, 2},
                             .in_channels = 3,
                             .out_channels = 3,
                             .groups = 3,
                             .stride = 2};
  const ConvolutionSpec second{
      .input = {4, 5}, .kernel = {3, 2}, .in_channels = 3, .out_channels = 4};
  const Numbers w1 = small_integers<double>(random, 54);
  const Numbers w2 = small_integers<double>(random, 72);
  const Numbers b1 = small_integers<double>(random, 3);
  const Numbers b2 = small_integers<double>(random, 4);
  const Numbers x = small_integers<double>(random, 160);
  const Map pool = toeplix::affine_map(
      toeplix::AveragePool{.input = {8, 10}, .kernel = {2, 2}, .channels = 3, .stride = 2});
  const Map conv1 = toeplix::affine_map(first, w1, b1);
  const Map conv2 = toeplix::affine_map(second, w2, b2);
  Numbers y = toeplix::reference::convolve(first, w1, x, b1);
  y = toeplix::reference::convolve(ones, Numbers(12, 1), y);
  for (double& mean : y) mean /= 4;
  y = toeplix::reference::convolve(second, w2, y, b2);
  const Map net = toeplix::compose(conv2, toeplix::compose(pool, conv1));
  BOOST_TEST(numbers_of(toeplix::apply(net, x)) == y);
  BOOST_TEST((net.input_shape() == Extents{2, 8, 10}));
  BOOST_TEST((net.output_shape() == Extents{4, 2, 4}));
}

BOOST_AUTO_TEST_CASE(maps_are_concatenated_along_any_axis) {
  const Extents shape = {2, 3, 2};
  const auto shifted = [&](double shift) {
    return toeplix::scale_map({12}, 0, Numbers(12, 1), Numbers(12, shift)).with_shapes({12}, shape);
  };
  for (const Index axis : {0, 1, 2, -1, -2, -3}) {
    const Map joined = toeplix::concatenate<double>({shifted(0), shifted(100)}, axis);
    const std::size_t along = static_cast<std::size_t>(axis < 0 ? axis + 3 : axis);
    Extents expected = shape;
    expected[along] *= 2;
    BOOST_TEST((joined.output_shape() == expected));
    // Element (i, j, k) of the result by its definition.
    Numbers numbers;
    for (Index i = 0; i < expected[0]; ++i) {
      for (Index j = 0; j < expected[1]; ++j) {
        for (Index k = 0; k < expected[2]; ++k) {
          Extents at = {i, j, k};
          const bool second = at[along] >= shape[along];
          if (second) at[along] -= shape[along];
          numbers.push_back(static_cast<double>((at[0] * 3 + at[1]) * 2 + at[2]) +
                            (second ? 100 : 0));
        }
      }
    }
    Numbers x;
    for (int i = 0; i < 12; ++i) x.push_back(i);
    BOOST_TEST(numbers_of(toeplix::apply(joined, x)) == numbers);
  }
}

BOOST_AUTO_TEST_CASE(channels_of_different_convolutions_are_joined) {
  Random random("concatenate");
  for (const char* const order : {"channels_first", "channels_last", "column_major"}) {
    const Convolution narrow(std::string("input=3,4 kernel=1,1 out=2 order=") + order);
    const Convolution wide(std::string("input=3,4 kernel=3,3 out=3 padding=1 order=") + order);
    const Convolution both(std::string("input=3,4 kernel=3,3 out=5 padding=1 order=") + order);
    const Numbers w1 = small_integers<double>(random, 2);
    const Numbers w2 = small_integers<double>(random, 27);
    Numbers weights(18);
    weights[4] = w1[0];
    weights[13] = w1[1];
    weights.insert(weights.end(), w2.begin(), w2.end());
    const Map joined = toeplix::concatenate<double>(
        {toeplix::affine_map(narrow, w1, Numbers{1, 2}),
         toeplix::affine_map(wide, w2, Numbers{3, 4, 5})},
        both.spec().order == toeplix::TensorOrder::channels_last ? -1 : 0);
    const Map expected = toeplix::affine_map(both, weights, Numbers{1, 2, 3, 4, 5});
    BOOST_TEST((joined.output_shape() == expected.output_shape()));
    BOOST_TEST((dense(joined) == dense(expected)));
    BOOST_TEST((joined.offset() == expected.offset()));
  }
}

BOOST_AUTO_TEST_CASE(the_bits_do_not_depend_on_threads) {
  const auto a = inexact_map(3000, 2000, 1);
  const auto b = inexact_map(2000, 3000, 2);
  const auto c = inexact_map(3000, 2000, 3);
  const toeplix::AffineOptions one = {.resources = {.threads = 1}};
  const auto product = toeplix::compose(a, b, one);
  const auto sum = toeplix::sum(a, c, one);
  const std::vector<float> x(2000, 0.3F);
  const auto y = toeplix::apply(a, x, {.threads = 1});
  for (const int threads : {2, 7}) {
    const toeplix::AffineOptions several = {.resources = {.threads = threads}};
    BOOST_TEST(same_bits(toeplix::compose(a, b, several).matrix(), product.matrix()));
    BOOST_TEST((toeplix::compose(a, b, several).offset() == product.offset()));
    BOOST_TEST(same_bits(toeplix::sum(a, c, several).matrix(), sum.matrix()));
    BOOST_TEST((toeplix::apply(a, x, {.threads = threads}) == y));
  }
}

BOOST_AUTO_TEST_CASE(shapes_that_disagree_are_refused_by_name) {
  const Map conv = toeplix::affine_map(Convolution("input=4,4 kernel=3,3 out=2"), Numbers(18, 1),
                                       {.name = "conv"});
  const Map fc = toeplix::affine_map(Eigen::MatrixXd::Ones(5, 8), Numbers(5, 0), {.name = "fc"});
  check_throws<GeometryError>(
      [&] { toeplix::compose(fc, conv); },
      "'fc' takes (8,), but 'conv' before it gives (2, 2, 2); the shapes must agree");
  BOOST_TEST(toeplix::compose(fc, conv.with_shapes({1, 4, 4}, {8})).rows() == 5);
  check_throws<GeometryError>([&] { toeplix::sum(fc, conv); },
                              "'fc' and 'conv' have input shapes that differ: (8,) and (1, 4, 4)");
  check_throws<GeometryError>(
      [&] {
        toeplix::sum(conv, conv.with_shapes({1, 4, 4}, {8}).with_name("flat"));
      },
      "'conv' and 'flat' have output shapes that differ: (2, 2, 2) and (8,)");
  check_throws<GeometryError>(
      [&] {
        toeplix::concatenate<double>({conv, fc}, 0);
      },
      "'conv' and 'fc' have input shapes that differ: (1, 4, 4) and (8,)");
  check_throws<GeometryError>(
      [&] {
        toeplix::concatenate<double>({conv, conv.with_shapes({1, 4, 4}, {4, 1, 2})}, 0);
      },
      "'conv' and 'conv' give (2, 2, 2) and (4, 1, 2); to be joined along "
      "axis 0 they must agree along all others");
  check_throws<GeometryError>([&] { toeplix::concatenate<double>({conv}, 3); },
                              "axis 3 is not there; the shape has 3 axes");
  check_throws<GeometryError>([&] { toeplix::concatenate(std::vector<Map>(), 0); },
                              "no maps to concatenate; expected at least one");
}

BOOST_AUTO_TEST_CASE(what_exceeds_the_budget_is_refused_before_it_is_formed) {
  const Map column = toeplix::affine_map(Eigen::MatrixXd::Ones(100, 1), Numbers(100, 0));
  const Map row = toeplix::affine_map(Eigen::MatrixXd::Ones(1, 100), Numbers(1, 0));
  // 10 000 entries of 12 bytes, 101 pointers of 4 and 8, and 16 bytes for each of 100 columns.
  constexpr Index bytes = 120'000 + 404 + 808 + 1600;
  const auto composed = [&](Index budget) {
    return toeplix::compose(column, row, {.resources = {.threads = 1, .memory_budget = budget}});
  };
  BOOST_TEST(composed(bytes).nnz() == 10'000);
  toeplix::test::check_capacity(
      [&] { composed(bytes - 1); },
      "a matrix of 10000 entries (122812 bytes) exceeds the memory budget of 122811 bytes; keep "
      "the maps apart, or raise Resources::memory_budget",
      10'000, bytes);
  toeplix::test::check_capacity(
      [&] { composed(2000); },
      "counting the entries of a 100 x 100 matrix (2408 bytes) exceeds the memory budget of 2000 "
      "bytes; keep the maps apart, or raise Resources::memory_budget",
      {}, 2408);
  const toeplix::AffineOptions tight = {.resources = {.memory_budget = 1000}};
  BOOST_CHECK_THROW(toeplix::sum(column, column, tight), CapacityError);
  BOOST_CHECK_THROW(toeplix::concatenate<double>({column, column}, 0, tight), CapacityError);
  BOOST_CHECK_THROW(toeplix::compose(column, row, {.resources = {.memory_budget = -1}}),
                    toeplix::Error);
}

BOOST_AUTO_TEST_SUITE_END()
