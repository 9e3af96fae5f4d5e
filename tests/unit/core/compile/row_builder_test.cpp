#include "core/compile/row_builder.hpp"

#include "support/random_spec.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <vector>

// Single rows, built by themselves.

BOOST_AUTO_TEST_SUITE(row_builder)

namespace {

using toeplix::Convolution;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::detail::RowBuilder;
using Numbers = std::vector<double>;

}  // namespace

BOOST_AUTO_TEST_CASE(rows_in_any_order) {
  toeplix::test::Random random("row_builder");
  for (int i = 0; i < 100; ++i) {
    const Pattern pattern(
        Convolution(toeplix::test::draw_sound_spec<toeplix::ConvolutionSpec>(random)));
    const Numbers weights =
        toeplix::test::small_integers<double>(random, pattern.weight_count(), 1, 9);
    RowBuilder<double> builder(pattern, weights);
    for (int j = 0; j < 10; ++j) {
      const Index row = random.between(0, pattern.rows() - 1);
      std::vector<Index> columns;
      Numbers values;
      for (const Pattern::Entry& entry : pattern.row(row)) {
        columns.push_back(entry.column);
        values.push_back(0);
        for (const Index weight : entry.weights) {
          values.back() += weights[static_cast<std::size_t>(weight)];
        }
      }
      builder.go_to(row);
      BOOST_TEST(builder.columns() == columns, boost::test_tools::per_element());
      BOOST_TEST(builder.values() == values, boost::test_tools::per_element());
    }
  }
}

// Not even next to an entry that is a sum: -0.0 is the only number that 0 + x changes.
BOOST_AUTO_TEST_CASE(a_weight_alone_keeps_its_sign) {
  const Pattern folded(Convolution(
      {.input = {3}, .kernel = {3}, .padding = 1, .boundary = toeplix::Boundary::symmetric}));
  const Numbers weights{1, 2, -0.0};
  RowBuilder<double> builder(folded, weights);
  builder.go_to(0);
  BOOST_TEST(builder.values().size() == 2u);
  BOOST_TEST(builder.values()[0] == 3);
  BOOST_TEST(builder.values()[1] == 0);
  BOOST_TEST(std::signbit(builder.values()[1]));
}

BOOST_AUTO_TEST_SUITE_END()
