#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/matrix_of_rows.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/inspect.hpp>

#include <boost/test/unit_test.hpp>
#include <unsupported/Eigen/KroneckerProduct>

#include <array>
#include <complex>

BOOST_AUTO_TEST_SUITE(inspect_separability)

namespace {

using toeplix::Convolution;
using toeplix::Index;
using toeplix::inspect;
using toeplix::MatrixLevel;
using toeplix::StructureFinding;
using toeplix::TensorOrder;
using toeplix::TransposedConvolution;
using namespace toeplix::test;

using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;

constexpr StructureFinding yes = true;
constexpr StructureFinding no = false;
constexpr StructureFinding unknown = std::nullopt;

/// The Kronecker product of a separable convolution's factors, in the order of memory.
template <class Conv>
Matrix product_of_factors(const Conv& conv, const toeplix::Separability& separability) {
  constexpr bool transposed = std::same_as<Conv, TransposedConvolution>;
  using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Dense pairs = Eigen::Map<const Dense>(separability.channel_factor.data(), conv.weights_shape()[0],
                                        conv.weights_shape()[1]);
  if (transposed) pairs.transposeInPlace();
  const Matrix channels = pairs.sparseView();
  std::vector<Matrix> factors;
  for (std::size_t axis = 0; axis < conv.axes(); ++axis) {
    factors.push_back(toeplix::compile(axis_convolution(conv, axis), separability.factors[axis]));
  }
  if (conv.spec().order == TensorOrder::column_major) std::ranges::reverse(factors);
  const bool last = conv.spec().order == TensorOrder::channels_last;
  factors.insert(last ? factors.end() : factors.begin(), channels);
  Matrix product = matrix_of({{1}});
  for (const Matrix& factor : factors) {
    product = Matrix(Eigen::kroneckerProduct(product, factor));
  }
  return product;
}

std::optional<Index> kronecker_rank(const Matrix& matrix, const std::vector<MatrixLevel>& levels) {
  return inspect(matrix, levels).separability.value().kronecker_rank;
}

}  // namespace

BOOST_AUTO_TEST_CASE(separable_kernels_have_factors) {
  const Convolution conv({.input = {5, 6}, .kernel = {3, 2}, .padding = 1});
  const auto outer = inspect(conv, std::vector<double>{2, 4, 4, 8, 2, 4}).separability.value();
  BOOST_CHECK(outer.separable == yes);
  BOOST_CHECK(outer.kernel_rank == std::optional<Index>(1));
  BOOST_CHECK(outer.factors == (std::vector<std::vector<double>>{{4, 8, 4}, {0.5, 1}}));
  const auto sum = inspect(conv, std::vector<double>{2, 4, 4, 8, 2, 5}).separability.value();
  BOOST_CHECK(sum.separable == no);
  BOOST_CHECK(sum.kernel_rank == std::optional<Index>(2));
  BOOST_TEST(sum.factors.empty());
  const auto zero = inspect(conv, std::vector<double>(6)).separability.value();
  BOOST_CHECK(zero.separable == yes);
  BOOST_CHECK(zero.kernel_rank == std::optional<Index>(0));
  // Neither the sum of these weights is a number, nor are their singular values.
  const auto large = inspect(conv, std::vector<double>(6, 1e308)).separability.value();
  BOOST_CHECK(large.kernel_rank == std::optional<Index>(1));
  const double infinity = std::numeric_limits<double>::infinity();
  BOOST_CHECK(inspect(conv, std::vector<double>(6, infinity)).separability->separable == no);
  BOOST_CHECK(!inspect(conv).separability);
}

BOOST_AUTO_TEST_CASE(factors_multiply_to_the_matrix) {
  Failures failures;
  for_random_specs("separable", 100, [&](auto spec, Random& random) {
    spec.in_channels /= spec.groups;
    spec.out_channels /= spec.groups;
    spec.groups = 1;
    const auto conv = make(spec);
    // Powers of two: quotients are exact.
    std::vector<double> weights{1};
    for (const Index extent : conv.weights_shape()) {
      std::vector<double> longer;
      std::vector<double> factor;
      for (Index i = 0; i < extent; ++i) factor.push_back(std::ldexp(1, int(random.between(0, 3))));
      for (const double prefix : weights) {
        for (const double number : factor) longer.push_back(prefix * number);
      }
      weights = std::move(longer);
    }
    const auto separability = inspect(conv, weights).separability.value();
    failures.expect(spec, "separable", separability.separable == yes);
    const Matrix expected = toeplix::compile(conv, weights);
    const Matrix product = product_of_factors(conv, separability);
    failures.expect(spec, "the product", Eigen::MatrixXd(product) == Eigen::MatrixXd(expected));
    weights.back() += 0.5;
    const bool rank_one_still =
        std::ranges::count_if(conv.weights_shape(), [](Index extent) { return extent > 1; }) < 2 ||
        conv.weights_shape()[0] * conv.weights_shape()[1] == conv.weight_count();
    failures.expect(spec, "not separable",
                    rank_one_still || inspect(conv, weights).separability->separable == no);
  });
  BOOST_TEST(failures.checked() > 0);
}

BOOST_AUTO_TEST_CASE(kronecker_products_are_found_in_a_matrix) {
  const Matrix slow = matrix_of({{1, 2, 0}, {0, 3, -1}});
  const Matrix fast = matrix_of({{2, 0}, {1, 1}, {0, 5}});
  const Matrix product = Eigen::kroneckerProduct(slow, fast);
  const std::vector<MatrixLevel> levels{{2, 3}, {3, 2}};
  BOOST_TEST(kronecker_rank(product, levels).value() == 1);
  BOOST_CHECK(inspect(product, levels).separability->separable == yes);
  const Matrix other = Eigen::kroneckerProduct(matrix_of({{0, 1, 0}, {1, 0, 0}}),
                                               matrix_of({{1, 0}, {0, 0}, {0, 1}}));
  const Matrix sum = product + other;
  BOOST_TEST(kronecker_rank(sum, levels).value() == 2);
  BOOST_CHECK(inspect(sum, levels).separability->separable == no);
  // Blocks of another size are not those of a product.
  BOOST_TEST(kronecker_rank(product, {{3, 2}, {2, 3}}).value() > 1);
  BOOST_TEST(kronecker_rank(Matrix(6, 6), levels).value() == 0);
  const Eigen::SparseMatrix<std::complex<float>> turned =
      product.cast<std::complex<float>>() * std::complex<float>(0, 1);
  BOOST_TEST(inspect(turned, levels).separability->kronecker_rank.value() == 1);
  // One level is its own factor, of three no rank can be computed, and there may be too much to do.
  BOOST_CHECK(!inspect(product).separability);
  BOOST_CHECK(!inspect(product, std::vector<MatrixLevel>{{2, 3}, {3, 1}, {1, 2}}).separability);
  const auto hasty = inspect(product, levels, {.most_work = 10}).separability.value();
  BOOST_CHECK(!hasty.kronecker_rank);
  BOOST_CHECK(hasty.separable == unknown);
}

BOOST_AUTO_TEST_CASE(the_kronecker_rank_of_a_convolution_is_that_of_its_kernel) {
  const Convolution conv({.input = {6, 5}, .kernel = {3, 3}, .padding = 1});
  const std::vector<MatrixLevel> axes{{6, 6}, {5, 5}};
  for (const auto& [weights, rank] :
       {std::pair<std::vector<double>, Index>{{1, 2, 1, 2, 4, 2, 1, 2, 1}, 1},
        {{0, 1, 0, 1, -4, 1, 0, 1, 0}, 2},
        {{1, 0, 0, 0, 2, 0, 0, 0, 3}, 3}}) {
    BOOST_TEST(inspect(conv, weights).separability->kernel_rank.value() == rank);
    const auto found = inspect(toeplix::compile(conv, weights), axes).separability.value();
    BOOST_TEST(found.kronecker_rank.value() == rank);
    BOOST_CHECK(!found.kernel_rank);
  }
}

// Products of floats are rounded to floats: they are no products of doubles.
BOOST_AUTO_TEST_CASE(weights_are_compared_in_their_own_precision) {
  const std::array<float, 3> factor{0.1F, 0.7F, 0.3F};
  std::vector<float> single;
  for (const float y : factor) {
    for (const float x : factor) single.push_back(y * x);
  }
  const Convolution conv({.input = {5, 5}, .kernel = {3, 3}});
  BOOST_TEST((inspect(conv, single).separability->separable == yes));
  BOOST_TEST((inspect(conv, single).separability->kernel_rank == 1));
  const std::vector<double> twofold(single.begin(), single.end());
  BOOST_TEST((inspect(conv, twofold).separability->separable == no));
}

BOOST_AUTO_TEST_CASE(kronecker_rank_of_complex_matrices) {
  using Complex = std::complex<double>;
  Eigen::Matrix2cd first;
  first << Complex(1, 2), Complex(0, 1), Complex(3, 0), Complex(-1, 1);
  Eigen::Matrix3cd second = Eigen::Matrix3cd::Identity() * Complex(2, -1);
  second(0, 2) = Complex(0, 5);
  const Eigen::MatrixXcd product = Eigen::kroneckerProduct(first, second);
  const std::vector<MatrixLevel> levels{{2, 2}, {3, 3}};
  const auto sparse = [](const Eigen::MatrixXcd& dense) {
    return Eigen::SparseMatrix<Complex, Eigen::RowMajor>(dense.sparseView());
  };
  BOOST_TEST((inspect(sparse(product), levels).separability->kronecker_rank == 1));
  const Eigen::MatrixXcd sum =
      product + Eigen::MatrixXcd(Eigen::kroneckerProduct(first.conjugate(), second.transpose()));
  BOOST_TEST((inspect(sparse(sum), levels).separability->kronecker_rank == 2));
}

// The first of two pairs of channels has the kernel of rank 2.
BOOST_AUTO_TEST_CASE(the_rank_is_the_largest_of_all_pairs) {
  const Convolution conv({.input = {4, 4}, .kernel = {2, 2}, .in_channels = 2});
  const std::vector<double> weights{1, 0, 0, 1, 1, 2, 2, 4};
  BOOST_TEST((inspect(conv, weights).separability->kernel_rank == 2));
  const std::vector<double> swapped{1, 2, 2, 4, 1, 0, 0, 1};
  BOOST_TEST((inspect(conv, swapped).separability->kernel_rank == 2));
}

// 40 entries, 64 steps each; their one block is of rank 1 in no time.
BOOST_AUTO_TEST_CASE(the_kronecker_rank_of_too_many_entries_is_not_decided) {
  Matrix ten(10, 10);
  ten.setIdentity();
  const Matrix product = Eigen::kroneckerProduct(ten, matrix_of({{1, 2}, {3, 4}}));
  const std::vector<MatrixLevel> levels{{10, 10}, {2, 2}};
  const auto rank = [&](Index most_work) {
    return inspect(product, levels, {.most_work = most_work}).separability->kronecker_rank;
  };
  BOOST_TEST((rank(2560) == 1));
  BOOST_TEST(!rank(2559));
}

BOOST_AUTO_TEST_SUITE_END()
