#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/per_pixel_weights.hpp>
#include <toeplix/verify.hpp>

#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

BOOST_AUTO_TEST_SUITE(verify)

namespace {

using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Padding;
using toeplix::Pattern;
using toeplix::TransposedConvolution;
using toeplix::TransposedConvolutionSpec;
using toeplix::VerifyReport;
using toeplix::test::Random;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;
using Numbers = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Numbers in [0, 1) with many digits.
template <class Scalar>
std::vector<Scalar> fractions(Random& random, Index count) {
  std::vector<Scalar> numbers;
  for (Index i = 0; i < count; ++i) {
    numbers.push_back(static_cast<Scalar>(static_cast<double>(random.between(0, 1 << 30)) /
                                          static_cast<double>(1 << 30)));
  }
  return numbers;
}

template <class Scalar>
VerifyReport verify_fractions(const ConvolutionSpec& spec) {
  Random random(to_string(spec));
  const Convolution convolution(spec);
  return toeplix::verify(convolution, fractions<Scalar>(random, convolution.weight_count()),
                         fractions<Scalar>(random, convolution.cols()));
}

const Convolution small({.input = {4}, .kernel = {2}});  // 3 x 4, 6 entries

std::string fault_of(const Matrix& matrix) {
  return toeplix::structure_fault(matrix, Pattern(small));
}

}  // namespace

BOOST_AUTO_TEST_CASE(small_integers_must_be_equal) {
  const Convolution convolution({.input = {3, 3}, .kernel = {2, 2}});
  const VerifyReport report =
      toeplix::verify(convolution, Numbers{0, 1, 2, 3}, Numbers{0, 1, 2, 3, 4, 5, 6, 7, 8});
  BOOST_TEST(report.passed);
  BOOST_TEST(report.message ==
             "matrix and operator equal the direct loops, forward and transposed (exactly)");
  BOOST_TEST(report.rows == 4);
  BOOST_TEST(report.cols == 9);
  BOOST_TEST(report.nnz == 16);
  BOOST_TEST(report.exact);
  BOOST_TEST(report.largest_error == 0);
}

BOOST_AUTO_TEST_CASE(fractions_must_agree_within_rounding) {
  const VerifyReport report = verify_fractions<double>({.input = {9, 9}, .kernel = {3, 3}});
  BOOST_TEST(report.passed);
  BOOST_TEST(!report.exact);
  BOOST_TEST(report.message ==
             "matrix and operator equal the direct loops, forward and transposed (within "
             "rounding)");
  BOOST_TEST(report.largest_error < 1e-12);
}

BOOST_AUTO_TEST_CASE(large_integers_are_not_taken_for_exact) {
  const VerifyReport report = toeplix::verify(small, Numbers{1e9, 1}, Numbers{1e9, 1, 2, 3});
  BOOST_TEST(report.passed);
  BOOST_TEST(!report.exact);
}

BOOST_AUTO_TEST_CASE(biases_are_compared_too) {
  const Convolution conv({.input = {4}, .kernel = {2}, .out_channels = 2});
  const Numbers weights = {1, 2, 3, 4};
  const Numbers x = {1, 2, 3, 4};
  const VerifyReport exact = toeplix::verify(conv, weights, x, Numbers{10, -20});
  BOOST_TEST(exact.passed);
  BOOST_TEST(exact.exact);
  BOOST_TEST(exact.message.starts_with("matrix, operator and offset equal"));
  BOOST_TEST(!toeplix::verify(conv, weights, x, Numbers{0.1, 0.2}).exact);
  BOOST_TEST(!toeplix::verify(conv, weights, x, Numbers{1e17, 0}).exact);
  toeplix::test::check_throws<GeometryError>(
      [&] { (void)toeplix::verify(conv, weights, x, Numbers{1}); },
      "bias has length 1; expected one number per output channel (2)");
  toeplix::test::Failures failures;
  toeplix::test::for_random_specs("verify biases", 50, [&](const auto& spec, Random& random) {
    const auto convolution = toeplix::test::make(spec);
    const auto w = toeplix::test::small_integers<float>(random, convolution.weight_count());
    const auto z = toeplix::test::small_integers<float>(random, convolution.cols());
    const auto bias = toeplix::test::small_integers<float>(random, convolution.out_channels());
    const VerifyReport report = toeplix::verify(convolution, w, z, bias);
    failures.expect(spec, report.message, report.passed && report.exact);
    const Index pixels = toeplix::Pattern(convolution).kernel_pixels();
    const auto many =
        toeplix::test::small_integers<float>(random, convolution.weight_count() * pixels);
    const VerifyReport each = toeplix::verify(convolution, toeplix::PerPixelWeights(many), z, bias);
    failures.expect(spec, "a kernel per pixel: " + each.message, each.passed && each.exact);
  });
  BOOST_TEST(failures.checked() == 200);
}

BOOST_AUTO_TEST_CASE(random_specs_with_padding_values_pass) {
  toeplix::test::Failures failures;
  Random random("verify padding values");
  for (int i = 0; i < 100; ++i) {
    const ConvolutionSpec spec = toeplix::test::draw_padded_spec(random);
    const Convolution convolution(spec);
    const auto w = toeplix::test::small_integers<float>(random, convolution.weight_count());
    const auto x = toeplix::test::small_integers<float>(random, convolution.cols());
    const VerifyReport exact = toeplix::verify(convolution, w, x);
    failures.expect(spec, "exact: " + exact.message, exact.passed && exact.exact);
    failures.expect(spec, "offset", exact.message.starts_with("matrix, operator and offset"));
  }
  BOOST_TEST(failures.checked() == 200);
}

BOOST_AUTO_TEST_CASE(random_specs_pass) {
  toeplix::test::Failures failures;
  toeplix::test::for_random_specs("verify", 50, [&](const auto& spec, Random& random) {
    const auto check = [&](const auto& convolution) {
      using Complex = std::complex<float>;
      const auto w = toeplix::test::small_integers<Complex>(random, convolution.weight_count());
      const auto x = toeplix::test::small_integers<Complex>(random, convolution.cols());
      const VerifyReport exact = toeplix::verify(convolution, w, x);
      failures.expect(spec, "exact: " + exact.message, exact.passed && exact.exact);
      const auto v = fractions<float>(random, convolution.weight_count());
      const auto z = fractions<float>(random, convolution.cols());
      const VerifyReport rounded = toeplix::verify(convolution, v, z);
      failures.expect(spec, "rounded: " + rounded.message, rounded.passed);
    };
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(spec)>, ConvolutionSpec>) {
      check(Convolution(spec));
    } else {
      check(TransposedConvolution(spec));
    }
  });
}

// One pixel to which thousands of weights are added up: the bound counts them, not the pixel.
BOOST_AUTO_TEST_CASE(sums_of_many_folded_weights_pass) {
  for (const Boundary boundary : {Boundary::circular, Boundary::replicate}) {
    const VerifyReport report = verify_fractions<float>(
        {.input = {1}, .kernel = {20'000}, .padding = {{19'999, 0}}, .boundary = boundary});
    BOOST_TEST(report.passed, report.message);
  }
}

BOOST_AUTO_TEST_CASE(the_same_infinities_and_nans_pass) {
  BOOST_TEST(toeplix::verify(small, Numbers{1, infinity}, Numbers{1, 2, 3, 4}).passed);
  BOOST_TEST(toeplix::verify(small, Numbers{1, not_a_number}, Numbers{1, 2, 3, 4}).passed);
  BOOST_TEST(toeplix::verify(small, Numbers{1, 2}, Numbers{1, -infinity, 3, 4}).passed);
}

// Two weights on one pixel overflow when they are added before they are multiplied by 1/4.
BOOST_AUTO_TEST_CASE(explains_the_first_mismatch) {
  const Convolution folding(
      {.input = {2}, .kernel = {2}, .padding = {{1, 0}}, .boundary = Boundary::symmetric});
  const double most = std::numeric_limits<double>::max();
  const VerifyReport report = toeplix::verify(folding, Numbers{most, most}, Numbers{0.25, 0});
  BOOST_TEST(!report.passed);
  BOOST_TEST(report.message ==
             "matrix * x, row 0 (channel 0, coordinate 0): expected 8.9884656743115785e+307, got "
             "inf; taps: (w[0]=1.79769e+308 + w[1]=1.79769e+308) * x[0]");
}

BOOST_AUTO_TEST_CASE(explains_long_sums_on_one_line) {
  const double most = std::numeric_limits<double>::max();
  const Convolution folding(
      {.input = {1}, .kernel = {100}, .padding = {{99, 0}}, .boundary = Boundary::replicate});
  const VerifyReport report = toeplix::verify(folding, Numbers(100, most), Numbers{0.001});
  BOOST_TEST(!report.passed);
  BOOST_TEST(report.message.ends_with(" + w[7]=1.79769e+308 + 92 more) * x[0]"), report.message);
  const Convolution wide(
      {.input = {9}, .kernel = {10}, .padding = {{1, 0}}, .boundary = Boundary::symmetric});
  Numbers weights(10);
  weights[0] = weights[1] = most;
  Numbers x(9);
  x[0] = 0.25;
  const VerifyReport of_wide = toeplix::verify(wide, weights, x);
  BOOST_TEST(!of_wide.passed);
  BOOST_TEST(of_wide.message.ends_with(" + (w[8]=0) * x[7] + 1 more"), of_wide.message);
}

BOOST_AUTO_TEST_CASE(refuses_wrong_lengths) {
  using toeplix::test::check_throws;
  check_throws<GeometryError>([] { (void)toeplix::verify(small, Numbers(1), Numbers(4)); },
                              "weights has length 1; expected 2");
  check_throws<GeometryError>([] { (void)toeplix::verify(small, Numbers(2), Numbers(3)); },
                              "x has length 3; expected 4");
}

BOOST_AUTO_TEST_CASE(no_fault_in_what_was_compiled) {
  BOOST_TEST(fault_of(toeplix::compile(small, Numbers{0, 0})) == "");
  const auto columns = toeplix::compile<std::int64_t, Eigen::ColMajor>(small, Numbers{0, 0});
  BOOST_TEST(toeplix::structure_fault(columns, Pattern(small)) == "");
  BOOST_TEST(toeplix::structure_fault(columns, small.spec()) == "");
}

BOOST_AUTO_TEST_CASE(faults_of_size) {
  const Convolution other({.input = {5}, .kernel = {2}});
  BOOST_TEST(fault_of(toeplix::compile(other, Numbers{1, 2})) ==
             "the matrix is 4 x 5 with 8 entries; expected 3 x 4 with 6");
  const auto pruned = toeplix::compile(small, Numbers{0, 2}, {.prune_zero_weights = true});
  BOOST_TEST(fault_of(pruned) == "the matrix is 3 x 4 with 3 entries; expected 3 x 4 with 6");
  BOOST_TEST(fault_of(Matrix(3, 4)) == "the matrix is 3 x 4 with 0 entries; expected 3 x 4 with 6");
}

BOOST_AUTO_TEST_CASE(faults_of_structure) {
  Matrix matrix = toeplix::compile(small, Numbers{1, 2});
  matrix.outerIndexPtr()[1] = 1;
  BOOST_TEST(fault_of(matrix) == "row pointer 0 is 0; expected 0");
  matrix = toeplix::compile(small, Numbers{1, 2});
  matrix.innerIndexPtr()[3] = 1;
  BOOST_TEST(fault_of(matrix) == "row 1 has column 1 after 1; columns must ascend and be below 4");
  matrix.innerIndexPtr()[2] = 3;
  BOOST_TEST(fault_of(matrix) == "row 1 has column 1 after 3; columns must ascend and be below 4");
  matrix = toeplix::compile(small, Numbers{1, 2});
  matrix.innerIndexPtr()[5] = 4;
  BOOST_TEST(fault_of(matrix) == "row 2 has column 4 after 2; columns must ascend and be below 4");
  matrix = toeplix::compile(small, Numbers{1, 2});
  matrix.innerIndexPtr()[0] = -1;
  BOOST_TEST(fault_of(matrix) ==
             "row 0 has column -1 after -1; columns must ascend and be below 4");
}

BOOST_AUTO_TEST_CASE(specs_and_any_contiguous_ranges) {
  const ConvolutionSpec spec{.input = {4}, .kernel = {2}};
  const Eigen::Vector4f x(1, 2, 3, 4);
  const VerifyReport report = toeplix::verify(spec, std::vector<float>{5, 6}, x);
  BOOST_TEST(report.passed, report.message);
  BOOST_TEST(report.rows == 3);
  const TransposedConvolutionSpec up{.input = {4}, .kernel = {2}};
  const Eigen::Map<const Eigen::VectorXf> mapped(x.data(), 4);
  BOOST_TEST(toeplix::verify(up, Eigen::Vector2f(5, 6), mapped).rows == 5);
}

BOOST_AUTO_TEST_SUITE_END()
