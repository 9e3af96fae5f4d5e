#include "support/compare.hpp"
#include "support/failures.hpp"
#include "support/layout.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <vector>

// How the matrices of related geometries are related. Nothing here knows how either is made.

BOOST_AUTO_TEST_SUITE(geometry)

namespace {

using namespace toeplix;
using test::DenseMatrix;
using test::Failures;
using test::for_each_pixel;
using test::for_random_specs;
using test::make;
using test::place_of;
using test::Random;
using test::small_integers;
using Numbers = std::vector<double>;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;

constexpr std::array boundaries = {Boundary::zero, Boundary::circular, Boundary::reflect,
                                   Boundary::symmetric, Boundary::replicate};

/// The matrix with its zeros. If the weights are positive, the zeros are what is not stored.
DenseMatrix<double> dense(const Matrix& matrix) {
  DenseMatrix<double> result = test::zero_matrix<double>(matrix.rows(), matrix.cols());
  for (Index row = 0; row < matrix.rows(); ++row) {
    for (Matrix::InnerIterator entry(matrix, row); entry; ++entry) {
      result.at(row, entry.col()) += entry.value();
    }
  }
  return result;
}

template <class Conv>
Numbers positive_weights(Random& random, const Conv& convolution) {
  return small_integers<double>(random, convolution.weight_count(), 1, 9);
}

/// Weights that give with `Operation::convolution` what `weights` give with correlation.
Numbers flip(const Numbers& weights, const Extents& kernel) {
  const auto positions = static_cast<std::ptrdiff_t>(test::product(kernel));
  Numbers flipped = weights;
  for (auto at = flipped.begin(); at != flipped.end(); at += positions) {
    std::reverse(at, at + positions);  // of a C-order array: along all axes at once
  }
  return flipped;
}

/// All places of a tensor in one order, by their place in channels_first.
std::vector<Index> places(TensorOrder order, Index channels, const Extents& extents) {
  std::vector<Index> all;
  for (Index channel = 0; channel < channels; ++channel) {
    for_each_pixel(extents, [&](const Extents& at) {
      all.push_back(place_of(order, channels, extents, channel, at));
    });
  }
  return all;
}

/// `matrix` with its row `r` at `rows[r]` and its column `c` at `columns[c]`.
DenseMatrix<double> moved(const DenseMatrix<double>& matrix, const std::vector<Index>& rows,
                          const std::vector<Index>& columns) {
  DenseMatrix<double> result = test::zero_matrix<double>(matrix.rows, matrix.cols);
  for (Index row = 0; row < matrix.rows; ++row) {
    for (Index column = 0; column < matrix.cols; ++column) {
      result.at(rows[static_cast<std::size_t>(row)], columns[static_cast<std::size_t>(column)]) =
          matrix.at(row, column);
    }
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_circular_convolution_commutes_with_shifts) {
  Random random("a_circular_convolution_commutes_with_shifts");
  Failures failures;
  for (int i = 0; i < 200; ++i) {
    auto spec = test::draw_sound_spec<ConvolutionSpec>(random);
    spec.stride = 1;
    spec.input_dilation = 1;
    spec.padding = random.pick({Padding::same_upper(), Padding::same_lower()});
    spec.boundary = Boundary::circular;
    spec.order = TensorOrder::channels_first;
    // Every axis is shifted by some number of pixels, rows and columns alike.
    Extents shift;
    for (const Index extent : spec.input) shift.push_back(random.between(0, extent - 1));
    const auto shifted = [&](Index channels) {
      std::vector<Index> to;
      for (Index channel = 0; channel < channels; ++channel) {
        for_each_pixel(spec.input, [&](Extents at) {
          for (std::size_t axis = 0; axis < at.size(); ++axis) {
            at[axis] = (at[axis] + shift[axis]) % spec.input[axis];
          }
          to.push_back(place_of(spec.order, channels, spec.input, channel, at));
        });
      }
      return to;
    };
    const Convolution convolution(spec);
    const Matrix matrix = compile(convolution, positive_weights(random, convolution));
    const auto expected =
        moved(dense(matrix), shifted(spec.out_channels), shifted(spec.in_channels));
    failures.expect_none(spec, "shifted", test::difference(matrix, expected));
  }
}

BOOST_AUTO_TEST_CASE(orders_are_permutations_of_each_other) {
  Failures failures;
  for_random_specs("orders_are_permutations", 200, [&](auto spec, Random& random) {
    spec.order = TensorOrder::channels_first;
    const auto first = make(spec);
    const Numbers weights = positive_weights(random, first);
    const DenseMatrix<double> expected = dense(compile(first, weights));
    for (const TensorOrder order : {TensorOrder::channels_last, TensorOrder::column_major}) {
      spec.order = order;
      const auto other = make(spec);
      const std::vector<Index> rows = places(order, spec.out_channels, other.output());
      const std::vector<Index> columns = places(order, spec.in_channels, spec.input);
      failures.expect_none(
          spec, "permuted",
          test::difference(compile(other, weights), moved(expected, rows, columns)));
    }
  });
}

BOOST_AUTO_TEST_CASE(convolution_is_correlation_with_the_flipped_kernel) {
  Failures failures;
  for_random_specs("flipped_kernel", 200, [&](auto spec, Random& random) {
    spec.operation = Operation::correlation;
    const auto correlation = make(spec);
    spec.operation = Operation::convolution;
    const auto convolution = make(spec);
    const Numbers weights = positive_weights(random, convolution);
    failures.expect_none(
        spec, "flipped",
        test::difference(compile(convolution, weights),
                         dense(compile(correlation, flip(weights, convolution.kernel())))));
  });
}

BOOST_AUTO_TEST_CASE(groups_are_blocks_on_the_diagonal) {
  Failures failures;
  for_random_specs("groups_are_blocks", 200, [&](auto spec, Random& random) {
    spec.groups = random.between(1, 4);
    spec.in_channels = spec.groups * random.between(1, 2);
    spec.out_channels = spec.groups * random.between(1, 3);
    spec.order = random.pick({TensorOrder::channels_first, TensorOrder::column_major});
    const auto grouped = make(spec);
    auto one_spec = spec;
    one_spec.in_channels /= spec.groups;
    one_spec.out_channels /= spec.groups;
    one_spec.groups = 1;
    const auto one = make(one_spec);
    const Numbers weights = positive_weights(random, grouped);
    DenseMatrix<double> expected = test::zero_matrix<double>(grouped.rows(), grouped.cols());
    for (Index group = 0; group < spec.groups; ++group) {
      const auto begin = weights.begin() + group * one.weight_count();
      const auto block = dense(compile(one, Numbers(begin, begin + one.weight_count())));
      for (Index row = 0; row < block.rows; ++row) {
        for (Index column = 0; column < block.cols; ++column) {
          expected.at(group * block.rows + row, group * block.cols + column) =
              block.at(row, column);
        }
      }
    }
    failures.expect_none(spec, "blocks", test::difference(compile(grouped, weights), expected));
  });
}

// Nothing of the kernel is lost if the extended image is never empty.
BOOST_AUTO_TEST_CASE(rows_sum_to_the_kernel_sum_where_something_lies_beyond_the_border) {
  Random random("rows_sum_to_the_kernel_sum");
  Failures failures;
  for (int i = 0; i < 300; ++i) {
    auto spec = test::draw_sound_spec<ConvolutionSpec>(random);
    spec.input_dilation = 1;
    spec.boundary = random.pick(
        {Boundary::circular, Boundary::reflect, Boundary::symmetric, Boundary::replicate});
    spec.order = TensorOrder::channels_first;
    if (!test::is_sound(spec)) continue;
    const Convolution convolution(spec);
    const auto per_channel =
        static_cast<std::size_t>(convolution.weight_count() / spec.out_channels);
    const Numbers weights = small_integers<double>(random, convolution.weight_count());
    const Matrix matrix = compile(convolution, weights);
    Numbers expected;
    for (Index row = 0; row < matrix.rows(); ++row) {
      const Index channel = row / (matrix.rows() / spec.out_channels);
      const auto begin = weights.begin() + channel * static_cast<Index>(per_channel);
      expected.push_back(std::accumulate(begin, begin + static_cast<Index>(per_channel), 0.0));
    }
    const Eigen::VectorXd sums = matrix * Eigen::VectorXd::Ones(matrix.cols());
    failures.expect_none(spec, "row sums", test::vector_difference(sums, expected));
  }
}

BOOST_AUTO_TEST_CASE(a_separable_kernel_is_a_kronecker_product) {
  Random random("a_separable_kernel_is_a_kronecker_product");
  Failures failures;
  for (const Boundary outer : boundaries) {
    for (const Boundary inner : boundaries) {
      for (int i = 0; i < 30; ++i) {
        std::array<ConvolutionSpec, 2> axis;
        for (ConvolutionSpec& spec : axis) {
          do {
            spec = test::draw_spec<ConvolutionSpec>(random);
            spec.in_channels = spec.out_channels = spec.groups = 1;
            spec.order = TensorOrder::channels_first;
            spec.operation = axis[0].operation;
            spec.boundary = &spec == &axis[0] ? outer : inner;
          } while (spec.input.size() > 1 || !test::is_sound(spec));
        }
        const std::array one = {Convolution(axis[0]), Convolution(axis[1])};
        const ConvolutionSpec both = {
            .input = {axis[0].input[0], axis[1].input[0]},
            .kernel = {axis[0].kernel[0], axis[1].kernel[0]},
            .stride = {axis[0].stride[0], axis[1].stride[0]},
            .dilation = {axis[0].dilation[0], axis[1].dilation[0]},
            .input_dilation = {axis[0].input_dilation[0], axis[1].input_dilation[0]},
            .padding = {one[0].padding(0), one[1].padding(0)},
            .boundary = {outer, inner},
            .operation = axis[0].operation};
        const Numbers u = positive_weights(random, one[0]);
        const Numbers v = positive_weights(random, one[1]);
        Numbers uv;
        for (const double a : u) {
          for (const double b : v) uv.push_back(a * b);
        }
        const auto a = dense(compile(one[0], u));
        const auto b = dense(compile(one[1], v));
        auto expected = test::zero_matrix<double>(a.rows * b.rows, a.cols * b.cols);
        for (Index row = 0; row < expected.rows; ++row) {
          for (Index column = 0; column < expected.cols; ++column) {
            expected.at(row, column) =
                a.at(row / b.rows, column / b.cols) * b.at(row % b.rows, column % b.cols);
          }
        }
        failures.expect_none(both, "Kronecker product",
                             test::difference(compile(Convolution(both), uv), expected));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_stride_keeps_some_of_the_rows) {
  Random random("a_stride_keeps_some_of_the_rows");
  Failures failures;
  for (int i = 0; i < 200; ++i) {
    auto spec = test::draw_sound_spec<ConvolutionSpec>(random, 20'000);
    if (spec.padding.rule() == Padding::Rule::same_upper ||
        spec.padding.rule() == Padding::Rule::same_lower ||
        spec.padding.rule() == Padding::Rule::same_tf) {
      continue;  // these depend on the stride
    }
    spec.order = TensorOrder::channels_first;
    const Convolution strided(spec);
    auto every_spec = spec;
    every_spec.stride = 1;
    const Convolution every(every_spec);
    const Numbers weights = positive_weights(random, strided);
    const auto all = dense(compile(every, weights));
    DenseMatrix<double> expected{0, all.cols, {}};
    for (Index channel = 0; channel < spec.out_channels; ++channel) {
      for_each_pixel(strided.output(), [&](Extents at) {
        for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] *= spec.stride[axis];
        const Index row = place_of(spec.order, spec.out_channels, every.output(), channel, at);
        const auto kept = all.slice(row, row + 1);
        expected.entries.insert(expected.entries.end(), kept.entries.begin(), kept.entries.end());
        ++expected.rows;
      });
    }
    failures.expect_none(spec, "stride", test::difference(compile(strided, weights), expected));
  }
  BOOST_TEST(failures.checked() > 100);
}

BOOST_AUTO_TEST_CASE(dilation_puts_zeros_between_the_weights) {
  Failures failures;
  for_random_specs("dilation_puts_zeros", 200, [&](auto spec, Random& random) {
    if constexpr (requires { spec.output_padding; }) {
      for (std::size_t axis = 0; axis < spec.input.size(); ++axis) {
        // Without the dilation there would be less room for it.
        if (spec.output_padding[axis] >= spec.stride[axis]) return;
      }
    }
    const auto dilated = make(spec);
    const Extents& kernel = dilated.kernel();
    auto wide_spec = spec;
    wide_spec.dilation = 1;
    wide_spec.kernel = kernel;
    for (std::size_t axis = 0; axis < kernel.size(); ++axis) {
      wide_spec.kernel[axis] = (kernel[axis] - 1) * spec.dilation[axis] + 1;
    }
    const auto wide = make(wide_spec);
    const Numbers weights = positive_weights(random, dilated);
    Numbers wide_weights(static_cast<std::size_t>(wide.weight_count()));
    const Index positions = test::product(kernel);
    for (Index pair = 0; pair < dilated.weight_count() / positions; ++pair) {
      Index position = pair * positions;
      for_each_pixel(kernel, [&](Extents at) {
        for (std::size_t axis = 0; axis < at.size(); ++axis) at[axis] *= spec.dilation[axis];
        const Index place = place_of(TensorOrder::channels_first, 1, wide_spec.kernel, 0, at) +
                            pair * test::product(wide_spec.kernel);
        wide_weights[static_cast<std::size_t>(place)] =
            weights[static_cast<std::size_t>(position++)];
      });
    }
    const auto expected = dense(compile(wide, wide_weights));
    failures.expect_none(spec, "dilation", test::difference(compile(dilated, weights), expected));
  });
  BOOST_TEST(failures.checked() > 300);
}

// TensorFlow's rule is what it says: the transpose of a convolution, with any output that fits.
BOOST_AUTO_TEST_CASE(same_tf_is_the_transpose_of_the_same_convolution) {
  Random random("same_tf_is_the_transpose_of_the_same_convolution");
  Failures failures;
  for (int i = 0; i < 200; ++i) {
    auto down_spec = test::draw_sound_spec<ConvolutionSpec>(random, 20'000);
    down_spec.input_dilation = 1;
    down_spec.padding = Padding::same_upper();
    const Convolution down(down_spec);
    const TransposedConvolutionSpec up = {.input = down.output(),
                                          .kernel = down_spec.kernel,
                                          .in_channels = down_spec.out_channels,
                                          .out_channels = down_spec.in_channels,
                                          .groups = down_spec.groups,
                                          .stride = down_spec.stride,
                                          .dilation = down_spec.dilation,
                                          .padding = Padding::same_tf(),
                                          .output = down_spec.input,
                                          .boundary = down_spec.boundary,
                                          .operation = down_spec.operation,
                                          .order = down_spec.order};
    const Numbers weights = positive_weights(random, down);
    const auto expected = dense(compile<int, Eigen::ColMajor>(down, weights).transpose());
    failures.expect_none(up, "transpose", test::difference(compile(make(up), weights), expected));
    down_spec.padding = Padding::same_tf();
    failures.expect(down_spec, "same_upper", Convolution(down_spec).padding(0) == down.padding(0));
  }
  BOOST_TEST(failures.checked() == 400);
}

BOOST_AUTO_TEST_SUITE_END()
