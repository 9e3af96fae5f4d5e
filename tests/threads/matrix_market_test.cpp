#include <toeplix/files/matrix_market.hpp>
#include <toeplix/toeplix.hpp>

#include "support/compare.hpp"

#include <boost/test/unit_test.hpp>

// Matrix Market files of several pieces, written and read with 1, 2 and 7 threads.

BOOST_AUTO_TEST_SUITE(matrix_market)

BOOST_AUTO_TEST_CASE(files_and_matrices_are_the_same) {
  const std::string spec = "input=60,60 kernel=9,9 padding=4 boundary=reflect";
  const toeplix::Convolution conv(toeplix::parse_convolution(spec));
  std::vector<double> weights;
  for (toeplix::Index i = 0; i < conv.weight_count(); ++i) {
    weights.push_back(1.0 / static_cast<double>(i + 3));
  }
  const auto matrix = toeplix::compile(conv, weights);
  const auto expected = toeplix::format_matrix_market(matrix, {.resources = {.threads = 1}});
  BOOST_TEST(expected.size() > 4U << 20, spec);
  for (const int threads : {2, 7}) {
    const auto text = toeplix::format_matrix_market(matrix, {.resources = {.threads = threads}});
    BOOST_TEST((text == expected), spec);
    const auto rows = toeplix::parse_matrix_market(text, spec, {.resources = {.threads = threads}});
    BOOST_TEST(toeplix::test::same_bits(rows, matrix), spec);
    const auto columns = toeplix::parse_matrix_market<Eigen::SparseMatrix<double>>(
        text, spec, {.resources = {.threads = threads}});
    BOOST_TEST(toeplix::test::same_bits(columns, Eigen::SparseMatrix<double>(matrix)), spec);
  }
}

BOOST_AUTO_TEST_SUITE_END()
