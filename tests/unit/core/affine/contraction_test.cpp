#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"
#include "support/random.hpp"

#include <toeplix/contraction.hpp>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(contraction)

namespace {

using toeplix::CapacityError;
using toeplix::Contraction;
using toeplix::ContractionSpec;
using toeplix::Extents;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::test::check_throws;
using toeplix::test::draw;
using Numbers = std::vector<double>;

const Numbers one = {1};

}  // namespace

BOOST_AUTO_TEST_CASE(steps_select_permute_and_repeat) {
  const auto drawn = [](const ContractionSpec& spec) {
    return draw(toeplix::affine_map(spec, one).matrix());
  };
  BOOST_TEST(drawn({.input = {3}, .output = {{3, -1}}, .input_start = 2}) ==
             ". . 1 / . 1 . / 1 . .");
  BOOST_TEST(drawn({.input = {2, 2}, .output = {{2, 1}, {2, 2}}}) ==
             "1 . . . / . . 1 . / . 1 . . / . . . 1");
  BOOST_TEST(drawn({.input = {2}, .output = {{2, 0}, {2, 1}}}) == "1 . / . 1 / 1 . / . 1");
  BOOST_TEST(drawn({.input = {4}, .output = {{2, 2}}, .input_start = 1}) == ". 1 . . / . . . 1");
}

BOOST_AUTO_TEST_CASE(a_tensor_without_axes_has_one_element) {
  const auto map = toeplix::affine_map(ContractionSpec{.input = {}}, Numbers{5});
  BOOST_TEST(draw(map.matrix()) == "5");
  BOOST_TEST((map.output_shape() == Extents{}));
  BOOST_TEST((map.input_shape() == Extents{}));
}

BOOST_AUTO_TEST_CASE(summed_axes_are_products_with_dense_matrices) {
  const Contraction product(
      {.input = {2, 3}, .output = {{2, 3, 0}, {2, 0, 1}}, .summed = {{3, 1, 2}}, .weights = 6});
  const auto map = toeplix::affine_map(product, Numbers{1, 2, 3, 4, 5, 6}, {.name = "xW"});
  BOOST_TEST(draw(map.matrix()) == "1 3 5 . . . / 2 4 6 . . . / . . . 1 3 5 / . . . 2 4 6");
  BOOST_TEST(product.nnz() == 12);
  BOOST_TEST(map.name() == "xW");
  BOOST_TEST((map.input_shape() == Extents{2, 3}));
  BOOST_TEST((map.output_shape() == Extents{2, 2}));
}

BOOST_AUTO_TEST_CASE(several_axes_are_summed_in_the_order_of_memory) {
  const Contraction sums({.input = {2, 2, 2}, .output = {{2, 2, 0}}, .summed = {{2, 4}, {2, 1}}});
  BOOST_TEST(draw(toeplix::affine_map(sums, one).matrix()) == "1 1 . . 1 1 . . / . . 1 1 . . 1 1");
}

BOOST_AUTO_TEST_CASE(any_range_of_rows_is_a_part_of_the_whole) {
  const Contraction product(
      {.input = {2, 3}, .output = {{2, 3, 0}, {2, 0, 1}}, .summed = {{3, 1, 2}}, .weights = 6});
  const std::vector<float> weights = {1, 2, 0, 4, 5, 6};
  const auto whole = toeplix::affine_map<std::int64_t>(product, weights).matrix();
  for (Index first = 0; first <= 4; ++first) {
    for (Index last = first; last <= 4; ++last) {
      const auto rows = toeplix::compile_rows<std::int64_t>(product, weights, first, last);
      const Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t> expected =
          whole.middleRows(first, last - first);
      BOOST_TEST(toeplix::test::same_bits(rows, expected));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_leads_outside_is_refused) {
  const auto refuse = [](const ContractionSpec& spec, const char* message) {
    check_throws<GeometryError>([&] { Contraction{spec}; }, message);
  };
  refuse({.input = {3}, .output = {{4, 1}}}, "a contraction reads elements 0 to 3 of 3");
  refuse({.input = {3}, .output = {{3, -1}}, .input_start = 1},
         "a contraction reads elements -1 to 1 of 3");
  refuse({.input = {3}, .output = {{3, 1, 1}}, .weights = 2},
         "a contraction reads weights 0 to 2 of 2");
  refuse({.input = {3}, .output = {{0, 1}}},
         "an output axis of a contraction has the extent 0; it must be at least 1");
  refuse({.input = {3}, .summed = {{-1, 1}}},
         "a summed axis of a contraction has the extent -1; it must be at least 1");
  refuse({.input = {0}}, "the input of a contraction (0,) has the extent 0; it must be at least 1");
  refuse({.input = {6}, .summed = {{3, 1}, {2, 2}}},
         "summed axis 0 of a contraction has the input step 1; it must be above 2, the reach of "
         "those behind it");
  refuse({.input = {6}, .summed = {{2, 0}}},
         "summed axis 0 of a contraction has the input step 0; it must be above 0, the reach of "
         "those behind it");
  refuse({.input = {3}, .output = {{Index{1} << 62, Index{1} << 62}}},
         "a contraction reads elements 0 to beyond 64 bits of 3");
}

BOOST_AUTO_TEST_CASE(sizes_weights_and_rows_are_checked) {
  const Contraction two({.input = {2}, .output = {{2, 1}}});
  check_throws<GeometryError>(
      [&] {
        toeplix::affine_map(two, Numbers{1, 2});
      },
      "weights has length 2; expected 1");
  check_throws<GeometryError>([&] { toeplix::compile_rows(two, one, 1, 3); },
                              "rows 1 to 3 are not within the 2 rows");
  check_throws<CapacityError>(
      [] {
        Contraction({.input = {1}, .output = {{Index{1} << 40}, {Index{1} << 40}}});
      },
      "a contraction has more coordinates than 64 bits count");
  check_throws<CapacityError>(
      [] {
        Contraction({.input = {Index{1} << 40},
                     .output = {{Index{1} << 40}},
                     .summed = {{Index{1} << 40, 1}}});
      },
      "a contraction has more entries than 64 bits count");
  const Contraction wide({.input = {Index{1} << 32}, .output = {{2, 1}}});
  check_throws<CapacityError>([&] { toeplix::affine_map(wide, one); },
                              "a matrix of 2 entries (36 bytes) with dimensions 2 and 4294967296 "
                              "exceeds 32-bit indices; use 64-bit indices");
  check_throws<CapacityError>(
      [&] { toeplix::affine_map<std::int64_t>(two, one, {.resources = {.memory_budget = 8}}); },
      "a matrix of 2 entries (56 bytes) exceeds the memory budget of 8 bytes; compile some of its "
      "rows at a time, or raise Resources::memory_budget");
}

BOOST_AUTO_TEST_CASE(threads_change_no_bit) {
  const Index side = 300;
  const Contraction product({.input = {side},
                             .output = {{side, 0, side}},
                             .summed = {{side, 1, 1}},
                             .weights = side * side});
  Numbers weights;
  for (Index i = 0; i < side * side; ++i) weights.push_back(static_cast<double>(i));
  const auto with = [&](int threads) {
    return toeplix::affine_map(product, weights, {.resources = {.threads = threads}}).matrix();
  };
  BOOST_TEST(toeplix::test::same_bits(with(1), with(7)));
  BOOST_TEST(with(7).coeff(299, 298) == 299 * 300 + 298);
}

BOOST_AUTO_TEST_SUITE_END()
