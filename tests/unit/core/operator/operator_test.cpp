#include "support/compare.hpp"
#include "support/failures.hpp"
#include "support/random.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/error.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/weight_gradient.hpp>

#include <unsupported/Eigen/CXX11/Tensor>

#include <boost/test/unit_test.hpp>

#include <array>
#include <complex>
#include <concepts>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

// The operator, and the gradient by the weights: both go through the entries without storing them.

BOOST_AUTO_TEST_SUITE(operators)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Operator;
using toeplix::Resources;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using toeplix::test::check_throws;
using Numbers = std::vector<double>;
using Complex = std::complex<double>;

Numbers list(const Eigen::VectorXd& vector) {
  return {vector.begin(), vector.end()};
}

/// Numbers whose sums are rounded, differently in every order.
Numbers fractions(Index count) {
  toeplix::test::Random random("fractions");
  Numbers numbers;
  for (Index i = 0; i < count; ++i) {
    numbers.push_back(static_cast<double>(random.between(-1'000'000, 1'000'000)) / 777);
  }
  return numbers;
}

bool same_bits(const auto& a, const auto& b) {
  return a.size() == b.size() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(a[0])) == 0;
}

const ConvolutionSpec large = {.input = {60, 61},
                               .kernel = {3, 5},
                               .in_channels = 6,
                               .out_channels = 8,
                               .groups = 2,
                               .padding = {{1, 1}, {2, 2}},
                               .boundary = {Boundary::symmetric, Boundary::circular}};

}  // namespace

BOOST_AUTO_TEST_CASE(products_of_the_notebook) {
  const Operator<double> op(Convolution({.input = {3, 3}, .kernel = {2, 2}}), Numbers{0, 1, 2, 3});
  BOOST_TEST(op.rows() == 4);
  BOOST_TEST(op.cols() == 9);
  BOOST_TEST(list(op * Numbers{0, 1, 2, 3, 4, 5, 6, 7, 8}) == (Numbers{19, 25, 37, 43}));
  const Operator<double> back = op.transpose();
  BOOST_TEST(back.rows() == 9);
  BOOST_TEST(back.cols() == 4);
  BOOST_TEST(list(back * Numbers{0, 1, 2, 3}) == (Numbers{0, 0, 1, 0, 4, 6, 4, 12, 9}));
}

BOOST_AUTO_TEST_CASE(products_that_fold) {
  // 10 101 . . / 1 10 100 . / . 1 10 100 / . . 101 10
  const Convolution reflect(
      {.input = {4}, .kernel = {3}, .padding = 1, .boundary = Boundary::reflect});
  const Operator<double> op(reflect, Numbers{1, 10, 100});
  BOOST_TEST(list(op * Numbers{1, 2, 3, 4}) == (Numbers{212, 321, 432, 343}));
  BOOST_TEST(list(op.transpose() * Numbers{1, 2, 3, 4}) == (Numbers{12, 124, 634, 340}));
}

BOOST_AUTO_TEST_CASE(scalars_are_deduced) {
  const Convolution convolution({.input = {2}, .kernel = {2}});
  const std::array<float, 2> weights = {1, 2};
  const Operator op(convolution, weights);
  static_assert(std::is_same_v<decltype(op), const Operator<float>>);
  BOOST_TEST((op * Eigen::Vector2f(3, 4)).eval()[0] == 11);
  const Operator up(TransposedConvolution({.input = {1}, .kernel = {2}}), Numbers{1, 2});
  static_assert(std::is_same_v<decltype(up), const Operator<double>>);
  BOOST_TEST(list(up * Numbers{3}) == (Numbers{3, 6}));
}

BOOST_AUTO_TEST_CASE(products_by_the_name_of_spectra) {
  const toeplix::Operator op(Convolution({.input = {3}, .kernel = {2}}), std::vector<float>{1, 10});
  static_assert(std::same_as<decltype(op)::Scalar, float>);
  const std::array<float, 3> x = {1, 2, 3};
  std::array<float, 3> y = {-1, -1, -1};
  op.perform_op(x.data(), y.data());
  BOOST_TEST(y == (std::array<float, 3>{21, 32, -1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(vectors_in_any_contiguous_range) {
  const Operator<double> op(Convolution({.input = {3}, .kernel = {2}}), Numbers{1, 10});
  const double plain[] = {1, 2, 3};
  const Eigen::Vector3d eigen(1, 2, 3);
  const Numbers expected = {21, 32};
  BOOST_TEST(list(op * plain) == expected);
  BOOST_TEST(list(op * std::array<double, 3>{1, 2, 3}) == expected);
  BOOST_TEST(list(op * std::span<const double>(plain)) == expected);
  BOOST_TEST(list(op * eigen) == expected);
  BOOST_TEST(list(op * Eigen::VectorXd(eigen)) == expected);
  static_assert(!toeplix::VectorArgument<Eigen::MatrixXd>);
  // A tensor in Eigen's default order would be read as if it were in C order.
  static_assert(!toeplix::VectorArgument<Eigen::Tensor<double, 4>>);
  static_assert(toeplix::VectorArgument<Eigen::Tensor<double, 4, Eigen::RowMajor>>);
  static_assert(toeplix::VectorArgument<Eigen::Tensor<double, 1>>);
}

BOOST_AUTO_TEST_CASE(batches_and_expressions) {
  const Operator op(Convolution({.input = {3}, .kernel = {2}}), Numbers{1, 10}, {.threads = 2});
  static_assert(std::is_same_v<decltype(op), const Operator<double>>);
  Eigen::MatrixXd images(3, 2);
  images << 1, 4, 2, 5, 3, 6;
  Eigen::MatrixXd expected(2, 2);
  expected << 21, 54, 32, 65;
  BOOST_TEST((op * images == expected));
  BOOST_TEST((op * (2 * images) == 2 * expected));
  BOOST_TEST((op * Eigen::Matrix<double, 3, 2, Eigen::RowMajor>(images) == expected));
  BOOST_TEST(list(op * images.col(1).reverse()) == (Numbers{56, 45}));
  BOOST_TEST(list(op * (op.transpose() * Numbers{1, 0} + images.col(0))) == (Numbers{122, 42}));
  BOOST_TEST((op * Eigen::MatrixXd(3, 0)).cols() == 0);
  check_throws<GeometryError>([&] { op* Eigen::MatrixXd(4, 2); }, "x has length 4; expected 3");
}

BOOST_AUTO_TEST_CASE(apply_overwrites_what_is_there) {
  const Operator<double> op(Convolution({.input = {3}, .kernel = {1}, .padding = {{1, 0}}}),
                            Numbers{2});
  Numbers y(4, std::numeric_limits<double>::quiet_NaN());
  op.apply(Numbers{1, 2, 3}, y);
  BOOST_TEST(y == (Numbers{0, 2, 4, 6}));
}

BOOST_AUTO_TEST_CASE(transposed_and_adjoint) {
  const Operator<Complex> op(Convolution({.input = {2}, .kernel = {2}}),
                             std::vector<Complex>{{1, 2}, {0, -3}});
  const std::vector<Complex> y = {{1, 0}};
  BOOST_TEST((op.transpose() * y)[0] == Complex(1, 2));
  BOOST_TEST((op.transpose() * y)[1] == Complex(0, -3));
  BOOST_TEST((op.adjoint() * y)[0] == Complex(1, -2));
  BOOST_TEST((op.adjoint() * y)[1] == Complex(0, 3));
  BOOST_TEST((op.adjoint().adjoint() * Eigen::Vector2cd(1, 0)).eval()[0] == Complex(1, 2));
}

BOOST_AUTO_TEST_CASE(vectors_that_share_memory_are_refused) {
  const Operator<double> op(Convolution({.input = {3}, .kernel = {3}, .padding = 1}),
                            Numbers{1, 2, 3});
  const std::string message = "x and y overlap in memory; expected vectors that lie apart";
  Numbers memory = {1, 10, 100, 1000, 10000, 100000};
  const Numbers before = memory;
  const std::span<double> all(memory);
  for (std::size_t y = 0; y < 3; ++y) {
    check_throws<GeometryError>([&] { op.apply(all.first(3), all.subspan(y, 3)); }, message);
    check_throws<GeometryError>([&] { op.apply(all.subspan(y, 3), all.first(3)); }, message);
    check_throws<GeometryError>([&] { op.transpose().apply(all.subspan(y, 3), all.first(3)); },
                                message);
  }
  BOOST_TEST(memory == before, boost::test_tools::per_element());
  Eigen::VectorXd x = Eigen::VectorXd::Ones(3);
  check_throws<GeometryError>([&] { op.apply(x, x); }, message);
  // Side by side they lie apart. (Eigen's `x = op * x` makes its own vector.)
  op.apply(all.first(3), all.subspan(3));
  BOOST_TEST(memory == (Numbers{1, 10, 100, 32, 321, 210}), boost::test_tools::per_element());
  x = op * x;
  BOOST_TEST(list(x) == (Numbers{5, 6, 3}));
}

BOOST_AUTO_TEST_CASE(keeps_its_own_weights) {
  Numbers weights = {1, 2};
  const Operator<double> op(Convolution({.input = {2}, .kernel = {2}}), weights);
  const Operator<double> copy = op;  // NOLINT(performance-unnecessary-copy-initialization)
  weights = {7, 7};
  BOOST_TEST(list(op * Numbers{1, 1}) == Numbers{3});
  BOOST_TEST(list(copy * Numbers{1, 1}) == Numbers{3});
}

BOOST_AUTO_TEST_CASE(any_number_of_threads_gives_the_same_bits) {
  for (const TensorOrder order :
       {TensorOrder::channels_first, TensorOrder::channels_last, TensorOrder::column_major}) {
    ConvolutionSpec spec = large;
    spec.order = order;
    const Convolution convolution(spec);
    const Numbers weights = fractions(convolution.weight_count());
    const Numbers x = fractions(convolution.cols());
    const Numbers y = fractions(convolution.rows());
    const Operator<double> one(convolution, weights, {.threads = 1});
    for (const int threads : {0, 2, 7}) {
      const Resources options = {.threads = threads};
      const Operator<double> many(convolution, weights, options);
      BOOST_TEST(same_bits(many * x, one * x));
      BOOST_TEST(same_bits(many.transpose() * y, one.transpose() * y));
      BOOST_TEST(same_bits(toeplix::weight_gradient(convolution, x, y, options),
                           toeplix::weight_gradient(convolution, x, y, {.threads = 1})));
    }
  }
}

BOOST_AUTO_TEST_CASE(large_products_are_those_of_the_matrix) {
  const Convolution convolution(large);
  toeplix::test::Random random("large_products");
  const auto weights = toeplix::test::small_integers<double>(random, convolution.weight_count());
  const auto x = toeplix::test::small_integers<double>(random, convolution.cols());
  const auto y = toeplix::test::small_integers<double>(random, convolution.rows());
  const auto matrix = toeplix::compile(convolution, weights);
  const Operator<double> op(convolution, weights);
  BOOST_TEST((op * x == matrix * toeplix::test::as_eigen(x)));
  BOOST_TEST((op.transpose() * y == matrix.transpose() * toeplix::test::as_eigen(y)));
}

BOOST_AUTO_TEST_CASE(refuses_wrong_lengths) {
  const Convolution convolution({.input = {4}, .kernel = {2}});
  check_throws<GeometryError>([&] { Operator<double>(convolution, Numbers{1}); },
                              "weights has length 1; expected 2");
  const Operator<double> op(convolution, Numbers{1, 2});
  check_throws<GeometryError>([&] { op* Numbers{1, 2, 3}; }, "x has length 3; expected 4");
  check_throws<GeometryError>([&] { op.transpose() * Numbers(4); }, "x has length 4; expected 3");
  Numbers y(2);
  check_throws<GeometryError>([&] { op.apply(Numbers(4), y); }, "y has length 2; expected 3");
}

BOOST_AUTO_TEST_CASE(gradient_by_hand) {
  const Convolution convolution({.input = {4}, .kernel = {2}});
  // x0 r0 + x1 r1 + x2 r2, and x1 r0 + x2 r1 + x3 r2.
  BOOST_TEST(toeplix::weight_gradient(convolution, Numbers{1, 2, 3, 4}, Numbers{1, 10, 100}) ==
             (Numbers{321, 432}));
  const Convolution folding(
      {.input = {2}, .kernel = {2}, .padding = {{1, 0}}, .boundary = Boundary::symmetric});
  BOOST_TEST(toeplix::weight_gradient(folding, Numbers{1, 2}, Numbers{1, 10}) == (Numbers{11, 21}));
  const TransposedConvolution up({.input = {2}, .kernel = {2}, .stride = 2});
  BOOST_TEST(toeplix::weight_gradient(up, Numbers{1, 2}, Numbers{1, 10, 100, 1000}) ==
             (Numbers{201, 2010}));
}

BOOST_AUTO_TEST_CASE(gradient_conjugates_its_input) {
  const Convolution convolution({.input = {1}, .kernel = {1}});
  const std::vector<Complex> x = {{0, 1}};
  const std::vector<Complex> r = {{2, 0}};
  BOOST_TEST(toeplix::weight_gradient(convolution, x, r)[0] == Complex(0, -2));
}

BOOST_AUTO_TEST_CASE(gradient_refuses_wrong_lengths) {
  const Convolution convolution({.input = {4}, .kernel = {2}});
  check_throws<GeometryError>(
      [&] { return toeplix::weight_gradient(convolution, Numbers(3), Numbers(3)); },
      "x has length 3; expected 4");
  check_throws<GeometryError>(
      [&] { return toeplix::weight_gradient(convolution, Numbers(4), Numbers(4)); },
      "r has length 4; expected 3");
}

BOOST_AUTO_TEST_SUITE_END()
