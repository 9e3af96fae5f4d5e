#include "files/bytes/canonical.hpp"
#include "support/compare.hpp"
#include "support/format_bytes.hpp"

#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>

BOOST_AUTO_TEST_SUITE(canonical)

using format_test::message_of;
using toeplix::Index;
using toeplix::detail::check_indices;
using toeplix::detail::check_pointers;
using toeplix::detail::is_canonical;
using toeplix::detail::lines_of;
using toeplix::detail::make_canonical;
using toeplix::test::same_bits;

namespace {

/// A compressed matrix of arrays as they are, whatever they hold.
template <class M>
M from_arrays(Index rows, Index cols, const std::vector<int>& pointers,
              const std::vector<int>& indices, const std::vector<double>& values) {
  M matrix(rows, cols);
  matrix.resizeNonZeros(static_cast<Index>(values.size()));
  std::copy(pointers.begin(), pointers.end(), matrix.outerIndexPtr());
  std::copy(indices.begin(), indices.end(), matrix.innerIndexPtr());
  std::copy(values.begin(), values.end(), matrix.valuePtr());
  return matrix;
}

using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor>;

bool is_canonical_line(const std::vector<int>& indices) {
  const std::vector<double> values(indices.size(), 1);
  Rows matrix = from_arrays<Rows>(1, 9, {0, static_cast<int>(indices.size())}, indices, values);
  return is_canonical(lines_of(matrix));
}

template <class StorageIndex>
std::string pointers_failure(const std::vector<StorageIndex>& pointers, Index entries) {
  return message_of([&] { check_pointers<StorageIndex>(pointers, entries, "p"); });
}

template <class StorageIndex>
std::string indices_failure(const std::vector<StorageIndex>& indices, Index extent) {
  return message_of([&] { check_indices<StorageIndex>(indices, extent, "i"); });
}

constexpr const char* nothing = "(nothing was thrown)";

}  // namespace

BOOST_AUTO_TEST_CASE(indices_of_a_line_ascend_without_duplicates) {
  BOOST_TEST(is_canonical_line({}));
  BOOST_TEST(is_canonical_line({3}));
  BOOST_TEST(is_canonical_line({0, 3, 8}));
  BOOST_TEST(!is_canonical_line({0, 3, 3}));
  BOOST_TEST(!is_canonical_line({0, 8, 3}));
}

BOOST_AUTO_TEST_CASE(each_line_is_looked_at_by_itself) {
  Rows falling = from_arrays<Rows>(2, 9, {0, 2, 4}, {4, 5, 1, 2}, {1, 1, 1, 1});
  BOOST_TEST(is_canonical(lines_of(falling)));
  Rows last = from_arrays<Rows>(2, 9, {0, 2, 4}, {4, 5, 2, 1}, {1, 1, 1, 1});
  BOOST_TEST(!is_canonical(lines_of(last)));
}

BOOST_AUTO_TEST_CASE(a_canonical_matrix_stays) {
  Rows matrix = from_arrays<Rows>(3, 4, {0, 2, 2, 3}, {0, 3, 1}, {5, 0, 7});
  const Rows before = matrix;
  make_canonical(matrix);
  BOOST_TEST(same_bits(matrix, before));
}

BOOST_AUTO_TEST_CASE(lines_are_sorted) {
  Rows matrix = from_arrays<Rows>(2, 4, {0, 3, 5}, {2, 0, 1, 3, 0}, {1, 2, 3, 4, 5});
  make_canonical(matrix);
  BOOST_TEST(
      same_bits(matrix, from_arrays<Rows>(2, 4, {0, 3, 5}, {0, 1, 2, 0, 3}, {2, 3, 1, 5, 4})));
}

BOOST_AUTO_TEST_CASE(a_line_may_begin_where_the_one_before_ended) {
  Rows matrix = from_arrays<Rows>(2, 4, {0, 2, 4}, {2, 0, 2, 3}, {1, 2, 4, 8});
  make_canonical(matrix);
  BOOST_TEST(same_bits(matrix, from_arrays<Rows>(2, 4, {0, 2, 4}, {0, 2, 2, 3}, {2, 1, 4, 8})));
}

BOOST_AUTO_TEST_CASE(duplicates_are_added_and_later_lines_move_up) {
  Rows matrix = from_arrays<Rows>(4, 4, {0, 3, 3, 5, 6}, {1, 0, 1, 2, 2, 3}, {1, 2, 4, 8, 16, 32});
  make_canonical(matrix);
  BOOST_TEST(
      same_bits(matrix, from_arrays<Rows>(4, 4, {0, 2, 2, 3, 4}, {0, 1, 2, 3}, {2, 5, 24, 32})));
}

BOOST_AUTO_TEST_CASE(duplicates_are_added_in_the_order_they_came_in) {
  // (1e16 + 1) - 1e16 is 0 in double, and 1 in any order that ends with the 1.
  Rows matrix = from_arrays<Rows>(1, 3, {0, 4}, {1, 1, 0, 1}, {1e16, 1, 9, -1e16});
  make_canonical(matrix);
  BOOST_TEST(same_bits(matrix, from_arrays<Rows>(1, 3, {0, 2}, {0, 1}, {9, 0})));
}

BOOST_AUTO_TEST_CASE(sums_of_zero_stay_as_entries) {
  Rows matrix = from_arrays<Rows>(1, 3, {0, 2}, {1, 1}, {3, -3});
  make_canonical(matrix);
  BOOST_TEST(matrix.nonZeros() == 1);
}

BOOST_AUTO_TEST_CASE(columns_complex_values_and_wide_indices) {
  using Columns = Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t>;
  auto matrix = from_arrays<Columns>(4, 2, {0, 1, 4}, {3, 2, 0, 2}, {1, 2, 3, 4});
  make_canonical(matrix);
  BOOST_TEST(same_bits(matrix, from_arrays<Columns>(4, 2, {0, 1, 3}, {3, 0, 2}, {1, 3, 6})));
}

BOOST_AUTO_TEST_CASE(pointers_ascend_from_0_to_the_entries) {
  BOOST_TEST(pointers_failure<int>({0}, 0) == nothing);
  BOOST_TEST(pointers_failure<int>({0, 2, 2, 5}, 5) == nothing);
  BOOST_TEST(pointers_failure<int>({1, 2}, 2) == "p[0]: expected 0, got 1");
  BOOST_TEST(pointers_failure<int>({0, 2, 1, 5}, 5) == "p[2]: expected at least 2, got 1");
  BOOST_TEST(pointers_failure<std::int64_t>({0, -1, 5}, 5) == "p[1]: expected at least 0, got -1");
  BOOST_TEST(pointers_failure<std::int64_t>({0, 2, 5}, 6) == "p[2]: expected 6, got 5");
}

BOOST_AUTO_TEST_CASE(indices_lie_in_the_extent) {
  BOOST_TEST(indices_failure<int>({}, 0) == nothing);
  BOOST_TEST(indices_failure<int>({2, 0, 1}, 3) == nothing);
  BOOST_TEST(indices_failure<int>({2, 3}, 3) == "i[1]: expected an index from 0 to 2, got 3");
  BOOST_TEST(indices_failure<std::int64_t>({-1}, 3) ==
             "i[0]: expected an index from 0 to 2, got -1");
}

BOOST_AUTO_TEST_SUITE_END()
