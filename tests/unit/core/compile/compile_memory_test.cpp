#include "core/compile/allocate.hpp"
#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"

#include <toeplix/compile.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <new>
#include <string>
#include <tuple>
#include <vector>

// What becomes of memory that is there already, and what is refused before any is asked for.

BOOST_AUTO_TEST_SUITE(compile_memory)

namespace {

using toeplix::Boundary;
using toeplix::CapacityError;
using toeplix::CompileOptions;
using toeplix::Convolution;
using toeplix::ConvolutionSpec;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::TransposedConvolution;
using toeplix::test::check_capacity;
using toeplix::test::check_throws;
using toeplix::test::draw;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;
using Numbers = std::vector<double>;

const Convolution small({.input = {4}, .kernel = {2}});   // 3 x 4, 6 entries
const Convolution larger({.input = {6}, .kernel = {3}});  // 4 x 6, 12 entries

/// Where a matrix has its three arrays.
struct Place {
  explicit Place(Matrix& matrix)
      : pointers(matrix.outerIndexPtr()),
        columns(matrix.innerIndexPtr()),
        values(matrix.valuePtr()) {}

  const int* pointers;
  const int* columns;
  const double* values;

  friend bool operator==(const Place&, const Place&) = default;
};

std::string over_budget(const std::string& what, Index budget) {
  return "a matrix of " + what + " exceeds the memory budget of " + std::to_string(budget) +
         " bytes; use compile_rows for a part of it, Operator to multiply without the matrix, or "
         "raise Resources::memory_budget";
}

std::string over_32_bits(const std::string& what) {
  return "a matrix of " + what +
         " exceeds 32-bit indices; use compile<std::int64_t>, compile_rows or Operator";
}

}  // namespace

BOOST_AUTO_TEST_CASE(compile_into_reuses_memory) {
  Matrix matrix = toeplix::compile(larger, Numbers{1, 2, 3});
  const Place place(matrix);
  toeplix::compile_into(matrix, larger, Numbers{4, 5, 6});
  BOOST_TEST(draw(matrix) == "4 5 6 . . . / . 4 5 6 . . / . . 4 5 6 . / . . . 4 5 6");
  BOOST_TEST((Place(matrix) == place));
  // Fewer entries and rows: the entries stay where they are.
  toeplix::compile_into(matrix, small, Numbers{7, 8});
  BOOST_TEST(draw(matrix) == "7 8 . . / . 7 8 . / . . 7 8");
  BOOST_TEST(matrix.innerIndexPtr() == place.columns);
  BOOST_TEST(matrix.valuePtr() == place.values);
  // And there is still room for what was there first.
  toeplix::compile_into(matrix, larger, Numbers{1, 2, 3});
  BOOST_TEST(matrix.valuePtr() == place.values);
  BOOST_TEST(draw(matrix) == "1 2 3 . . . / . 1 2 3 . . / . . 1 2 3 . / . . . 1 2 3");
}

BOOST_AUTO_TEST_CASE(compile_into_grows) {
  Matrix matrix = toeplix::compile(small, Numbers{1, 2});
  toeplix::compile_into(matrix, larger, Numbers{1, 2, 3});
  BOOST_TEST(draw(matrix) == "1 2 3 . . . / . 1 2 3 . . / . . 1 2 3 . / . . . 1 2 3");
  BOOST_TEST(toeplix::test::same_bits(matrix, toeplix::compile(larger, Numbers{1, 2, 3})));
}

BOOST_AUTO_TEST_CASE(compile_into_takes_any_matrix) {
  Matrix scribbled(9, 9);
  scribbled.insert(3, 4) = 5;  // not compressed
  toeplix::compile_into(scribbled, small, Numbers{1, 2});
  BOOST_TEST(scribbled.isCompressed());
  BOOST_TEST(draw(scribbled) == "1 2 . . / . 1 2 . / . . 1 2");
  Matrix empty;
  toeplix::compile_into(empty, small, Numbers{3, 4});
  BOOST_TEST(draw(empty) == "3 4 . . / . 3 4 . / . . 3 4");
  Eigen::SparseMatrix<double, Eigen::ColMajor, int> columns;
  toeplix::compile_into(columns, small, Numbers{1, 2});
  BOOST_TEST(draw(columns) == "1 2 . . / . 1 2 . / . . 1 2");
}

BOOST_AUTO_TEST_CASE(rows_may_reuse_memory_too) {
  Matrix matrix = toeplix::compile(larger, Numbers{1, 2, 3});
  const Place place(matrix);
  const toeplix::Pattern pattern(larger);
  toeplix::compile_rows_into(matrix, pattern, Numbers{1, 2, 3}, 1, 3);
  BOOST_TEST(draw(matrix) == ". 1 2 3 . . / . . 1 2 3 .");
  BOOST_TEST(matrix.valuePtr() == place.values);
}

BOOST_AUTO_TEST_CASE(a_refused_matrix_is_unchanged) {
  Matrix matrix = toeplix::compile(small, Numbers{1, 2});
  const Place place(matrix);
  BOOST_CHECK_THROW(toeplix::compile_into(matrix, larger, Numbers{1, 2}), GeometryError);
  BOOST_CHECK_THROW(toeplix::compile_into(matrix, larger, Numbers{1, 2, 3},
                                          {.resources = {.memory_budget = 100}}),
                    CapacityError);
  BOOST_CHECK_THROW(
      toeplix::compile_rows_into(matrix, toeplix::Pattern(larger), Numbers{1, 2, 3}, 1, 9),
      GeometryError);
  BOOST_CHECK_THROW(toeplix::recompile(matrix, larger, Numbers{1, 2, 3}), GeometryError);
  BOOST_TEST((Place(matrix) == place));
  BOOST_TEST(draw(matrix) == "1 2 . . / . 1 2 . / . . 1 2");
}

// 600 000 entries: 12 bytes each, and a pointer per row.
BOOST_AUTO_TEST_CASE(no_more_is_allocated_than_the_budget_counts) {
  const Convolution convolution({.input = {300'000}, .kernel = {2}, .padding = {{0, 1}}});
  constexpr Index entries = 599'999;
  constexpr Index bytes = entries * 12 + 300'001 * 4;
  for (const Index budget : {Index{0}, bytes, 3 * bytes}) {
    const Matrix matrix =
        toeplix::compile(convolution, Numbers{1, 2}, {.resources = {.memory_budget = budget}});
    BOOST_TEST(matrix.nonZeros() == entries);
    BOOST_TEST(matrix.data().allocatedSize() == entries);
  }
}

BOOST_AUTO_TEST_CASE(new_row_pointers_go_with_kept_memory) {
  // Fewer entries, but more rows: only the row pointers, 1.2 MB of them, have to be new.
  const Convolution few_rows({.input = {10'000}, .kernel = {60}});
  const Convolution many_rows({.input = {300'000}, .kernel = {1}});
  Matrix matrix = toeplix::compile(few_rows, Numbers(60, 1.0));
  const Place place(matrix);
  const Index room = matrix.data().allocatedSize();
  toeplix::compile_into(matrix, many_rows, Numbers{2});
  BOOST_TEST(matrix.valuePtr() == place.values);
  BOOST_TEST(matrix.data().allocatedSize() == room);
  BOOST_TEST(matrix.isCompressed());
  BOOST_TEST(toeplix::test::same_bits(matrix, toeplix::compile(many_rows, Numbers{2})));
  // And the matrix is one that Eigen may change like any other.
  matrix.coeffRef(5, 7) = 3;
  matrix.conservativeResize(400'000, 300'000);
  matrix.makeCompressed();
  BOOST_TEST(matrix.nonZeros() == 300'001);
  BOOST_TEST(matrix.coeff(5, 7) == 3);
  BOOST_TEST(matrix.coeff(299'999, 299'999) == 2);
  matrix.resize(2, 2);
  BOOST_TEST(matrix.nonZeros() == 0);
}

BOOST_AUTO_TEST_CASE(a_matrix_that_cannot_be_filled_has_no_entries) {
  Matrix matrix = toeplix::compile(small, Numbers{1, 2});
  const auto fail = [&] {
    matrix.outerIndexPtr()[1] = 99;
    throw std::bad_alloc();
  };
  BOOST_CHECK_THROW(toeplix::detail::fill_or_clear(matrix, fail), std::bad_alloc);
  BOOST_TEST(matrix.isCompressed());
  BOOST_TEST(matrix.data().size() == 0);
  BOOST_TEST(draw(matrix) == ". . . . / . . . . / . . . .");
}

BOOST_AUTO_TEST_CASE(recompile_refreshes_values_in_place) {
  Matrix matrix = toeplix::compile(small, Numbers{1, 2});
  const Place place(matrix);
  toeplix::recompile(matrix, small, Numbers{0, -5});
  BOOST_TEST(draw(matrix) == "0 -5 . . / . 0 -5 . / . . 0 -5");
  BOOST_TEST((Place(matrix) == place));
  auto columns = toeplix::compile<std::int64_t, Eigen::ColMajor>(small, Numbers{1, 2});
  toeplix::recompile(columns, small, Numbers{3, 4});
  BOOST_TEST(draw(columns) == "3 4 . . / . 3 4 . / . . 3 4");
  const TransposedConvolution up({.input = {2}, .kernel = {2}});
  Matrix transposed = toeplix::compile(up, Numbers{1, 2});
  toeplix::recompile(transposed, up, Numbers{3, 4});
  BOOST_TEST(draw(transposed) == "3 . / 4 3 / . 4");
}

BOOST_AUTO_TEST_CASE(recompile_refreshes_arrays_of_somebody_else) {
  const auto view = [](auto& matrix) {
    return Eigen::Map<std::remove_reference_t<decltype(matrix)>>(
        matrix.rows(), matrix.cols(), matrix.nonZeros(), matrix.outerIndexPtr(),
        matrix.innerIndexPtr(), matrix.valuePtr());
  };
  const Numbers other = {3, 4}, three = {1, 2, 3};
  auto matrix = toeplix::compile(small, Numbers{1, 2});
  auto rows = view(matrix);
  toeplix::recompile(rows, toeplix::Pattern(small), std::span(other));
  BOOST_TEST(draw(matrix) == draw(toeplix::compile(small, other)));
  auto by_columns = toeplix::compile<std::int64_t, Eigen::ColMajor>(small, Numbers{1, 2});
  auto columns = view(by_columns);
  toeplix::recompile(columns, toeplix::Pattern(small), std::span(other));
  BOOST_TEST(draw(by_columns) == draw(matrix));
  check_throws<GeometryError>(
      [&] { toeplix::recompile(rows, toeplix::Pattern(larger), std::span(three)); },
      "recompile: the matrix has dimensions 3 and 4; expected 4 and 6");
}

BOOST_AUTO_TEST_CASE(recompile_refuses_matrices_of_another_geometry) {
  const std::string elsewhere =
      "recompile: the matrix was not compiled from this geometry (its entries lie elsewhere); use "
      "compile_into";
  Matrix matrix = toeplix::compile(small, Numbers{1, 2});
  check_throws<GeometryError>(
      [&] {
        toeplix::recompile(matrix, larger, Numbers{1, 2, 3});
      },
      "recompile: the matrix has dimensions 3 and 4; expected 4 and 6");
  check_throws<GeometryError>([&] { toeplix::recompile(matrix, small, Numbers{1}); },
                              "weights has length 1; expected 2");
  // The same size and other row lengths.
  const Convolution cut({.input = {4}, .kernel = {3}, .padding = {{1, 0}}});
  check_throws<GeometryError>(
      [&] {
        toeplix::recompile(matrix, cut, Numbers{1, 2, 3});
      },
      elsewhere);
  // The same row lengths and other columns.
  ConvolutionSpec circular = {
      .input = {4}, .kernel = {2}, .padding = {{1, 0}}, .boundary = Boundary::circular};
  Matrix shifted = toeplix::compile(Convolution(circular), Numbers{1, 2});
  circular.padding = {{0, 1}};
  check_throws<GeometryError>(
      [&] {
        toeplix::recompile(shifted, Convolution(circular), Numbers{1, 2});
      },
      elsewhere);
  Matrix pruned = toeplix::compile(small, Numbers{0, 2}, {.prune_zero_weights = true});
  check_throws<GeometryError>([&] { toeplix::recompile(pruned, small, Numbers{1, 2}); }, elsewhere);
  Matrix uncompressed = toeplix::compile(small, Numbers{1, 2});
  uncompressed.uncompress();
  check_throws<GeometryError>(
      [&] {
        toeplix::recompile(uncompressed, small, Numbers{1, 2});
      },
      elsewhere);
  // Pointers that are right in every row but the one whose columns are looked at: it has none.
  const Convolution sparse({.input = {86}, .kernel = {1}, .padding = {{0, 14}}});
  Matrix early(100, 86);
  early.resizeNonZeros(86);
  for (int row = 0; row <= 100; ++row) early.outerIndexPtr()[row] = row < 84 ? row : 86;
  for (int entry = 0; entry < 86; ++entry) early.innerIndexPtr()[entry] = entry;
  check_throws<GeometryError>([&] { toeplix::recompile(early, sparse, Numbers{1}); }, elsewhere);
  Matrix empty;
  check_throws<GeometryError>(
      [&] {
        toeplix::recompile(empty, small, Numbers{1, 2});
      },
      "recompile: the matrix has dimensions 0 and 0; expected 3 and 4");
}

// Only a sample of the rows is compared, but these two are in it.
BOOST_AUTO_TEST_CASE(recompile_looks_at_the_first_and_the_last_row) {
  const Convolution convolution({.input = {1000}, .kernel = {1}});
  for (const int row : {0, 999}) {
    Matrix matrix = toeplix::compile(convolution, Numbers{1});
    matrix.innerIndexPtr()[row] = 500;
    BOOST_CHECK_THROW(toeplix::recompile(matrix, convolution, Numbers{1}), GeometryError);
  }
}

BOOST_AUTO_TEST_CASE(recompile_looks_at_every_pointer_of_a_small_matrix) {
  const Convolution convolution({.input = {20}, .kernel = {1}});
  for (int row = 1; row < 20; ++row) {
    Matrix matrix = toeplix::compile(convolution, Numbers{1});
    ++matrix.outerIndexPtr()[row];
    BOOST_CHECK_THROW(toeplix::recompile(matrix, convolution, Numbers{1}), GeometryError);
  }
}

BOOST_AUTO_TEST_CASE(prune_leaves_out_zeros_alone) {
  const CompileOptions prune = {.prune_zero_weights = true};
  const Convolution convolution({.input = {5}, .kernel = {3}});
  BOOST_TEST(draw(toeplix::compile(convolution, Numbers{1, 0, 2}, prune)) ==
             "1 . 2 . . / . 1 . 2 . / . . 1 . 2");
  BOOST_TEST(draw(toeplix::compile<int, Eigen::ColMajor>(
                 convolution, Numbers{0, -0.0, 2}, prune)) == ". . 2 . . / . . . 2 . / . . . . 2");
  BOOST_TEST(draw(toeplix::compile<std::int64_t>(convolution, Numbers{0, 3, 0}, prune)) ==
             ". 3 . . . / . . 3 . . / . . . 3 .");
  BOOST_TEST(draw(toeplix::compile_rows(convolution, Numbers{1, 0, 2}, 1, 2, prune)) ==
             ". 1 . 2 .");
  const Matrix nothing = toeplix::compile(convolution, Numbers{0, 0, 0}, prune);
  BOOST_TEST(nothing.nonZeros() == 0);
  BOOST_TEST(draw(nothing) == ". . . . . / . . . . . / . . . . .");
  const TransposedConvolution up({.input = {2}, .kernel = {2}, .stride = 2});
  BOOST_TEST(draw(toeplix::compile(up, Numbers{0, 5}, prune)) == ". . / 5 . / . . / . 5");
}

// The first row is one: the room for its values has no address yet.
BOOST_AUTO_TEST_CASE(prune_passes_rows_without_taps) {
  const CompileOptions prune = {.prune_zero_weights = true};
  const Convolution convolution({.input = {1},
                                 .kernel = {1},
                                 .in_channels = 2,
                                 .stride = 2,
                                 .padding = 2,
                                 .order = toeplix::TensorOrder::channels_last});
  BOOST_TEST(draw(toeplix::compile(convolution, Numbers{3, 4}, prune)) == ". . / 3 4 / . .");
}

BOOST_AUTO_TEST_CASE(prune_looks_at_sums) {
  const CompileOptions prune = {.prune_zero_weights = true};
  const Convolution folding(
      {.input = {2}, .kernel = {2}, .padding = {{1, 0}}, .boundary = Boundary::symmetric});
  BOOST_TEST(draw(toeplix::compile(folding, Numbers{1, -1}, prune)) == ". . / 1 -1");
  BOOST_TEST(draw(toeplix::compile(folding, Numbers{0, 3}, prune)) == "3 . / . 3");
  using Complex = std::complex<double>;
  const std::vector<Complex> imaginary = {{0, 1}, {0, 0}};
  BOOST_TEST(draw(toeplix::compile(folding, imaginary, prune)) == "(0,1) . / (0,1) .");
}

BOOST_AUTO_TEST_CASE(budget_counts_what_would_be_allocated) {
  // 12 entries of 12 bytes and 5 row pointers of 4.
  BOOST_TEST(larger.bytes<double>() == 164);
  BOOST_TEST(toeplix::compile(larger, Numbers{1, 2, 3}, {.resources = {.memory_budget = 164}})
                 .nonZeros() == 12);
  check_capacity(
      [&] {
        return toeplix::compile(larger, Numbers{1, 2, 3}, {.resources = {.memory_budget = 163}});
      },
      over_budget("12 entries (164 bytes)", 163), 12, 164);
  check_capacity(
      [&] {
        return toeplix::compile<std::int64_t>(larger, Numbers{1, 2, 3},
                                              {.resources = {.memory_budget = 231}});
      },
      over_budget("12 entries (232 bytes)", 231), 12, 232);
  // Columns are counted for a column-major matrix: 7 pointers.
  check_capacity(
      [&] {
        return toeplix::compile<int, Eigen::ColMajor>(larger, Numbers{1, 2, 3},
                                                      {.resources = {.memory_budget = 171}});
      },
      over_budget("12 entries (172 bytes)", 171), 12, 172);
  // One row: 3 entries and 2 pointers.
  check_capacity(
      [&] {
        return toeplix::compile_rows(larger, Numbers{1, 2, 3}, 0, 1,
                                     {.resources = {.memory_budget = 43}});
      },
      over_budget("3 entries (44 bytes)", 43), 3, 44);
  // A pruned matrix is counted after pruning: 4 entries.
  const CompileOptions prune = {.prune_zero_weights = true, .resources = {.memory_budget = 67}};
  check_capacity(
      [&] {
        return toeplix::compile(larger, Numbers{1, 0, 0}, prune);
      },
      over_budget("4 entries (68 bytes)", 67), 4, 68);
}

BOOST_AUTO_TEST_CASE(budget_does_not_count_memory_that_is_reused) {
  Matrix matrix = toeplix::compile(larger, Numbers{1, 2, 3});
  toeplix::compile_into(matrix, larger, Numbers{4, 5, 6}, {.resources = {.memory_budget = 1}});
  BOOST_TEST(matrix.valuePtr()[0] == 4);
  // The 4 row pointers of a smaller matrix are new, its entries are not.
  toeplix::compile_into(matrix, small, Numbers{7, 8}, {.resources = {.memory_budget = 16}});
  BOOST_TEST(matrix.valuePtr()[0] == 7);
}

// 32766^2 rows of 9 entries: 9662496804 entries of 8 bytes, and 4 for each row pointer.
const ConvolutionSpec huge_image = {.input = {32768, 32768}, .kernel = {3, 3}};

BOOST_AUTO_TEST_CASE(refuses_more_entries_than_the_index_type_numbers) {
  const Convolution convolution(huge_image);
  const std::vector<float> weights(9, 1);
  check_capacity([&] { return toeplix::compile(convolution, weights); },
                 over_32_bits("9662496804 entries (81594417460 bytes) with dimensions 1073610756 "
                              "and 1073741824"),
                 9662496804, 81594417460);
  // All of it fits 64-bit indices, but not the budget.
  check_capacity(
      [&] {
        return toeplix::compile<std::int64_t>(convolution, weights,
                                              {.resources = {.memory_budget = 1000}});
      },
      over_budget("9662496804 entries (124538847704 bytes)", 1000), 9662496804, 124538847704);
}

BOOST_AUTO_TEST_CASE(refuses_dimensions_that_the_index_type_does_not_number) {
  // Few entries in many columns; many rows; and exactly as many columns as there are numbers.
  const Convolution wide({.input = {1 << 16, 1 << 16}, .kernel = {1, 1}, .stride = 1 << 16});
  const Numbers weights = {1};
  check_capacity([&] { return toeplix::compile(wide, weights); },
                 over_32_bits("1 entries (20 bytes) with dimensions 1 and 4294967296"), 1, 20);
  BOOST_TEST(toeplix::compile<std::int64_t>(wide, weights).nonZeros() == 1);
  const TransposedConvolution tall(
      {.input = {1, 1}, .kernel = {1, 1}, .padding = {{0, -65535}, {0, -65535}}});
  check_capacity([&] { return toeplix::compile(tall, weights); },
                 over_32_bits("1 entries (17179869200 bytes) with dimensions 4294967296 and 1"), 1,
                 17179869200);
  const Index most = (Index{1} << 31) - 1;
  const Convolution widest({.input = {most}, .kernel = {1}, .stride = most});
  BOOST_TEST(toeplix::compile(widest, weights).cols() == most);
}

BOOST_AUTO_TEST_CASE(refuses_what_no_machine_has) {
  // 2^50 entries of 16 bytes, and 2^40 + 1 row pointers.
  const Convolution convolution(
      {.input = {1 << 20, 1 << 20}, .kernel = {1, 1}, .in_channels = 1 << 10, .groups = 1});
  const Numbers weights(1 << 10);
  const Index entries = Index{1} << 50;
  const Index bytes = entries * 16 + ((Index{1} << 40) + 1) * 8;
  BOOST_CHECK_EXCEPTION(toeplix::compile<std::int64_t>(convolution, weights), CapacityError,
                        [&](const CapacityError& error) {
                          BOOST_TEST(error.entries().value() == entries);
                          BOOST_TEST(error.bytes().value() == bytes);
                          return true;
                        });
}

// Pruning counts before it knows how many entries there are.
BOOST_AUTO_TEST_CASE(prune_refuses_before_it_counts) {
  const Convolution huge({.input = {1 << 20, 1 << 20}, .kernel = {1, 1}});
  BOOST_CHECK_THROW(toeplix::compile<std::int64_t>(huge, Numbers{1}, {.prune_zero_weights = true}),
                    CapacityError);
  BOOST_CHECK_THROW(toeplix::compile(huge, Numbers{1}, {.prune_zero_weights = true}),
                    CapacityError);
  const Convolution few({.input = {9}, .kernel = {1}});
  check_capacity(
      [&] {
        return toeplix::compile(few, Numbers{0},
                                {.prune_zero_weights = true, .resources = {.memory_budget = 79}});
      },
      "counting the entries of 9 rows (80 bytes) exceeds the memory budget of 79 bytes; use "
      "compile_rows for a part of it, Operator to multiply without the matrix, or raise "
      "Resources::memory_budget",
      std::nullopt, 80);
  BOOST_TEST(toeplix::compile(few, Numbers{0},
                              {.prune_zero_weights = true, .resources = {.memory_budget = 80}})
                 .nonZeros() == 0);
}

BOOST_AUTO_TEST_CASE(refuses_bytes_beyond_64_bits) {
  const Convolution convolution({.input = {1 << 20, 1 << 20},
                                 .kernel = {1, 1},
                                 .in_channels = 1 << 10,
                                 .out_channels = 1 << 10});
  const Numbers weights(1 << 20);
  check_capacity(
      [&] {
        return toeplix::compile<std::int64_t>(convolution, weights,
                                              {.resources = {.memory_budget = 9}});
      },
      over_budget("1152921504606846976 entries (over 2^63 bytes)", 9), Index{1} << 60,
      std::nullopt);
}

// Row r is the window at (r / 32766, r % 32766).
BOOST_AUTO_TEST_CASE(rows_of_a_matrix_that_nobody_could_hold) {
  const Convolution convolution(huge_image);
  const std::vector<float> weights = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  const Index first = Index{1000} * 32766 * 32 + 32764;  // over the end of an image row
  const auto rows = toeplix::compile_rows(convolution, weights, first, first + 4);
  BOOST_TEST(rows.rows() == 4);
  BOOST_TEST(rows.cols() == Index{32768} * 32768);
  for (int row = 0; row < 4; ++row) {
    const Index y = (first + row) / 32766;
    const Index x = (first + row) % 32766;
    BOOST_TEST(rows.outerIndexPtr()[row + 1] == 9 * (row + 1));
    for (int k = 0; k < 9; ++k) {
      BOOST_TEST(rows.innerIndexPtr()[9 * row + k] == (y + k / 3) * 32768 + x + k % 3);
      BOOST_TEST(rows.valuePtr()[9 * row + k] == static_cast<float>(k + 1));
    }
  }
}

BOOST_AUTO_TEST_CASE(budget_counts_the_row_pointers_of_a_reused_matrix) {
  // A matrix of 3 rows in the memory of 4, and one of 5: pointers are new, the entries are not.
  const Convolution taller({.input = {5}, .kernel = {2}, .padding = {{0, 1}}});  // 5 x 5, 9 entries
  for (const auto& [conv, entries, bytes] :
       {std::tuple(small, Index{6}, Index{16}), {taller, Index{9}, Index{24}}}) {
    Matrix matrix = toeplix::compile(larger, Numbers{1, 2, 3});
    check_capacity(
        [&, &conv = conv, bytes = bytes] {
          toeplix::compile_into(matrix, conv, Numbers{7, 8},
                                {.resources = {.memory_budget = bytes - 1}});
        },
        over_budget(toeplix::test::concatenate(entries, " entries (", bytes, " bytes)"), bytes - 1),
        entries, bytes);
    BOOST_TEST(matrix.rows() == 4);
    toeplix::compile_into(matrix, conv, Numbers{7, 8}, {.resources = {.memory_budget = bytes}});
    BOOST_TEST(toeplix::test::same_bits(matrix, toeplix::compile(conv, Numbers{7, 8})));
  }
}

// Row pointers are one more than there are rows.
BOOST_AUTO_TEST_CASE(the_most_that_an_index_type_numbers) {
  const toeplix::detail::RoomAdvice advice = {.narrow_index = "think again", .memory = ""};
  const Index most = (Index{1} << 31) - 1;
  const auto check = [&](Index entries, Index outer, Index inner) {
    toeplix::detail::check_index_type<Matrix>({entries, outer, inner}, advice);
  };
  BOOST_CHECK_NO_THROW(check(most, most - 1, most));
  check_capacity(
      [&] { check(0, most, 1); },
      "a matrix of 0 entries (8589934592 bytes) with dimensions 2147483647 and 1 exceeds "
      "32-bit indices; think again",
      0, 8589934592);
  BOOST_CHECK_THROW(check(most + 1, 1, 1), CapacityError);
  BOOST_CHECK_THROW(check(0, 1, most + 1), CapacityError);
}

BOOST_AUTO_TEST_CASE(rows_of_a_matrix_whose_entries_nobody_can_count) {
  // 2^62 rows of 4 entries.
  const Convolution convolution(
      {.input = {1 << 30, 1 << 30}, .kernel = {1, 1}, .in_channels = 4, .out_channels = 4});
  check_capacity(
      [&] { return toeplix::compile_rows<std::int64_t>(convolution, Numbers(16), 0, 1); },
      "the entries of a 4611686018427387904 x 4611686018427387904 matrix exceed 64 bits");
}

BOOST_AUTO_TEST_SUITE_END()
