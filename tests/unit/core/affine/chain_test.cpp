#include "support/failures.hpp"
#include "support/random.hpp"

#include <toeplix/affine.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(affine_chain)

namespace {

using toeplix::AffineMap;
using toeplix::CapacityError;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::test::check_throws;
using toeplix::test::Random;
using toeplix::test::small_integers;
using Map = AffineMap<double>;
using Numbers = std::vector<double>;

/// A dense map of small integers.
Map dense_map(Random& random, Index rows, Index cols, const std::string& name = "dense") {
  const Numbers numbers = small_integers<double>(random, rows * cols);
  const Eigen::MatrixXd matrix = Eigen::MatrixXd::Map(numbers.data(), rows, cols);
  return toeplix::affine_map(matrix, small_integers<double>(random, rows), {.name = name});
}

/// A chain of convolutions with biases.
toeplix::AffineChain<double> network(Random& random) {
  const toeplix::Convolution first("input=6,6 kernel=3,3 out=2 padding=1 boundary=reflect");
  const toeplix::Convolution second("input=6,6 kernel=3,3 in=2 out=2 stride=2");
  const toeplix::TransposedConvolution third("transposed input=2,2 kernel=2,2 in=2 stride=2");
  return toeplix::chain<double>(
      {toeplix::affine_map(first, small_integers<double>(random, 18), Numbers{1, 2}),
       toeplix::affine_map(second, small_integers<double>(random, 36), Numbers{3, -4}),
       toeplix::affine_map(third, small_integers<double>(random, 8), Numbers{5})});
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_first_factor_is_applied_first) {
  const Map doubled = toeplix::scale_map({2}, 0, Numbers{2, 2}, Numbers{0, 0});
  const Map raised = toeplix::scale_map({2}, 0, Numbers{1, 1}, Numbers{10, 20});
  const auto chain = toeplix::chain<double>({doubled, raised});
  BOOST_TEST((chain.apply(Numbers{1, 2}) == Eigen::Vector2d(12, 24)));
  BOOST_TEST(
      (toeplix::chain<double>({raised, doubled}).apply(Numbers{1, 2}) == Eigen::Vector2d(22, 44)));
  BOOST_TEST(chain.nnz() == 4);
  BOOST_TEST(chain.factors().size() == 2);
  BOOST_TEST((chain.compile({.name = "both"}).offset() == Eigen::Vector2d(10, 20)));
  BOOST_TEST(chain.compile({.name = "both"}).name() == "both");
  BOOST_TEST(chain.compile().name() == "scale after scale");
}

BOOST_AUTO_TEST_CASE(a_compiled_chain_is_the_chain) {
  Random random("chain");
  for (int i = 0; i < 20; ++i) {
    const auto chain = network(random);
    const Map whole = chain.compile();
    BOOST_TEST((whole.input_shape() == Extents{1, 6, 6}));
    BOOST_TEST((whole.output_shape() == Extents{1, 4, 4}));
    const Numbers x = small_integers<double>(random, chain.cols());
    const Numbers y = small_integers<double>(random, chain.rows());
    BOOST_TEST((chain.apply(x) == toeplix::apply(whole, x)));
    const Eigen::Map<const Eigen::VectorXd> seen(y.data(), chain.rows());
    for (const int threads : {1, 3}) {
      BOOST_TEST((chain.apply_transpose(y, {.threads = threads}) ==
                  Eigen::VectorXd(whole.matrix().transpose() * seen)));
    }
    const auto& factors = chain.factors();
    const Map by_hand = toeplix::compose(factors[2], toeplix::compose(factors[1], factors[0]));
    BOOST_TEST((Eigen::MatrixXd(by_hand.matrix()) == Eigen::MatrixXd(whole.matrix())));
    BOOST_TEST(by_hand.nnz() == whole.nnz());
    BOOST_TEST((by_hand.offset() == whole.offset()));
  }
}

BOOST_AUTO_TEST_CASE(products_are_associated_by_their_work) {
  Random random("association");
  const Map wide = dense_map(random, 20, 30);
  const Map square = dense_map(random, 20, 20);
  const Map flat = dense_map(random, 1, 20);
  // From the left: 1 x 20 by 20 x 20, then by 20 x 30.
  const auto narrow_end = toeplix::chain<double>({wide, square, flat});
  BOOST_TEST(narrow_end.association() == "(2 1) 0");
  BOOST_TEST(narrow_end.predicted_multiplications() == 400 + 600);
  // From the right: 20 x 20 by 20 x 1, then 30 x 20.
  const Map tall = dense_map(random, 30, 20);
  const Map thin = dense_map(random, 20, 1);
  const auto narrow_begin = toeplix::chain<double>({thin, square, tall});
  BOOST_TEST(narrow_begin.association() == "2 (1 0)");
  BOOST_TEST(narrow_begin.predicted_multiplications() == 400 + 600);
  // In the middle: (30 x 20 by 20 x 1) (1 x 20 by 20 x 20).
  const auto narrow_middle = toeplix::chain<double>({square, flat, thin, tall});
  BOOST_TEST(narrow_middle.association() == "(3 2) (1 0)");
  BOOST_TEST(narrow_middle.predicted_multiplications() == 600 + 400 + 600);
  BOOST_TEST(toeplix::chain<double>({square}).association() == "0");
  BOOST_TEST(toeplix::chain<double>({square}).predicted_multiplications() == 0);
}

BOOST_AUTO_TEST_CASE(sparse_factors_count_what_they_have) {
  // A permutation by a dense matrix is cheap, and so is the product of two permutations.
  Random random("sparse");
  const Map turn = toeplix::transpose_map<double>({4, 5}, {1, 0}).with_shapes({20}, {20});
  const Map square = dense_map(random, 20, 20);
  const auto chain = toeplix::chain<double>({square, turn, turn});
  BOOST_TEST(chain.association() == "(2 1) 0");
  BOOST_TEST(chain.predicted_multiplications() == 20 + 400);
}

BOOST_AUTO_TEST_CASE(a_chain_that_does_not_fit_is_refused_by_name) {
  Random random("refused");
  const Map first = dense_map(random, 3, 2, "first");
  const Map second = dense_map(random, 2, 4, "second");
  check_throws<GeometryError>(
      [&] {
        toeplix::chain<double>({first, second});
      },
      "'second' takes (4,), but 'first' before it gives (3,); the shapes must agree");
  check_throws<GeometryError>([] { toeplix::chain(std::vector<Map>()); },
                              "no maps to chain; expected at least one");
  const auto chain = toeplix::chain<double>({first});
  check_throws<GeometryError>([&] { chain.apply(Numbers{1}); }, "x has length 1; expected 2");
  check_throws<GeometryError>([&] { chain.apply_transpose(Numbers{1}); },
                              "y has length 1; expected 3");
}

// The product of the thin ones has 100 x 100 entries, which the budget must hold beside the result.
BOOST_AUTO_TEST_CASE(the_budget_holds_for_parts_too) {
  Random random("budget");
  const auto chain = toeplix::chain<double>(
      {dense_map(random, 100, 100), dense_map(random, 100, 100), dense_map(random, 100, 100)});
  // A result and a part: 10 000 entries of 12 bytes and 101 pointers each; to count 16 bytes for
  // each of 100 columns and 8 for 101 pointers.
  constexpr Index bytes = 2 * (120'000 + 404) + 1600 + 808;
  const auto compiled = [&](Index budget) {
    return chain.compile({.resources = {.threads = 1, .memory_budget = budget}});
  };
  BOOST_TEST(compiled(bytes).nnz() == 10'000);
  BOOST_CHECK_THROW(compiled(bytes - 1), CapacityError);
  BOOST_CHECK_THROW(compiled(1), CapacityError);
}

// A product of one entry; to find the order of the multiplications takes a mark of 8 bytes for each
// column between the factors.
BOOST_AUTO_TEST_CASE(marks_are_within_the_budget) {
  const Eigen::MatrixXd ones = Eigen::MatrixXd::Ones(1, 1000);
  const auto row = toeplix::affine_map(ones, std::vector<double>(1));
  const auto column = toeplix::affine_map(ones.transpose(), std::vector<double>(1000));
  const auto chain = toeplix::chain<double>({column, row});
  const auto compiled = [&](Index budget) {
    return chain.compile({.resources = {.threads = 1, .memory_budget = budget}});
  };
  BOOST_TEST(compiled(8000).matrix().coeff(0, 0) == 1000);
  toeplix::test::check_capacity(
      [&] { compiled(7999); },
      "following rows through 1000 columns (8000 bytes) exceeds the memory budget of 7999 bytes; "
      "apply the factors one after another, or raise Resources::memory_budget",
      {}, 8000);
}

BOOST_AUTO_TEST_SUITE_END()
