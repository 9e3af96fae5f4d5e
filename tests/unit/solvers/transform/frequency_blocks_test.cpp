#include "support/failures.hpp"
#include "support/random_numbers.hpp"
#include "support/solving.hpp"

#include "solvers/transform/frequency_blocks.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <numbers>

// Blocks of frequencies against dense transforms of the matrix, wave by wave.

BOOST_AUTO_TEST_SUITE(frequency_blocks)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;
using toeplix::detail::Basis;
using toeplix::detail::FrequencyAxis;
using toeplix::detail::FrequencyBlocks;

using Complex = std::complex<double>;

/// Pixel x of wave p along an axis of `pixels` pixels, which lie `step` apart on the circle.
Complex wave(const FrequencyAxis& axis, Index p, Index x, Index pixels, Index step) {
  const auto n = static_cast<double>(pixels);
  if (axis.basis == Basis::cosine) {
    const double size = std::sqrt((p == 0 ? 1 : 2) / n);
    return size *
           std::cos(std::numbers::pi * static_cast<double>(p) * (static_cast<double>(x) + 0.5) / n);
  }
  const double turn = (static_cast<double>(p) + static_cast<double>(axis.half_turns) / 2) *
                      static_cast<double>(x * step) / static_cast<double>(axis.extent);
  return std::polar(1 / std::sqrt(n), 2 * std::numbers::pi * turn);
}

enum class Side { rows, columns };

/// The waves of an alias: one column per channel of the group.
Eigen::MatrixXcd waves(const Pattern& pattern, const FrequencyBlocks& blocks, Index group,
                       const std::vector<Index>& q, Index alias, Side side) {
  const Pattern::Channels& c = pattern.channels();
  const bool rows = side == Side::rows;
  const Index channels = rows ? c.rows_per_group : c.columns_per_group;
  Eigen::MatrixXcd result =
      Eigen::MatrixXcd::Zero(rows ? pattern.rows() : pattern.cols(), channels);
  std::vector<Index> p = q;
  for (std::size_t i = p.size(); i-- > 0;) {
    const FrequencyAxis& axis = blocks.axes()[i];
    const Index digits = rows ? axis.column_step : axis.row_step;
    p[i] += alias % digits * axis.frequencies();
    alias /= digits;
  }
  for (Index at = 0; at < result.rows(); ++at) {
    Complex value = 1;
    for (std::size_t i = 0; i < p.size(); ++i) {
      const Pattern::Axis& axis = pattern.axes()[i];
      const Index pixels = rows ? axis.table.rows() : axis.table.columns();
      const FrequencyAxis& f = blocks.axes()[i];
      value *= wave(f, p[i], at / (rows ? axis.row_stride : axis.column_stride) % pixels, pixels,
                    rows ? f.row_step : f.column_step);
    }
    const Index channel =
        at / (rows ? c.row_stride : c.column_stride) % (rows ? c.rows() : c.columns());
    if (channel / channels == group) result(at, channel % channels) = value;
  }
  return result;
}

/// Side by side, the first alias first.
Eigen::MatrixXcd all_waves(const Pattern& pattern, const FrequencyBlocks& blocks, Index group,
                           const std::vector<Index>& q, Index aliases, Side side) {
  Eigen::MatrixXcd result(side == Side::rows ? pattern.rows() : pattern.cols(), 0);
  for (Index alias = 0; alias < aliases; ++alias) {
    const Eigen::MatrixXcd next = waves(pattern, blocks, group, q, alias, side);
    result.conservativeResize(next.rows(), result.cols() + next.cols());
    result.rightCols(next.cols()) = next;
  }
  return result;
}

template <class Conv>
void check(const Conv& conv, const Numbers& weights) {
  const Pattern pattern(conv);
  const FrequencyBlocks blocks(pattern, weights, *toeplix::detail::exact_axes(pattern, weights));
  const Eigen::MatrixXd a = dense(conv, weights);
  Index values = 0;
  for (Index number = 0; number < blocks.count(); ++number) {
    const std::vector<Index> q = blocks.frequency(number);
    values += blocks.multiplicity(number);
    for (Index group = 0; group < blocks.groups(); ++group) {
      Eigen::MatrixXcd block(blocks.rows(), blocks.cols());
      blocks.write(group, number, 1, block.data());
      const Eigen::MatrixXcd out =
          all_waves(pattern, blocks, group, q, blocks.rows() / blocks.row_channels(), Side::rows);
      const Eigen::MatrixXcd in = all_waves(
          pattern, blocks, group, q, blocks.cols() / blocks.column_channels(), Side::columns);
      BOOST_TEST((a * in - out * block).norm() < 1e-12);
      BOOST_TEST((a.transpose() * out - in * block.adjoint()).norm() < 1e-12);
      BOOST_TEST(block.norm() <= blocks.absolute_norm(group) * (1 + 1e-14));
    }
  }
  Index frequencies = 1;
  for (const FrequencyAxis& axis : blocks.axes()) frequencies *= axis.frequencies();
  BOOST_TEST(values == frequencies);
}

}  // namespace

BOOST_AUTO_TEST_CASE(are_the_matrix_between_waves) {
  Random random("blocks");
  const auto draw = [&](const auto& conv) {
    check(conv, random_numbers(random, conv.weight_count()));
  };
  draw(Convolution({.input = {5}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular}));
  draw(Convolution({.input = {6, 4},
                    .kernel = {3, 2},
                    .in_channels = 4,
                    .out_channels = 6,
                    .groups = 2,
                    .stride = {3, 2},
                    .padding = {{1, 0}, {0, 0}},
                    .boundary = Boundary::circular,
                    .order = toeplix::TensorOrder::channels_last}));
  // A kernel longer than the circle.
  draw(Convolution({.input = {4, 3},
                    .kernel = {7, 1},
                    .in_channels = 2,
                    .dilation = {2, 1},
                    .padding = {{5, 7}, {0, 0}},
                    .boundary = {Boundary::circular, Boundary::zero},
                    .operation = toeplix::Operation::convolution}));
  draw(TransposedConvolution({.input = {3, 4},
                              .kernel = {2, 3},
                              .in_channels = 3,
                              .out_channels = 2,
                              .stride = {2, 1},
                              .padding = {{0, 0}, {1, 1}},
                              .boundary = Boundary::circular}));
}

BOOST_AUTO_TEST_CASE(of_cosines) {
  const Convolution conv({.input = {4, 5},
                          .kernel = {3, 2},
                          .out_channels = 2,
                          .padding = {{1, 1}, {0, 1}},
                          .boundary = {Boundary::symmetric, Boundary::circular}});
  check(conv, {1, 2, 3, 4, 1, 2, 5, -1, 0, 2, 5, -1});
}

BOOST_AUTO_TEST_CASE(nothing_for_other_axes) {
  const auto exact = [](const ConvolutionSpec& spec, const Numbers& weights) {
    return toeplix::detail::exact_axes(Pattern(Convolution(spec)), weights).has_value();
  };
  ConvolutionSpec spec{.input = {5}, .kernel = {3}, .padding = 1, .boundary = Boundary::symmetric};
  BOOST_TEST(exact(spec, {1, 2, 1}));
  BOOST_TEST(!exact(spec, {1, 2, 3}));
  spec.boundary = Boundary::reflect;
  BOOST_TEST(!exact(spec, {1, 2, 1}));
  spec.boundary = Boundary::zero;
  BOOST_TEST(!exact(spec, {1, 2, 1}));
  spec.boundary = Boundary::circular;
  BOOST_TEST(exact(spec, {1, 2, 3}));
  spec.stride = 2;  // 5 is not a multiple
  BOOST_TEST(!exact(spec, {1, 2, 3}));
  spec.input = {6};
  BOOST_TEST(exact(spec, {1, 2, 3}));
  spec.padding = {{2, 2}};  // 4 windows on 6 pixels
  BOOST_TEST(!exact(spec, {1, 2, 3}));
}

BOOST_AUTO_TEST_SUITE_END()
