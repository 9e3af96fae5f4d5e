#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/normal_equations.hpp>

#include <boost/test/unit_test.hpp>

#include <sstream>

// A^T A from composed tables against the product of the matrix with itself, by dense loops.

BOOST_AUTO_TEST_SUITE(normal_equations)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::TransposedConvolution;
using Upper = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;

/// The structure and the values of A^T A, entry by entry; the first difference in words.
template <class Matrix>
std::string difference(const Matrix& upper, const Eigen::SparseMatrix<double, Eigen::RowMajor>& a) {
  Eigen::MatrixXd value = Eigen::MatrixXd::Zero(a.cols(), a.cols());
  Eigen::MatrixXi stored = Eigen::MatrixXi::Zero(a.cols(), a.cols());
  for (Index row = 0; row < a.rows(); ++row) {
    for (Eigen::SparseMatrix<double, Eigen::RowMajor>::InnerIterator p(a, row); p; ++p) {
      for (Eigen::SparseMatrix<double, Eigen::RowMajor>::InnerIterator q(a, row); q; ++q) {
        value(p.col(), q.col()) += p.value() * q.value();
        stored(p.col(), q.col()) = 1;
      }
    }
  }
  std::ostringstream text;
  if (upper.rows() != a.cols() || upper.cols() != a.cols()) return "the size is wrong";
  if (!upper.isCompressed()) return "not compressed";
  for (Index column = 0; column < upper.cols(); ++column) {
    auto place = upper.outerIndexPtr()[column];
    for (Index row = 0; row <= column; ++row) {
      if (stored(row, column) == 0) continue;
      if (place == upper.outerIndexPtr()[column + 1] || upper.innerIndexPtr()[place] != row ||
          upper.valuePtr()[place] != value(row, column)) {
        text << "entry (" << row << ", " << column << ") is not " << value(row, column);
        return text.str();
      }
      ++place;
    }
    if (place != upper.outerIndexPtr()[column + 1]) {
      text << "column " << column << " has too many entries";
      return text.str();
    }
  }
  return "";
}

template <class Spec>
void check(Failures& failures, const Spec& spec) {
  const auto conv = make(spec);
  Random random(to_string(spec));
  const auto weights = small_integers<double>(random, conv.weight_count());
  const Eigen::SparseMatrix<double, Eigen::RowMajor> a = compile(conv, weights);
  failures.expect_none(spec, "normal_equations",
                       difference(toeplix::normal_equations(conv, weights), a));
  failures.expect_none(
      spec, "normal_equations<int64>",
      difference(toeplix::normal_equations<std::int64_t>(conv, weights, {.threads = 3}), a));
}

}  // namespace

BOOST_AUTO_TEST_CASE(by_hand) {
  // w0 w1 .  / . w0 w1 with w = 2 3
  const Upper upper = toeplix::normal_equations(Convolution({.input = {3}, .kernel = {2}}),
                                                std::vector<double>{2, 3});
  Eigen::Matrix3d expected;
  expected << 4, 6, 0, 0, 13, 6, 0, 0, 9;
  const bool equal = Eigen::Matrix3d(upper) == expected;
  BOOST_TEST(equal);
  BOOST_TEST(upper.nonZeros() == 5);
}

BOOST_AUTO_TEST_CASE(every_geometry_of_one_axis) {
  Failures failures;
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect,
                                  Boundary::symmetric, Boundary::replicate}) {
    for (Index input = 1; input <= 17; input += 4) {
      for (Index kernel = 1; kernel <= 4; ++kernel) {
        for (Index stride = 1; stride <= 3; ++stride) {
          for (Index dilation = 1; dilation <= 3; ++dilation) {
            for (const toeplix::AxisPadding padding :
                 {toeplix::AxisPadding{0, 0}, {1, 2}, {4, 0}, {9, 7}, {-2, 1}}) {
              const ConvolutionSpec spec{.input = {input},
                                         .kernel = {kernel},
                                         .stride = stride,
                                         .dilation = dilation,
                                         .padding = {padding},
                                         .boundary = boundary};
              if (is_sound(spec)) check(failures, spec);
            }
          }
        }
      }
    }
  }
  BOOST_TEST(failures.checked() > 2000);
}

BOOST_AUTO_TEST_CASE(random_geometries) {
  Failures failures;
  for_random_specs("normal equations", 300,
                   [&](const auto& spec, Random&) { check(failures, spec); });
}

BOOST_AUTO_TEST_CASE(long_lines_are_split) {
  Failures failures;
  check(failures, ConvolutionSpec{.input = {7, 60}, .kernel = {2, 3}, .padding = 1});
  const ConvolutionSpec spec{
      .input = {40'000}, .kernel = {3}, .padding = 1, .boundary = Boundary::circular};
  const Upper upper =
      toeplix::normal_equations(Convolution(spec), std::vector<double>{1, 2, 4}, {.threads = 2});
  // Every column: 21 on the diagonal, 1*2 + 2*4 beside it, 1*4 two away.
  BOOST_TEST(upper.nonZeros() == 3 * 40'000);
  BOOST_TEST(upper.coeff(20'000, 20'000) == 21);
  BOOST_TEST(upper.coeff(19'999, 20'000) == 10);
  BOOST_TEST(upper.coeff(19'998, 20'000) == 4);
  BOOST_TEST(upper.coeff(0, 39'999) == 10);
  BOOST_TEST(upper.sum() == (21.0 + 10 + 4) * 40'000);
}

BOOST_AUTO_TEST_CASE(refuses) {
  const Convolution conv({.input = {100, 100}, .kernel = {9, 9}, .padding = 4});
  check_throws<GeometryError>(
      [&] { return toeplix::normal_equations(conv, std::vector<double>(80)); },
      "weights has length 80; expected 81");
  BOOST_CHECK_THROW(
      toeplix::normal_equations(conv, std::vector<double>(81), {.memory_budget = 1'000'000}),
      CapacityError);
  const Convolution huge({.input = {100'000, 100'000}, .kernel = {9, 9}, .padding = 4});
  BOOST_CHECK_THROW(toeplix::normal_equations(huge, std::vector<double>(81)), CapacityError);
}

BOOST_AUTO_TEST_CASE(says_what_it_takes) {
  const auto operations = [](const ConvolutionSpec& spec) {
    return toeplix::normal_equations_operations(spec);
  };
  // Products: 2 x 2 pairs of positions. Sums: pixel 0 has one output, of two positions; those
  // between have two outputs and one class.
  BOOST_TEST(operations({.input = {4}, .kernel = {2}}) == 4 + (2 + 4 + 2));
  BOOST_TEST(operations({.input = {1'000'000}, .kernel = {2}}) == 4 + (2 + 4 + 2));
  // The first axis: three runs of lines, for each of the 4 pairs of the other axis. The second: for
  // 2, 3 and 2 entries of a line.
  const double plane = 4 * (2 + 4 + 2) + (2 + 3 + 2) * (2 + 4 + 2);
  BOOST_TEST(operations({.input = {4, 4}, .kernel = {2, 2}}) == 16 + plane);
  BOOST_TEST(operations({.input = {9, 4}, .kernel = {2, 2}}) == 16 + plane);
  // Channels: every pair of a group, and for the products every output channel of the group.
  BOOST_TEST(
      operations(
          {.input = {4, 4}, .kernel = {2, 2}, .in_channels = 4, .out_channels = 6, .groups = 2}) ==
      4 * 2 * (3 * 16 + plane));
  // Three axes: the lines of the second change in every one of the 4 of the first.
  const double first = (2 + 4 + 4 + 2) * 16.0 * 3;
  const double second = (2 + 3 + 3 + 2) * (2 + 4 + 2) * 4.0;
  const double third = (2 + 3 + 3 + 2) * (2 + 3 + 2) * (2 + 4 + 2);
  BOOST_TEST(operations({.input = {4, 4, 4}, .kernel = {2, 2, 2}}) == 64 + first + second + third);
  BOOST_CHECK_THROW(toeplix::normal_equations_operations(
                        ConvolutionSpec{.input = {9, 9}, .kernel = {9, 9}}, {.memory_budget = 100}),
                    CapacityError);
}

BOOST_AUTO_TEST_SUITE_END()
