#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>
#include <toeplix/normal_equations.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/verify.hpp>
#include <toeplix/weight_gradient.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>
#include <numeric>
#include <type_traits>
#include <vector>

// A kernel for every pixel, in matrices worked out by hand. tests/equivalence has random ones.

BOOST_AUTO_TEST_SUITE(per_pixel)

namespace {

using toeplix::CapacityError;
using toeplix::compile;
using toeplix::compile_rows;
using toeplix::Convolution;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Operator;
using toeplix::PerPixelWeights;
using toeplix::TransposedConvolution;
using toeplix::test::check_capacity;
using toeplix::test::check_throws;
using toeplix::test::draw;
using Numbers = std::vector<double>;

/// 1, 2, 3, ...
Numbers counting(Index length) {
  Numbers numbers(static_cast<std::size_t>(length));
  std::iota(numbers.begin(), numbers.end(), 1.0);
  return numbers;
}

Numbers list(const Eigen::VectorXd& vector) {
  return {vector.begin(), vector.end()};
}

std::string drawn(const auto& convolution, const Numbers& weights) {
  return draw(compile(convolution, PerPixelWeights(weights)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_output_pixel_has_a_kernel) {
  BOOST_TEST(drawn(Convolution("input=4 kernel=2"), {1, 2, 3, 4, 5, 6}) ==
             "1 2 . . / . 3 4 . / . . 5 6");
  BOOST_TEST(drawn(Convolution("input=3 kernel=3 padding=1 boundary=reflect"), counting(9)) ==
             "2 4 . / 4 5 6 / . 16 8");
  BOOST_TEST(drawn(Convolution("input=4 kernel=2 operation=convolution"), counting(6)) ==
             "2 1 . . / . 4 3 . / . . 6 5");
}

BOOST_AUTO_TEST_CASE(the_extents_of_the_output_stand_in_front) {
  // Outputs (0,0), (0,1), (0,2), (1,0), ...; each has a kernel of one position.
  const Convolution plane("input=2,3 kernel=1");
  BOOST_TEST(drawn(plane, counting(6)) ==
             "1 . . . . . / . 2 . . . . / . . 3 . . . / . . . 4 . . / . . . . 5 . / . . . . . 6");
  // Rows in the order (0,0), (1,0), (0,1), ...: the weights are in C order all the same.
  const Convolution matlab("input=2,3 kernel=1 order=column_major");
  BOOST_TEST(drawn(matlab, counting(6)) ==
             "1 . . . . . / . 4 . . . . / . . 2 . . . / . . . 5 . . / . . . . 3 . / . . . . . 6");
}

BOOST_AUTO_TEST_CASE(channels_stand_behind_the_pixels) {
  // Pixel 0: (out 0: 1 2, out 1: 3 4); pixel 1: (5 6, 7 8).
  BOOST_TEST(drawn(Convolution("input=2 kernel=1 in=2 out=2"), counting(8)) ==
             "1 . 2 . / . 5 . 6 / 3 . 4 . / . 7 . 8");
  BOOST_TEST(drawn(Convolution("input=2 kernel=1 in=2 out=2 order=channels_last"), counting(8)) ==
             "1 2 . . / 3 4 . . / . . 5 6 / . . 7 8");
  BOOST_TEST(drawn(Convolution("input=2 kernel=1 in=2 out=2 groups=2"), counting(4)) ==
             "1 . . . / . 3 . . / . . 2 . / . . . 4");
}

BOOST_AUTO_TEST_CASE(every_input_pixel_of_a_transposed_convolution_has_a_kernel) {
  const TransposedConvolution up("transposed input=3 kernel=2");
  BOOST_TEST(drawn(up, counting(6)) == "1 . . / 2 3 . / . 4 5 / . . 6");
  const Numbers weights = counting(6);
  BOOST_TEST(draw(Eigen::SparseMatrix<double, Eigen::RowMajor>(
                 compile(up.adjoint(), PerPixelWeights(weights)).transpose())) ==
             drawn(up, weights));
}

BOOST_AUTO_TEST_CASE(in_every_form_that_a_matrix_has) {
  const Convolution conv("input=3 kernel=2");
  const Numbers weights = {1, 0, 3, 4};
  const PerPixelWeights varying(weights);
  BOOST_TEST(draw(compile<std::int64_t, Eigen::ColMajor>(conv, varying)) == "1 0 . / . 3 4");
  BOOST_TEST(draw(compile(conv, varying, {.prune_zero_weights = true})) == "1 . . / . 3 4");
  BOOST_TEST(draw(compile_rows(conv, varying, 1, 2)) == ". 3 4");
  auto matrix = compile(conv, Numbers{7, 8});
  recompile(matrix, conv, varying);
  BOOST_TEST(draw(matrix) == "1 0 . / . 3 4");
  recompile(matrix, conv, Numbers{7, 8});
  BOOST_TEST(draw(matrix) == "7 8 . / . 7 8");
  const std::array<float, 4> floats = {1, 2, 3, 4};
  const auto single = compile(conv.spec(), PerPixelWeights(floats));
  static_assert(std::is_same_v<decltype(single)::Scalar, float>);
  BOOST_TEST(draw(single) == "1 2 . / . 3 4");
}

BOOST_AUTO_TEST_CASE(products_and_gradient) {
  const Convolution conv("input=3 kernel=2");
  const Numbers weights = {1, 2, 3, 4};
  const Operator op(conv, PerPixelWeights(weights));
  BOOST_TEST(list(op * Numbers{1, 10, 100}) == (Numbers{21, 430}));
  BOOST_TEST(list(op.transpose() * Numbers{1, 10}) == (Numbers{1, 32, 40}));
  BOOST_TEST(list(op.adjoint() * Numbers{1, 10}) == (Numbers{1, 32, 40}));
  BOOST_TEST(per_pixel_weight_gradient(conv, Numbers{1, 2, 3}, Numbers{10, 100}) ==
             (Numbers{10, 20, 200, 300}));
  const TransposedConvolution up("transposed input=2 kernel=2");
  BOOST_TEST(per_pixel_weight_gradient(up, Numbers{10, 100}, Numbers{1, 2, 3}) ==
             (Numbers{10, 20, 200, 300}));
  // Positions 0 and 2 of the first window fall onto pixel 1.
  const Convolution folded("input=2 kernel=3 padding=1:0 boundary=reflect");
  BOOST_TEST(per_pixel_weight_gradient(folded, Numbers{2, 3}, Numbers{10}) ==
             (Numbers{30, 20, 30}));
}

BOOST_AUTO_TEST_CASE(the_same_bits_for_any_number_of_threads) {
  const Convolution conv(
      "input=50,60 kernel=3,5 in=4 out=6 groups=2 padding=2 boundary=reflect order=channels_last");
  Numbers weights;
  for (Index i = 0; i < conv.weight_count() * 52 * 60; ++i) {
    weights.push_back(std::sin(static_cast<double>(i)));
  }
  const Numbers x(weights.begin(), weights.begin() + conv.cols());
  const Numbers r(weights.begin(), weights.begin() + conv.rows());
  const PerPixelWeights varying(weights);
  const auto one = compile(conv, varying, {.resources = {.threads = 1}});
  const auto several = compile(conv, varying, {.resources = {.threads = 5}});
  BOOST_TEST(toeplix::test::same_bits(one, several));
  const Operator alone(conv, varying, {.threads = 1});
  const Operator shared(conv, varying, {.threads = 5});
  BOOST_TEST(list(alone * x) == list(shared * x));
  BOOST_TEST(list(alone.transpose() * r) == list(shared.transpose() * r));
  BOOST_TEST(per_pixel_weight_gradient(conv, x, r, {.threads = 1}) ==
             per_pixel_weight_gradient(conv, x, r, {.threads = 5}));
}

BOOST_AUTO_TEST_CASE(verify_holds_them_against_the_oracle) {
  const Numbers weights = counting(2 * 3 * 2 * 2 * 4);
  const Numbers x = counting(24);
  const Convolution conv("input=3,4 kernel=2 in=2 out=2 boundary=circular");
  const auto report = verify(conv, PerPixelWeights(weights), x);
  BOOST_TEST(report.passed, report.message);
  BOOST_TEST(report.exact);
  const TransposedConvolution up("transposed input=2,3 kernel=2 in=2 out=2");
  BOOST_TEST(verify(up, PerPixelWeights(weights), counting(12)).passed);
  check_throws<GeometryError>(
      [&] { static_cast<void>(verify(conv, weights, x)); },
      "weights has length 96; expected 16; for a kernel per output pixel pass "
      "PerPixelWeights(weights)");
}

BOOST_AUTO_TEST_CASE(refuses_other_lengths) {
  const Convolution conv("input=5 kernel=2 out=3");
  const std::string plain =
      "weights has length 24; expected 6; for a kernel per output pixel pass "
      "PerPixelWeights(weights)";
  const Numbers all(24);
  check_throws<GeometryError>([&] { compile(conv, all); }, plain);
  check_throws<GeometryError>([&] { Operator(conv, all); }, plain);
  auto matrix = compile(conv, Numbers(6));
  check_throws<GeometryError>([&] { recompile(matrix, conv, all); }, plain);
  check_throws<GeometryError>([&] { compile(conv, Numbers(25)); },
                              "weights has length 25; expected 6");
  const std::string one = "per-pixel weights have length 6; expected 24, 6 for each of 4 pixels";
  const Numbers kernel(6);
  check_throws<GeometryError>([&] { compile(conv, PerPixelWeights(kernel)); }, one);
  check_throws<GeometryError>([&] { Operator(conv, PerPixelWeights(kernel)); }, one);
  check_throws<GeometryError>([&] { recompile(matrix, conv, PerPixelWeights(kernel)); }, one);
  check_throws<GeometryError>(
      [&] {
        const TransposedConvolution up("transposed input=2 kernel=3");
        compile(up, PerPixelWeights(kernel));
        compile(up, kernel);
      },
      "weights has length 6; expected 3; for a kernel per output pixel pass "
      "PerPixelWeights(weights)");
}

// An operator has the pattern for whoever wants it.
BOOST_AUTO_TEST_CASE(what_takes_one_kernel_refuses_a_pattern_of_many) {
  const Numbers weights = {1, 2, 3, 4};
  const Operator<double> op(Convolution("input=3 kernel=2"), PerPixelWeights(weights));
  check_throws<GeometryError>(
      [&] { toeplix::normal_equations(op.pattern(), std::span<const double>(weights)); },
      "the pattern has a kernel for every pixel; normal_equations takes one kernel for all pixels");
  check_throws<GeometryError>(
      [&] { toeplix::Diagonals<double>(op.pattern(), weights); },
      "the pattern has a kernel for every pixel; diagonals takes one kernel for all pixels");
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
  const Convolution conv("input=100 kernel=1");
  const Numbers weights(100);
  check_capacity(
      [&] { compile(conv, PerPixelWeights(weights), {.resources = {.memory_budget = 100}}); },
      "a matrix of 100 entries (1604 bytes) exceeds the memory budget of 100 bytes; use "
      "compile_rows for a part of it, Operator to multiply without the matrix, or raise "
      "Resources::memory_budget",
      100, 1604);
  check_capacity([&] { Operator(conv, PerPixelWeights(weights), {.memory_budget = 100}); },
                 "a copy of 100 weights (800 bytes) exceeds the memory budget of 100 bytes; raise "
                 "Resources::memory_budget",
                 {}, 800);
  check_capacity(
      [&] { per_pixel_weight_gradient(conv, weights, weights, {.memory_budget = 100}); },
      "a gradient of 100 weights (800 bytes) exceeds the memory budget of 100 bytes; raise "
      "Resources::memory_budget",
      {}, 800);
  const Convolution vast("input=1000000000,1000000000 kernel=1000");
  check_throws<CapacityError>([&] { compile(vast, PerPixelWeights(weights)); },
                              "the weights of 999998002000998001 pixels, 1000000 each, exceed 64 "
                              "bits");
}

BOOST_AUTO_TEST_SUITE_END()
