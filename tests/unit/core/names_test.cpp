#include <toeplix/toeplix.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <complex>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

// Names and meanings that programs outside the project rely on. They may gain defaults and
// overloads; a change that breaks this file breaks those programs.

BOOST_AUTO_TEST_SUITE(fixed_names)

namespace {

using Numbers = std::vector<float>;

Numbers list(const auto& vector) {
  return {vector.data(), vector.data() + vector.size()};
}

}  // namespace

// The program of the design, line by line.
BOOST_AUTO_TEST_CASE(the_program_of_the_manual) {
  const Eigen::VectorXf x = Eigen::VectorXf::LinSpaced(9, 0, 8);

  toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});  // throws toeplix::GeometryError
  std::vector<float> kernel = {0, 1, 2, 3};
  Eigen::SparseMatrix<float, Eigen::RowMajor> W = toeplix::compile(conv, kernel);
  Eigen::VectorXf y = W * x;              // the convolution
  Eigen::VectorXf z = W.transpose() * y;  // the transposed convolution
  BOOST_TEST(list(y) == (Numbers{19, 25, 37, 43}));
  BOOST_TEST(list(z) == (Numbers{0, 19, 25, 38, 144, 118, 74, 197, 129}));

  toeplix::TransposedConvolution up({.input = {2, 2}, .kernel = {2, 2}, .stride = 2});
  auto T = toeplix::compile(up, kernel);  // == compile(up.adjoint(), kernel).transpose()
  BOOST_TEST(list(Eigen::VectorXf(T * y)) ==
             (Numbers{0, 19, 0, 25, 38, 57, 50, 75, 0, 37, 0, 43, 74, 111, 86, 129}));
  const Eigen::MatrixXf adjoint = toeplix::compile(up.adjoint(), kernel).transpose();
  BOOST_TEST((T.toDense() == adjoint));

  auto big = toeplix::compile<std::int64_t>(conv, kernel);  // 64-bit column indices
  static_assert(std::is_same_v<decltype(big)::StorageIndex, std::int64_t>);
  BOOST_TEST((big.toDense() == W.toDense()));
  const toeplix::Index first = 1, last = 3;
  auto rows = toeplix::compile_rows(conv, kernel, first, last);  // rows [first, last), all columns
  BOOST_TEST((rows.toDense() == W.toDense().middleRows(1, 2)));
  toeplix::Operator<float> op(conv, kernel);  // op * x, op.transpose() * y
  BOOST_TEST((op * x == y));
  BOOST_TEST((op.transpose() * y == z));
  auto yr = toeplix::reference::convolve(conv.spec(), kernel, x);  // direct loops
  auto zr = toeplix::reference::convolve_transposed(up.spec(), kernel, y);
  BOOST_TEST(yr == list(y));
  BOOST_TEST(zr == list(Eigen::VectorXf(T * y)));
}

// The oracle needs no Eigen, and takes its vectors all the same.
BOOST_AUTO_TEST_CASE(vectors_of_eigen_for_the_oracle) {
  const toeplix::ConvolutionSpec spec = {.input = {3}, .kernel = {2}};
  const std::array<float, 2> weights = {1, 10};
  const Eigen::VectorXf x = Eigen::VectorXf::LinSpaced(3, 1, 3);
  BOOST_TEST(toeplix::reference::convolve(spec, weights, x) == (Numbers{21, 32}));
  const Eigen::Map<const Eigen::VectorXf> map(x.data(), 3);
  BOOST_TEST(toeplix::reference::convolve(spec, weights, map) == (Numbers{21, 32}));
  const Eigen::VectorXf y = Eigen::VectorXf::Ones(2);
  BOOST_TEST(toeplix::reference::convolve_transposed(spec, weights, y) == (Numbers{1, 11, 10}));
  BOOST_TEST(toeplix::reference::weight_gradient(spec, x, y) == (Numbers{3, 5}));
  // A matrix's order of storage would decide what its numbers mean.
  static_assert(!toeplix::VectorArgument<Eigen::MatrixXf>);
}

// Designated initializers compile in this order of the members alone.
BOOST_AUTO_TEST_CASE(members_of_a_spec_in_their_order) {
  const toeplix::ConvolutionSpec spec = {.input = {6, 5},
                                         .kernel = {3, 2},
                                         .in_channels = 2,
                                         .out_channels = 4,
                                         .groups = 2,
                                         .stride = {1, 2},
                                         .dilation = 1,
                                         .padding = {{1, 0}, {0, 1}},
                                         .boundary = toeplix::Boundary::reflect,
                                         .operation = toeplix::Operation::convolution,
                                         .order = toeplix::TensorOrder::channels_last};
  BOOST_TEST((toeplix::Convolution(spec).output() == toeplix::Extents{5, 3}));
  const toeplix::TransposedConvolutionSpec up = {.input = {3, 3},
                                                 .kernel = {3, 2},
                                                 .in_channels = 4,
                                                 .out_channels = 2,
                                                 .groups = 2,
                                                 .stride = 2,
                                                 .dilation = {1, 1},
                                                 .padding = toeplix::Padding::valid(),
                                                 .output_padding = {1, 0},
                                                 .boundary = toeplix::Boundary::zero,
                                                 .operation = toeplix::Operation::correlation,
                                                 .order = toeplix::TensorOrder::column_major};
  BOOST_TEST((toeplix::TransposedConvolution(up).output() == toeplix::Extents{8, 6}));
}

BOOST_AUTO_TEST_CASE(forms_of_padding) {
  using toeplix::Padding;
  const auto output = [](const Padding& padding) {
    return toeplix::Convolution({.input = {4, 4}, .kernel = {3, 3}, .padding = padding}).output();
  };
  using toeplix::Extents;
  BOOST_TEST(output(0) == (Extents{2, 2}));
  BOOST_TEST(output(1) == (Extents{4, 4}));
  BOOST_TEST(output({1, 0}) == (Extents{4, 2}));
  BOOST_TEST(output({{1, 0}, {2, 2}}) == (Extents{3, 6}));
  BOOST_TEST(output(Padding::valid()) == (Extents{2, 2}));
  BOOST_TEST(output(Padding::same_upper()) == (Extents{4, 4}));
  BOOST_TEST(output(Padding::same_lower()) == (Extents{4, 4}));
  BOOST_TEST(output(Padding::full()) == (Extents{6, 6}));
  BOOST_TEST(output(Padding::causal()) == (Extents{4, 4}));
  BOOST_TEST(output(Padding::same_tf()) == (Extents{4, 4}));
}

BOOST_AUTO_TEST_CASE(what_a_convolution_answers) {
  const toeplix::Convolution conv({.input = {3, 3}, .kernel = {2, 2}});
  BOOST_TEST((conv.input() == toeplix::Extents{3, 3}));
  BOOST_TEST((conv.output() == toeplix::Extents{2, 2}));
  BOOST_TEST(conv.rows() == 4);
  BOOST_TEST(conv.cols() == 9);
  BOOST_TEST(conv.nnz() == 16);
  BOOST_TEST((conv.weights_shape() == toeplix::Extents{1, 1, 2, 2}));
  const toeplix::Index bytes = conv.bytes<float, std::int32_t>();
  BOOST_TEST(bytes == 16 * 8 + 5 * 4);
  BOOST_TEST(to_string(conv.spec()) == "input=3,3 kernel=2,2");
}

BOOST_AUTO_TEST_CASE(errors_are_runtime_errors) {
  static_assert(std::is_base_of_v<std::runtime_error, toeplix::Error>);
  static_assert(std::is_base_of_v<toeplix::Error, toeplix::GeometryError>);
  static_assert(std::is_base_of_v<toeplix::Error, toeplix::CapacityError>);
  static_assert(std::is_base_of_v<toeplix::Error, toeplix::FormatError>);
  static_assert(std::is_base_of_v<toeplix::Error, toeplix::SolverError>);
  BOOST_CHECK_THROW(toeplix::Convolution({.input = {3}, .kernel = {4}}), toeplix::GeometryError);
}

BOOST_AUTO_TEST_CASE(version) {
  BOOST_TEST(toeplix::version_string == std::to_string(toeplix::version_major) + "." +
                                            std::to_string(toeplix::version_minor) + "." +
                                            std::to_string(toeplix::version_patch));
}

BOOST_AUTO_TEST_SUITE_END()
