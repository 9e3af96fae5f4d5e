#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/elimination_order.hpp>
#include <toeplix/error.hpp>
#include <toeplix/normal_equations.hpp>

#include <Eigen/SparseCholesky>
#include <boost/test/unit_test.hpp>

#include <numeric>

BOOST_AUTO_TEST_SUITE(elimination_orders)

namespace {

using namespace toeplix::test;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::elimination_order;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Pattern;

bool is_permutation(std::vector<Index> order, Index count) {
  std::vector<Index> all(static_cast<std::size_t>(count));
  std::iota(all.begin(), all.end(), Index{0});
  std::ranges::sort(order);
  return order == all;
}

/// Entries of the Cholesky factor in the order, or in AMD's if there is none, counted by Eigen.
Index fill(const Convolution& conv, const std::vector<Index>& order) {
  const std::vector<double> ones(static_cast<std::size_t>(conv.weight_count()), 1.0);
  Eigen::SparseMatrix<double> upper = toeplix::normal_equations(conv, ones);
  for (Index i = 0; i < upper.cols(); ++i) upper.coeffRef(i, i) += 1e6;
  using Natural = Eigen::NaturalOrdering<int>;
  if (order.empty()) {
    return Eigen::SimplicialLLT<Eigen::SparseMatrix<double>, Eigen::Upper>(upper)
        .matrixL()
        .nestedExpression()
        .nonZeros();
  }
  Eigen::PermutationMatrix<Eigen::Dynamic> permutation(upper.cols());
  for (std::size_t k = 0; k < order.size(); ++k) {
    permutation.indices()[order[k]] = static_cast<int>(k);
  }
  Eigen::SparseMatrix<double> full = upper.selfadjointView<Eigen::Upper>();
  full = permutation * full * permutation.transpose();
  return Eigen::SimplicialLLT<Eigen::SparseMatrix<double>, Eigen::Lower, Natural>(full)
      .matrixL()
      .nestedExpression()
      .nonZeros();
}

}  // namespace

BOOST_AUTO_TEST_CASE(by_hand) {
  // 3 x 7 pixels, each connected with its neighbours: the column in the middle comes last; before
  // it the boxes of three columns, each with its own row in the middle last.
  const std::vector<Index> order =
      elimination_order(Pattern(Convolution({.input = {3, 7}, .kernel = {2, 2}})));
  const std::vector<Index> expected{0, 2,  1,  14, 16, 15, 7,  8, 9,  4, 6,
                                    5, 18, 20, 19, 11, 12, 13, 3, 10, 17};
  BOOST_TEST(order == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_band_is_eliminated_from_one_end) {
  const std::vector<Index> order =
      elimination_order(Pattern(Convolution({.input = {2, 5}, .kernel = {2, 2}})));
  const std::vector<Index> expected{0, 5, 1, 6, 2, 7, 3, 8, 4, 9};
  BOOST_TEST(order == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(is_a_permutation) {
  Failures failures;
  for_random_specs("elimination order", 400, [&](const auto& spec, Random&) {
    const auto conv = make(spec);
    failures.expect(spec, "a permutation",
                    is_permutation(elimination_order(Pattern(conv)), conv.cols()));
  });
}

BOOST_AUTO_TEST_CASE(separates) {
  // Without a dilation's step, or around a ring, boxes would be connected and fill more.
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect}) {
    for (const ConvolutionSpec& spec : {
             ConvolutionSpec{.input = {48, 48}, .kernel = {3, 3}, .padding = 1},
             ConvolutionSpec{.input = {40, 64}, .kernel = {3, 3}, .dilation = 2, .padding = 2},
             ConvolutionSpec{.input = {300}, .kernel = {5}, .padding = 2},
             ConvolutionSpec{.input = {24, 24},
             .kernel = {3, 3},
             .in_channels = 2,
             .out_channels = 2,
             .padding = 1},
         }) {
      ConvolutionSpec with = spec;
      with.boundary = boundary;
      const Convolution conv(with);
      const Index ours = fill(conv, elimination_order(Pattern(conv)));
      const Index amd = fill(conv, {});
      BOOST_TEST(static_cast<double>(ours) <= 1.15 * static_cast<double>(amd), to_string(with));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_takes_too_long_is_refused) {
  // More columns than any machine has memory for.
  const Convolution long_line({.input = {Index{1} << 40}, .kernel = {3}});
  BOOST_CHECK_THROW((void)elimination_order(long_line), toeplix::CapacityError);
  const Convolution long_kernel({.input = {20000}, .kernel = {2000}, .padding = 1000});
  check_throws<toeplix::CapacityError>(
      [&] { (void)elimination_order(long_kernel); },
      "the kernel positions that meet in A^T A along one axis (2000 in 3999 different rows) exceed "
      "the limit of 2^30 pairs; use a smaller kernel, a smaller stride or less padding");
}

BOOST_AUTO_TEST_CASE(of_two_matrices) {
  const Convolution blur({.input = {30, 20}, .kernel = {5, 5}, .padding = 2});
  const Convolution laplacian({.input = {30, 20}, .kernel = {3, 3}, .padding = 1});
  const Pattern a(blur);
  const Pattern l(laplacian);
  BOOST_TEST(elimination_order(a, l) == elimination_order(a), boost::test_tools::per_element());
  BOOST_TEST(elimination_order(l, a) == elimination_order(a), boost::test_tools::per_element());
  const std::string says = "the two matrices have columns of different extents, channels or order";
  const Convolution other({.input = {20, 30}, .kernel = {3, 3}});
  check_throws<GeometryError>([&] { return elimination_order(a, Pattern(other)); }, says);
  ConvolutionSpec colour{
      .input = {4, 6}, .kernel = {3, 3}, .in_channels = 2, .out_channels = 2, .padding = 1};
  const Pattern first{Convolution(colour)};
  colour.order = toeplix::TensorOrder::channels_last;
  const Pattern last{Convolution(colour)};
  check_throws<GeometryError>([&] { return elimination_order(first, last); }, says);
  // Of one channel it does not matter where that is.
  const Convolution grey({.input = {30, 20},
                          .kernel = {3, 3},
                          .padding = 1,
                          .order = toeplix::TensorOrder::channels_last});
  BOOST_TEST(elimination_order(a, Pattern(grey)) == elimination_order(a),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
