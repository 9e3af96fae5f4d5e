#include "support/dense.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_numbers.hpp"
#include "support/random_spec.hpp"
#include "support/solving.hpp"

#include "solvers/spectrum/block_values.hpp"
#include "solvers/spectrum/embedding.hpp"
#include "solvers/spectrum/factor_bound.hpp"
#include "solvers/spectrum/frequency_bound.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>

// What proves norms, by itself: circles of any extent and sign, and Cholesky factors.

BOOST_AUTO_TEST_SUITE(bounds_of_norms)

namespace {

using namespace toeplix::test;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::detail::EmbeddedAxis;
using toeplix::detail::Enclosure;
using toeplix::detail::FactorBound;
using toeplix::detail::FrequencyAxis;
using toeplix::detail::FrequencyBlocks;

/// The largest norm of all blocks.
double largest_block(const FrequencyBlocks& blocks) {
  double largest = 0;
  Eigen::MatrixXcd block(blocks.rows(), blocks.cols());
  for (Index group = 0; group < blocks.groups(); ++group) {
    for (Index number = 0; number < blocks.count(); ++number) {
      blocks.write(group, number, 1, block.data());
      largest = std::max(largest, toeplix::detail::block_values(block)[0]);
    }
  }
  return largest;
}

/// The axes with circles that are `more` steps larger than the least, and this sign.
std::vector<FrequencyAxis> circles(const std::vector<EmbeddedAxis>& axes, Index more,
                                   Index half_turns) {
  std::vector<FrequencyAxis> result;
  for (const EmbeddedAxis& axis : axes) {
    result.push_back(axis.axis);
    if (axis.enclosure != Enclosure::free) continue;
    result.back().extent += more * axis.step();
    result.back().half_turns = half_turns;
  }
  return result;
}

bool enclose(const std::vector<EmbeddedAxis>& axes) {
  return std::ranges::none_of(
      axes, [](const EmbeddedAxis& axis) { return axis.enclosure == Enclosure::none; });
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_circle_encloses) {
  Failures failures;
  for_random_specs("circles", 700, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    if (conv.rows() > 60 || conv.cols() > 60) return;
    const Numbers weights = random_numbers(random, conv.weight_count());
    const Pattern pattern(conv);
    const std::vector<EmbeddedAxis> axes = toeplix::detail::embed(pattern, weights);
    if (!enclose(axes)) return;
    const double exact = dense_svd(dense(conv, weights)).values[0];
    for (const Index more : {0, 1}) {
      for (const Index half_turns : {0, 1}) {
        const FrequencyBlocks blocks(pattern, weights, circles(axes, more, half_turns));
        failures.expect(spec, "a circle", largest_block(blocks) >= exact * (1 - 1e-12));
      }
    }
  });
  BOOST_TEST(failures.checked() > 1000);
}

BOOST_AUTO_TEST_CASE(a_block_is_below_what_exceeds_its_norm_and_nothing_else) {
  // The Gram matrix of ones has equal entries, so that a triangle of it is much smaller.
  for (const Index size : {2, 3, 8}) {
    const Eigen::MatrixXcd ones = Eigen::MatrixXcd::Ones(size, size);
    const auto norm = static_cast<double>(size);
    BOOST_TEST(toeplix::detail::is_below(ones, norm * (1 + 1e-9)));
    BOOST_TEST(!toeplix::detail::is_below(ones, norm * (1 - 1e-9)));
    // Where the Frobenius norms say nothing, the Cholesky factor does.
    const Eigen::MatrixXcd unit = Eigen::MatrixXcd::Identity(size, size);
    BOOST_TEST(toeplix::detail::is_below(unit, 1 + 1e-9));
    BOOST_TEST(!toeplix::detail::is_below(unit, 1 - 1e-9));
  }
}

BOOST_AUTO_TEST_CASE(all_blocks_are_below_the_bound) {
  Random random("bounded blocks");
  const toeplix::Convolution conv(
      {.input = {7, 9}, .kernel = {3, 3}, .in_channels = 3, .out_channels = 2, .padding = 1});
  for (int i = 0; i < 20; ++i) {
    const Numbers weights = random_numbers(random, conv.weight_count());
    const Pattern pattern(conv);
    const FrequencyBlocks blocks(pattern, weights,
                                 circles(toeplix::detail::embed(pattern, weights), 0, 1));
    const double exact = largest_block(blocks);
    const auto met = toeplix::detail::bound_blocks(blocks, 1.01 * exact, 1e-3, 2);
    BOOST_TEST(met.met);
    BOOST_TEST(std::abs(met.upper / exact - 1.01) < 1e-9);
    const auto missed = toeplix::detail::bound_blocks(blocks, 0.7 * exact, 1e-3, 2);
    BOOST_TEST(!missed.met);
    BOOST_TEST(missed.upper >= exact);
    BOOST_TEST(missed.upper <= exact * 1.0011);
    BOOST_TEST(missed.worst.turns.size() == 2);
  }
}

BOOST_AUTO_TEST_CASE(factors_exist_above_the_norm_alone) {
  Failures failures;
  for_random_specs("factors", 150, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    if (conv.rows() > 100 || conv.cols() > 100) return;
    const Numbers weights = random_numbers(random, conv.weight_count());
    const double exact = dense_svd(dense(conv, weights)).values[0];
    if (exact == 0) return;
    // Folded weights may cancel; this is more than any sum of theirs.
    double absolute = 0;
    for (const double weight : weights) absolute += std::abs(weight);
    absolute *= static_cast<double>(conv.rows() + conv.cols());
    FactorBound factor(Pattern(conv), weights, absolute * absolute, {});
    failures.expect(spec, "no factor below", factor.bound(exact * (1 - 1e-6)) == 0);
    const double bound = factor.bound(exact * (1 + 1e-6));
    failures.expect(spec, "a factor above", bound >= exact && bound <= exact * 1.001);
    failures.expect(spec, "no factor below again", factor.bound(exact / 2) == 0);
  });
  BOOST_TEST(failures.checked() > 300);
}

BOOST_AUTO_TEST_SUITE_END()
