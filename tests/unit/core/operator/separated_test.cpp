#include "support/make.hpp"
#include "support/random.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/separated.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <complex>
#include <limits>
#include <vector>

BOOST_AUTO_TEST_SUITE(separated_operators)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::Operator;
using toeplix::Separated;
using toeplix::test::make;
using toeplix::test::Random;
using toeplix::test::small_integers;

/// The kernels of all groups: each the sum of `terms` products of one factor per axis.
template <class Scalar>
std::vector<Scalar> kernels_of_rank(Random& random, const toeplix::Extents& extents, Index groups,
                                    Index terms) {
  Index count = 1;
  for (const Index extent : extents) count *= extent;
  std::vector<Scalar> kernels(static_cast<std::size_t>(count * groups));
  for (Index group = 0; group < groups; ++group) {
    for (Index term = 0; term < terms; ++term) {
      std::vector<std::vector<Scalar>> factors;
      for (const Index extent : extents) factors.push_back(small_integers<Scalar>(random, extent));
      for (Index place = 0; place < count; ++place) {
        Scalar product = 1;
        Index rest = place;
        for (std::size_t axis = extents.size(); axis-- > 0;) {
          product *= factors[axis][static_cast<std::size_t>(rest % extents[axis])];
          rest /= extents[axis];
        }
        kernels[static_cast<std::size_t>(group * count + place)] += product;
      }
    }
  }
  return kernels;
}

/// The largest number, so that differences may be compared with it.
template <class Vector>
double largest(const Vector& vector) {
  return static_cast<double>(vector.cwiseAbs().maxCoeff());
}

/// Holds the separated operator, its transpose and its adjoint against the matrix.
template <class Scalar, class Conv>
void check(const Conv& conv, Index terms) {
  BOOST_TEST_CONTEXT(to_string(conv.spec())) {
    Random random(to_string(conv.spec()));
    const auto weights = kernels_of_rank<Scalar>(random, conv.spec().kernel, conv.groups(), terms);
    const Operator<Scalar> op(conv, weights);
    const std::optional<Separated<Scalar>> apart = toeplix::separated(op);
    BOOST_REQUIRE(apart.has_value());
    BOOST_TEST(apart->terms <= terms);
    BOOST_TEST(apart->map.rows() == op.rows());
    BOOST_TEST(apart->map.cols() == op.cols());
    const auto matrix = toeplix::compile<std::int64_t>(conv, weights);
    using Vector = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
    const auto x = small_integers<Scalar>(random, op.cols());
    const auto r = small_integers<Scalar>(random, op.rows());
    const Eigen::Map<const Vector> image(x.data(), op.cols());
    const Eigen::Map<const Vector> residual(r.data(), op.rows());
    using Real = typename Eigen::NumTraits<Scalar>::Real;
    const double few = 200 * static_cast<double>(std::numeric_limits<Real>::epsilon());
    const Vector y = matrix * image;
    BOOST_TEST(largest(Vector(apart->map * image - y)) <= few * (1 + largest(y)));
    const Vector back = matrix.adjoint() * residual;
    BOOST_TEST(largest(Vector(apart->map.adjoint() * residual - back)) <=
               few * (1 + largest(back)));
    const auto turned = toeplix::separated(op.transpose());
    BOOST_REQUIRE(turned.has_value());
    const Vector transposed = matrix.transpose() * residual;
    BOOST_TEST(largest(Vector(turned->map * residual - transposed)) <=
               few * (1 + largest(transposed)));
  }
}

}  // namespace

// Every boundary, strides, dilations, crops, flips and orders: what one axis does is what it does
// in the whole.
BOOST_AUTO_TEST_CASE(the_same_matrix_but_for_rounding) {
  Random random("separated");
  for (int i = 0; i < 40; ++i) {
    ConvolutionSpec spec{.input = {}, .kernel = {}};
    std::vector<Index> stride;
    std::vector<Index> dilation;
    std::vector<Index> spread;
    std::vector<toeplix::AxisPadding> padding;
    std::vector<Boundary> boundary;
    for (int axis = 0; axis < 2; ++axis) {
      spec.input.push_back(random.between(20, 40));
      spec.kernel.push_back(random.between(15, 19));
      stride.push_back(random.between(1, 3));
      dilation.push_back(random.once_in(4) ? 2 : 1);
      spread.push_back(random.once_in(4) ? 2 : 1);
      padding.push_back({random.between(-1, 20), random.between(18, 20)});
      if (random.once_in(3)) padding.back().upper = -1;
      boundary.push_back(toeplix::test::draw_boundary(random));
    }
    spec.groups = random.between(1, 3);
    spec.in_channels = spec.groups;
    spec.out_channels = spec.groups;
    spec.stride = stride;
    spec.dilation = dilation;
    spec.input_dilation = spread;
    spec.padding = padding;
    spec.boundary = boundary;
    spec.operation =
        random.pick({toeplix::Operation::correlation, toeplix::Operation::convolution});
    spec.order =
        random.pick({toeplix::TensorOrder::channels_first, toeplix::TensorOrder::channels_last,
                     toeplix::TensorOrder::column_major});
    if (!toeplix::test::is_sound(spec)) continue;
    check<double>(Convolution(spec), random.between(1, 2));
    check<std::complex<double>>(Convolution(spec), 1);
  }
}

BOOST_AUTO_TEST_CASE(transposed_convolutions_and_more_axes) {
  check<double>(
      toeplix::TransposedConvolution(
          {.input = {9, 11}, .kernel = {16, 18}, .stride = {2, 3}, .output_padding = {1, 0}}),
      2);
  check<double>(Convolution({.input = {12, 9, 14},
                             .kernel = {9, 1, 21},
                             .stride = {1, 2, 1},
                             .padding = {{3, 0}, {0, 0}, {7, 7}},
                             .boundary = Boundary::reflect}),
                1);
  check<float>(Convolution({.input = {12, 10, 14}, .kernel = {8, 8, 9}, .padding = 4}), 1);
  check<double>(Convolution({.input = {20, 1, 24}, .kernel = {15, 1, 17}}), 2);
}

BOOST_AUTO_TEST_CASE(the_rank_is_the_number_of_terms) {
  const Convolution conv({.input = {64, 64}, .kernel = {31, 31}});
  Random random("rank");
  for (const Index rank : {1, 2, 5}) {
    const Operator<double> op(conv, kernels_of_rank<double>(random, {31, 31}, 1, rank));
    BOOST_TEST(toeplix::separated(op)->terms == rank);
  }
  const Operator<double> zero(conv, std::vector<double>(961));
  const std::vector<double> x(64 * 64, 1);
  BOOST_TEST((toeplix::separated(zero)->map * x).isZero());
}

// What has channels to sum over, a full rank, a small kernel or other kernels elsewhere stays
// whole.
BOOST_AUTO_TEST_CASE(what_does_not_pay) {
  const auto is_separated = [](const ConvolutionSpec& spec, Index rank) {
    const Convolution conv(spec);
    Random random("pays");
    auto weights = kernels_of_rank<double>(random, spec.kernel, conv.weight_count() / 961, rank);
    weights.resize(static_cast<std::size_t>(conv.weight_count()));
    return toeplix::separated(Operator<double>(conv, weights)).has_value();
  };
  const ConvolutionSpec large{.input = {40, 40}, .kernel = {31, 31}};
  BOOST_TEST(is_separated(large, 1));
  BOOST_TEST(!is_separated(large, 31));
  ConvolutionSpec channels = large;
  channels.in_channels = 2;
  BOOST_TEST(!is_separated(channels, 1));
  const Convolution small({.input = {40, 40}, .kernel = {3, 3}});
  BOOST_TEST(!toeplix::separated(Operator<double>(small, std::vector<double>(9, 1))));
  const Convolution line({.input = {400}, .kernel = {31}});
  BOOST_TEST(!toeplix::separated(Operator<double>(line, std::vector<double>(31, 1))));
  const Convolution conv(large);
  std::vector<double> infinite(961, 1);
  infinite[5] = std::numeric_limits<double>::infinity();
  BOOST_TEST(!toeplix::separated(Operator<double>(conv, infinite)));
  const std::vector<double> varying(961 * 100, 1);
  BOOST_TEST(!toeplix::separated(Operator<double>(conv, toeplix::PerPixelWeights(varying))));
}

// Singular values may exceed the largest number where no weight does.
BOOST_AUTO_TEST_CASE(weights_whose_sum_is_infinite_are_left_whole) {
  const Convolution conv("input=40,40 kernel=31,31 padding=15");
  const auto with = [&](double weight) {
    return separated(Operator<double>(conv, std::vector<double>(961, weight)));
  };
  BOOST_TEST(!with(1e308).has_value());
  BOOST_TEST(!with(-1e306).has_value());
  BOOST_TEST(with(1e304)->terms == 1);
  const Operator<float> of_float(conv, std::vector<float>(961, 3e38F));
  const Eigen::VectorXf x = Eigen::VectorXf::Constant(1600, 1e-30F);
  const Eigen::VectorXf expected = of_float * x;
  const Eigen::VectorXf y = separated(of_float)->map * x;
  BOOST_TEST((y - expected).norm() < 1e-5F * expected.norm());
}

BOOST_AUTO_TEST_SUITE_END()
