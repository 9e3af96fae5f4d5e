#include "support/compare.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/weight_gradient.hpp>

#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>
#include <string>
#include <vector>

// What holds of the matrix of any convolution, as a linear map of its input and of its weights.

BOOST_AUTO_TEST_SUITE(algebra)

namespace {

using namespace toeplix;
using test::as_eigen;
using test::Failures;
using test::for_random_specs;
using test::make;
using test::Random;
using test::small_integers;
using Gaussian = std::complex<double>;  // with whole real and imaginary parts
using Gaussians = std::vector<Gaussian>;
using Vector = Eigen::VectorXcd;

/// <a, b> = sum a conj(b)
Gaussian inner(const Vector& a, const Vector& b) {
  return (a.array() * b.array().conjugate()).sum();
}

/// The convolution of stride 1 that a transposed convolution with the boundary zero is: its image
/// spread by the stride, the kernel turned.
ConvolutionSpec spread_spec(const TransposedConvolution& up) {
  const TransposedConvolutionSpec& spec = up.spec();
  std::vector<AxisPadding> sides;
  for (std::size_t axis = 0; axis < up.axes(); ++axis) {
    const Index overlap = (up.kernel()[axis] - 1) * spec.dilation[axis];
    const AxisPadding padding = up.padding(axis);
    sides.push_back({overlap - padding.lower, overlap - padding.upper + spec.output_padding[axis]});
  }
  const bool flipped = spec.operation == Operation::convolution;
  return {.input = spec.input,
          .kernel = spec.kernel,
          .in_channels = spec.in_channels,
          .out_channels = spec.out_channels,
          .groups = spec.groups,
          .dilation = spec.dilation,
          .input_dilation = spec.stride,
          .padding = sides,
          .operation = flipped ? Operation::correlation : Operation::convolution,
          .order = spec.order};
}

/// Weights of a transposed convolution, (in, out / groups, kernel...), as those of a convolution,
/// (out, in / groups, kernel...).
std::vector<double> channels_swapped(const TransposedConvolution& up,
                                     const std::vector<double>& weights) {
  const Index in = up.in_channels() / up.groups();
  const Index out = up.out_channels() / up.groups();
  const Index taps = up.weight_count() / (up.in_channels() * out);
  std::vector<double> swapped(weights.size());
  for (std::size_t w = 0; w < weights.size(); ++w) {
    const Index tap = static_cast<Index>(w) % taps;
    const Index to = static_cast<Index>(w) / taps % out;
    const Index from = static_cast<Index>(w) / taps / out;
    const Index group = from / in;
    const Index place = ((group * out + to) * in + from % in) * taps + tap;
    swapped[static_cast<std::size_t>(place)] = weights[w];
  }
  return swapped;
}

}  // namespace

BOOST_AUTO_TEST_CASE(adjoint_of_matrix_and_operator) {
  Failures failures;
  for_random_specs("adjoint_of_matrix_and_operator", 300, [&](const auto& spec, Random& random) {
    const auto convolution = make(spec);
    const auto weights = small_integers<Gaussian>(random, convolution.weight_count());
    const Vector x = as_eigen(small_integers<Gaussian>(random, convolution.cols()));
    const Vector y = as_eigen(small_integers<Gaussian>(random, convolution.rows()));
    const auto matrix = compile(convolution, weights);
    const Gaussian expected = inner(matrix * x, y);
    failures.expect(spec, "<Ax,y> = <x,A^H y>", expected == inner(x, matrix.adjoint() * y));
    const Operator<Gaussian> op(convolution, weights);
    failures.expect(spec, "operator <Ax,y>", expected == inner(op * x, y));
    failures.expect(spec, "operator <x,A^H y>", expected == inner(x, op.adjoint() * y));
    failures.expect(spec, "A^T y = conj(A^H conj(y))",
                    (op.transpose() * y).conjugate() == op.adjoint() * Vector(y.conjugate()));
  });
  BOOST_TEST(failures.checked() == 2400);
}

BOOST_AUTO_TEST_CASE(gradient_is_the_adjoint_of_weights_to_output) {
  Failures failures;
  for_random_specs("gradient", 300, [&](const auto& spec, Random& random) {
    const auto convolution = make(spec);
    const Vector w = as_eigen(small_integers<Gaussian>(random, convolution.weight_count()));
    const Vector x = as_eigen(small_integers<Gaussian>(random, convolution.cols()));
    const Vector r = as_eigen(small_integers<Gaussian>(random, convolution.rows()));
    const auto gradient = weight_gradient(convolution, x, r);
    const Vector y = compile(convolution, w) * x;
    failures.expect(spec, "<A(w)x, r> = <w, g>", inner(y, r) == inner(w, as_eigen(gradient)));
  });
  BOOST_TEST(failures.checked() == 600);
}

BOOST_AUTO_TEST_CASE(operator_and_matrix_are_the_same_map) {
  Failures failures;
  for_random_specs("operator_and_matrix", 200, [&](const auto& spec, Random& random) {
    const auto convolution = make(spec);
    const auto weights = small_integers<float>(random, convolution.weight_count());
    const auto x = small_integers<float>(random, convolution.cols());
    const auto y = small_integers<float>(random, convolution.rows());
    const auto matrix = compile(convolution, weights);
    const Operator<float> op(convolution, weights);
    failures.expect(spec, "rows and columns",
                    op.rows() == matrix.rows() && op.cols() == matrix.cols());
    failures.expect(spec, "op * x", op * x == matrix * as_eigen(x));
    failures.expect(spec, "op^T * y", op.transpose() * y == matrix.transpose() * as_eigen(y));
    failures.expect(spec, "op^T^T * x", op.transpose().transpose() * x == matrix * as_eigen(x));
  });
  BOOST_TEST(failures.checked() == 1600);
}

BOOST_AUTO_TEST_CASE(matrix_is_linear_in_the_weights) {
  Failures failures;
  for_random_specs("linear_in_the_weights", 200, [&](const auto& spec, Random& random) {
    const auto convolution = make(spec);
    const Eigen::VectorXd v = as_eigen(small_integers<double>(random, convolution.weight_count()));
    const Eigen::VectorXd w = as_eigen(small_integers<double>(random, convolution.weight_count()));
    const auto sum = compile(convolution, Eigen::VectorXd(2 * v - 3 * w));
    const auto of_v = compile(convolution, v);
    const auto of_w = compile(convolution, w);
    failures.expect(spec, "A(2v - 3w) = 2A(v) - 3A(w)",
                    (sum.coeffs() == 2 * of_v.coeffs() - 3 * of_w.coeffs()).all());
  });
  BOOST_TEST(failures.checked() == 400);
}

BOOST_AUTO_TEST_CASE(transposed_convolution_is_its_adjoint_transposed) {
  Random random("transposed_convolution_is_its_adjoint_transposed");
  Failures failures;
  for (int i = 0; i < 400; ++i) {
    const auto spec = test::draw_sound_spec<TransposedConvolutionSpec>(random);
    const TransposedConvolution up(spec);
    const auto weights = small_integers<double>(random, up.weight_count());
    const auto matrix = compile(up, weights);
    const decltype(matrix) transposed = compile(up.adjoint(), weights).transpose();
    failures.expect(spec, "T = A^T", test::same_bits(matrix, transposed));
    const auto columns = compile<std::int64_t, Eigen::ColMajor>(up, weights);
    const decltype(columns) transposed_columns =
        compile<std::int64_t>(up.adjoint(), weights).transpose();
    failures.expect(spec, "column-major T = A^T", test::same_bits(columns, transposed_columns));
  }
}

BOOST_AUTO_TEST_CASE(transposed_convolution_is_a_convolution_of_the_spread_image) {
  Random random("transposed_convolution_is_a_convolution_of_the_spread_image");
  Failures failures;
  for (int i = 0; i < 400; ++i) {
    auto spec = test::draw_sound_spec<TransposedConvolutionSpec>(random);
    spec.boundary = Boundary::zero;
    const TransposedConvolution up(spec);
    const Convolution spread(spread_spec(up));
    const auto weights = small_integers<double>(random, up.weight_count());
    const auto expected = compile(up, weights);
    failures.expect(spec, "is " + to_string(spread.spec()),
                    test::same_bits(compile(spread, channels_swapped(up, weights)), expected));
  }
  BOOST_TEST(failures.checked() == 400);
}

BOOST_AUTO_TEST_CASE(storage_orders_hold_the_same_matrix) {
  Failures failures;
  for_random_specs("storage_orders", 200, [&](const auto& spec, Random& random) {
    const auto convolution = make(spec);
    const auto weights = small_integers<double>(random, convolution.weight_count());
    const auto rows = compile(convolution, weights);
    const auto columns = compile<int, Eigen::ColMajor>(convolution, weights);
    failures.expect(spec, "column-major", test::same_bits(decltype(columns)(rows), columns));
  });
  BOOST_TEST(failures.checked() == 400);
}

BOOST_AUTO_TEST_CASE(rows_of_the_parts_make_up_the_whole) {
  Failures failures;
  for_random_specs("rows_of_the_parts", 200, [&](const auto& spec, Random& random) {
    const auto convolution = make(spec);
    const auto weights = small_integers<double>(random, convolution.weight_count());
    const Index middle = random.between(0, convolution.rows());
    const auto upper = compile_rows(convolution, weights, 0, middle);
    const auto lower = compile_rows(convolution, weights, middle, convolution.rows());
    const auto whole = compile(convolution, weights);
    Eigen::VectorXd coefficients(whole.nonZeros());
    coefficients << upper.coeffs(), lower.coeffs();
    failures.expect(spec, "entries", whole.nonZeros() == upper.nonZeros() + lower.nonZeros());
    failures.expect(spec, "values", whole.coeffs().matrix() == coefficients);
  });
}

BOOST_AUTO_TEST_SUITE_END()
