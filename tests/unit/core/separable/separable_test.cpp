#include "support/compare.hpp"
#include "support/draw.hpp"
#include "support/failures.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/separable.hpp>

#include <boost/test/unit_test.hpp>

#include <limits>

// What every separable operator has in common: its tables, its products, its matrix.

BOOST_AUTO_TEST_SUITE(separable)

namespace {

using toeplix::AveragePool;
using toeplix::CapacityError;
using toeplix::CoefficientTable;
using toeplix::CompileOptions;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Pad;
using toeplix::Resize;
using toeplix::Separable;
using toeplix::test::check_capacity;
using toeplix::test::check_throws;
using toeplix::test::draw;
using toeplix::test::same_bits;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;

CoefficientTable small_table() {
  CoefficientTable table(3);
  table.append_row({{0, 2}, {2, 3}});
  table.append_row({{1, 5}});
  return table;
}

/// As large as it takes for several threads to have something to do.
Resize large_resize() {
  return {.input = {3, 50, 70},
          .sizes = {3, 120, 130},
          .interpolation = toeplix::Interpolation::linear};
}

/// Rows [first, last) of a matrix, cut out of it.
template <class AnyMatrix>
AnyMatrix rows_of(const AnyMatrix& matrix, Index first, Index last) {
  AnyMatrix rows = matrix.middleRows(first, last - first);
  rows.makeCompressed();
  return rows;
}

/// Checks every range of rows against the whole matrix.
template <class Scalar, class StorageIndex>
void check_all_ranges(const Separable& separable) {
  using AnyMatrix = Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>;
  const auto whole = toeplix::compile_as<AnyMatrix>(separable);
  for (Index first = 0; first <= whole.rows(); ++first) {
    for (Index last = first; last <= whole.rows(); ++last) {
      AnyMatrix rows;
      toeplix::compile_rows_into(rows, separable, first, last);
      BOOST_TEST(same_bits(rows, rows_of(whole, first, last)), first << ":" << last);
    }
  }
}

}  // namespace

// Products of small integers, so that every way to add them up gives the same.
BOOST_AUTO_TEST_CASE(apply_is_the_product_of_the_matrix) {
  CoefficientTable longer(2);
  longer.append_row({{0, 2}});
  longer.append_row({});
  longer.append_row({{0, -1}, {1, 4}});
  longer.append_row({{1, 3}});
  const auto check = [](const Separable& separable) {
    const Matrix matrix = toeplix::compile(separable);
    std::vector<double> x;
    for (Index i = 0; i < separable.cols(); ++i) x.push_back(static_cast<double>(i * i % 17 - 8));
    const Eigen::VectorXd y =
        matrix * Eigen::Map<const Eigen::VectorXd>(x.data(), static_cast<Index>(x.size()));
    const std::vector<double> expected(y.data(), y.data() + y.size());
    BOOST_TEST(toeplix::apply(separable, x) == expected, boost::test_tools::per_element());
  };
  const CoefficientTable same = CoefficientTable::identity(3);
  for (const auto& tables :
       std::vector<std::vector<CoefficientTable>>{{small_table()},
                                                  {longer},
                                                  {small_table(), longer},
                                                  {longer, small_table()},
                                                  {longer, same, small_table()},
                                                  {small_table(), longer, longer, same}}) {
    check(Separable(tables));
    check(Separable(tables).transposed());
  }
  check(AveragePool{.input = {5, 6}, .kernel = {2, 4}, .channels = 2, .stride = 2});
  check(Pad{.input = {3, 4}, .padding = 2, .boundary = toeplix::Boundary::reflect});
}

BOOST_AUTO_TEST_CASE(apply_refuses) {
  const Separable separable({small_table()});
  check_throws<GeometryError>(
      [&] { static_cast<void>(toeplix::apply(separable, std::vector<double>(2))); },
      "x has length 2; expected 3");
  check_capacity(
      [&] { return toeplix::apply(separable, std::vector<double>(3), {.memory_budget = 47}); },
      "a product of 3 numbers (48 bytes) exceeds the memory budget of 47 bytes; raise "
      "Resources::memory_budget",
      {}, 48);
  BOOST_TEST(toeplix::apply(separable, std::vector<double>(3), {.memory_budget = 48}).size() == 2);
  check_throws<toeplix::Error>(
      [&] { return toeplix::apply(separable, std::vector<double>(3), {.threads = -1}); },
      "threads -1 is negative; expected a number above 0, or 0 for the default");
}

BOOST_AUTO_TEST_CASE(a_table_sorts_adds_and_drops) {
  CoefficientTable table(4);
  table.append_row({{3, 1}, {0, 2}, {3, 4}});
  table.append_row({});
  table.append_row({{1, 2}, {2, 0}, {1, -2}, {0, 7}});
  BOOST_TEST(table.rows() == 3);
  BOOST_TEST(table.columns() == 4);
  BOOST_TEST(table.entries() == 3);
  BOOST_TEST(draw(toeplix::compile(Separable({table}))) == "2 . . 5 / . . . . / 7 . . .");
  BOOST_TEST(draw(toeplix::compile(Separable({table.transposed()}))) ==
             "2 . 7 / . . . / . . . / 5 . .");
  BOOST_TEST((table.transposed().transposed() == table));
  BOOST_TEST((CoefficientTable::identity(2).transposed() == CoefficientTable::identity(2)));
}

BOOST_AUTO_TEST_CASE(a_table_refuses) {
  CoefficientTable table(2);
  table.append_row({{1, 1}});
  const CoefficientTable before = table;
  check_throws<GeometryError>(
      [&] {
        table.append_row({{0, 1}, {2, 1}});
      },
      "row 1: input 2 is outside; there are 2 columns");
  check_throws<GeometryError>(
      [&] {
        table.append_row({{-1, 1}});
      },
      "row 1: input -1 is outside; there are 2 columns");
  check_throws<GeometryError>(
      [&] {
        table.append_row({{1, std::numeric_limits<double>::quiet_NaN()}});
      },
      "row 1: the coefficient of input 1 must be finite");
  const double infinity = std::numeric_limits<double>::infinity();
  check_throws<GeometryError>(
      [&] {
        table.append_row({{0, -infinity}});
      },
      "row 1: the coefficient of input 0 must be finite");
  // Each is finite; their sum is not.
  check_throws<GeometryError>(
      [&] {
        table.append_row({{1, 5}, {0, 1e308}, {0, 1e308}});
      },
      "row 1: the sum of the coefficients of input 0 must be finite");
  check_throws<GeometryError>([&] { table.reserve(-5, -5); },
                              "rows -5 is negative; expected a number from 0");
  check_throws<GeometryError>([&] { table.reserve(0, std::numeric_limits<Index>::min()); },
                              "taps -9223372036854775808 is negative; expected a number from 0");
  check_throws<GeometryError>([] { CoefficientTable(-1); }, "columns -1 must be at least 1");
  check_throws<CapacityError>(
      [&] { table.reserve((Index{1} << 26) + 1, 0); },
      "67108865 rows along one axis exceed the limit of 2^26 of a separable operator");
  BOOST_TEST((table == before));
  check_throws<GeometryError>([] { CoefficientTable(0); }, "columns 0 must be at least 1");
  check_throws<CapacityError>(
      [] { CoefficientTable(Index{1} << 27); },
      "134217728 columns along one axis exceed the limit of 2^26 of a separable operator");
  check_throws<GeometryError>([] { Separable(std::vector<CoefficientTable>()); },
                              "a separable operator has no tables; expected one");
  check_throws<GeometryError>(
      [] {
        Separable({CoefficientTable::identity(2), CoefficientTable(3)});
      },
      "axis 1: the table has no rows; expected at least one");
}

// They are made before a matrix is, and count by themselves: 8 bytes for a row, and one more of
// them; 16 for a tap.
BOOST_AUTO_TEST_CASE(tables_are_within_the_budget) {
  const auto check = [](const auto& spec, Index bytes) {
    BOOST_TEST(Separable(spec, {.memory_budget = bytes}).rows() == Separable(spec).rows());
    check_capacity([&] { return Separable(spec, {.memory_budget = bytes - 1}); },
                   "storing the tables of the axes (" + std::to_string(bytes) +
                       " bytes) exceeds the memory budget of " + std::to_string(bytes - 1) +
                       " bytes; raise Resources::memory_budget",
                   {}, bytes);
    check_throws<toeplix::Error>(
        [&] { return Separable(spec, {.threads = -1}); },
        "threads -1 is negative; expected a number above 0, or 0 for the default");
  };
  check(Resize{.input = {4, 3}, .sizes = {6, 3}}, (7 + 4) * 8 + (6 + 3) * 16);
  check(Resize{.input = {4}, .scales = {2}, .interpolation = toeplix::Interpolation::linear},
        9 * 8 + 16 * 16);
  check(Pad{.input = {4, 3}, .padding = 1}, (7 + 6) * 8 + (6 + 5) * 16);
  check(AveragePool{.input = {4}, .kernel = {2}, .channels = 5}, (4 + 6) * 8 + (6 + 5) * 16);
}

BOOST_AUTO_TEST_CASE(a_table_may_repeat_a_row_of_its_own) {
  CoefficientTable table(3);
  table.append_row({{0, 2}, {1, 3}, {2, 5}});
  for (int i = 0; i < 100; ++i) table.append_row(table.row(table.rows() - 1));
  for (Index row = 0; row < table.rows(); ++row) {
    BOOST_TEST(std::ranges::equal(table.row(row), table.row(0)));
  }
  BOOST_TEST(table.row(0)[2].coefficient == 5);
}

BOOST_AUTO_TEST_CASE(the_matrix_is_the_kronecker_product) {
  CoefficientTable outer(2);
  outer.append_row({{0, 1}, {1, 10}});
  outer.append_row({});
  outer.append_row({{1, 100}});
  const Separable separable({outer, small_table()});
  BOOST_TEST(separable.rows() == 6);
  BOOST_TEST(separable.cols() == 6);
  BOOST_TEST(separable.nnz() == 9);
  BOOST_TEST((separable.input() == toeplix::Extents{2, 3}));
  BOOST_TEST((separable.output() == toeplix::Extents{3, 2}));
  const std::string drawing =
      "2 . 3 20 . 30 / . 5 . . 50 . / . . . . . . / . . . . . . / . . . 200 . 300 / . . . . 500 .";
  BOOST_TEST(draw(toeplix::compile(separable)) == drawing);
  BOOST_TEST(draw(toeplix::compile_as<Eigen::SparseMatrix<float, Eigen::RowMajor>>(separable)) ==
             drawing);
  BOOST_TEST(draw(toeplix::compile<int, Eigen::ColMajor>(separable)) == drawing);
  BOOST_TEST(draw(toeplix::compile_as<Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t>>(
                 separable)) == drawing);
  BOOST_TEST(draw(toeplix::compile(separable.transposed().transposed())) == drawing);
  const std::vector<Index> before = {0, 4, 6, 6, 6, 8, 9};
  for (Index row = 0; row <= separable.rows(); ++row) {
    BOOST_TEST(separable.entries_before(row) == before[static_cast<std::size_t>(row)]);
  }
}

BOOST_AUTO_TEST_CASE(every_axis_has_its_part_in_a_value) {
  const auto number = [](double value) {
    CoefficientTable table(1);
    table.append_row({{0, value}});
    return table;
  };
  BOOST_TEST(draw(toeplix::compile(Separable({number(2), number(3), number(5), number(7)}))) ==
             "210");
}

BOOST_AUTO_TEST_CASE(the_transpose_is_the_transposed_matrix) {
  const Separable separable(large_resize());
  const Matrix matrix = toeplix::compile(separable);
  Matrix transpose = matrix.transpose();
  transpose.makeCompressed();
  BOOST_TEST(same_bits(toeplix::compile(separable.transposed()), transpose));
  const Eigen::SparseMatrix<double, Eigen::ColMajor, int> by_columns = matrix;
  BOOST_TEST(same_bits(toeplix::compile<int, Eigen::ColMajor>(separable), by_columns));
}

BOOST_AUTO_TEST_CASE(threads_do_not_matter) {
  const Separable separable(large_resize());
  const Matrix one = toeplix::compile(separable, {.threads = 1});
  BOOST_TEST(one.nonZeros() > 100'000);
  for (const int threads : {0, 2, 7}) {
    BOOST_TEST(same_bits(one, toeplix::compile(separable, {.threads = threads})));
  }
}

BOOST_AUTO_TEST_CASE(any_range_of_rows_is_a_part_of_the_matrix) {
  CoefficientTable outer(2);
  outer.append_row({{0, 1}, {1, 10}});
  outer.append_row({});
  outer.append_row({{1, 100}});
  check_all_ranges<float, int>(Separable({outer, small_table(), outer}));
  check_all_ranges<float, std::int64_t>(Separable({outer, small_table(), outer}));
  check_all_ranges<double, int>(AveragePool{.input = {5, 4}, .kernel = {3, 2}, .channels = 2});
  check_all_ranges<double, std::int64_t>(Separable(Pad{.input = {2, 3}, .padding = 2}));
  check_all_ranges<double, int>(Separable(Pad{.input = {2, 3}, .padding = 2}).transposed());
}

BOOST_AUTO_TEST_CASE(threads_do_not_matter_to_products) {
  const Separable separable(large_resize());
  for (const Separable& either : {separable, separable.transposed()}) {
    std::vector<double> x;
    for (Index i = 0; i < either.cols(); ++i) x.push_back(1 / (3 + static_cast<double>(i)));
    const std::vector<double> one = toeplix::apply(either, x, {.threads = 1});
    for (const int threads : {0, 2, 7}) {
      BOOST_TEST((toeplix::apply(either, x, {.threads = threads}) == one), threads << " threads");
    }
  }
}

BOOST_AUTO_TEST_CASE(threads_do_not_matter_to_rows) {
  const Separable separable(large_resize());
  const Index first = separable.rows() / 7;
  const Index last = separable.rows() - separable.rows() / 9;
  const Matrix part = rows_of(toeplix::compile(separable, {.threads = 1}), first, last);
  for (const int threads : {0, 1, 2, 7}) {
    const Matrix rows = toeplix::compile_rows(separable, first, last, {.threads = threads});
    BOOST_TEST(same_bits(rows, part));
  }
}

// 2^33 rows are too many for 32-bit indices, and for any memory; a thousand of them are not.
BOOST_AUTO_TEST_CASE(rows_count_for_themselves_alone) {
  const CoefficientTable axis = CoefficientTable::identity(Index{1} << 11);
  const Separable pool(AveragePool{.input = {1 << 11, 1 << 11}, .kernel = {2, 2}, .channels = 4});
  const toeplix::Resources small{.memory_budget = 100'000};
  const Index first = pool.rows() - 1000;
  const Matrix rows = toeplix::compile_rows(pool, first, pool.rows(), small);
  BOOST_TEST(rows.nonZeros() == 4000);
  BOOST_TEST(rows.coeff(999, pool.cols() - 1) == 0.25);
  const Separable wide({axis, axis, axis});
  const auto end = toeplix::compile_rows<std::int64_t>(wide, wide.rows() - 2, wide.rows(), small);
  BOOST_TEST(end.coeff(1, wide.cols() - 1) == 1);
  check_capacity(
      [&] { return toeplix::compile_rows(pool, first, pool.rows(), {.memory_budget = 1000}); },
      "a matrix of 4000 entries (52004 bytes) exceeds the memory budget of 1000 bytes; use "
      "compile_rows for a part of it, apply to multiply without the matrix, or raise "
      "Resources::memory_budget",
      4000, 52004);
}

BOOST_AUTO_TEST_CASE(rows_that_are_not_there_are_refused) {
  const Separable separable({small_table()});
  for (const auto& [first, last] : std::vector<std::pair<Index, Index>>{{-1, 1}, {0, 3}, {2, 1}}) {
    Matrix matrix = toeplix::compile(separable);
    check_throws<GeometryError>(
        [&, first = first, last = last] {
          toeplix::compile_rows_into(matrix, separable, first, last);
        },
        "rows [" + std::to_string(first) + ", " + std::to_string(last) +
            ") are not within the matrix; it has 2 rows");
    BOOST_TEST(draw(matrix) == "2 . 3 / . 5 .");
  }
}

BOOST_AUTO_TEST_CASE(an_operator_may_have_no_entries) {
  CoefficientTable nothing(2);
  nothing.append_row({});
  const Separable separable({small_table(), nothing, small_table()});
  BOOST_TEST(separable.nnz() == 0);
  BOOST_TEST(separable.entries_before(2) == 0);
  BOOST_TEST(toeplix::compile(separable).nonZeros() == 0);
  BOOST_TEST(toeplix::compile(separable).rows() == 4);
  BOOST_TEST(toeplix::compile(separable).cols() == 18);
}

BOOST_AUTO_TEST_CASE(memory_is_reused) {
  Matrix matrix = toeplix::compile(AveragePool{.input = {6}, .kernel = {2}});
  const double* const values = matrix.valuePtr();
  toeplix::compile_into(matrix, Pad{.input = {2}, .padding = 1});
  BOOST_TEST(draw(matrix) == ". . / 1 . / . 1 / . .");
  BOOST_TEST(matrix.valuePtr() == values);
  Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t> scribbled(9, 9);
  scribbled.insert(3, 4) = 5;  // not compressed
  toeplix::compile_into(scribbled, Pad{.input = {2}, .padding = 1});
  BOOST_TEST(draw(scribbled) == ". . / 1 . / . 1 / . .");
}

BOOST_AUTO_TEST_CASE(a_refused_matrix_is_unchanged) {
  Matrix matrix = toeplix::compile(Pad{.input = {2}, .padding = 1});
  const double* const values = matrix.valuePtr();
  check_capacity(
      [&] {
        toeplix::compile_into(matrix, AveragePool{.input = {6}, .kernel = {2}},
                              {.memory_budget = 100});
      },
      "a matrix of 10 entries (144 bytes) exceeds the memory budget of 100 bytes; use compile_rows "
      "for a part of it, apply to multiply without the matrix, or raise Resources::memory_budget",
      10, 144);
  BOOST_TEST(matrix.valuePtr() == values);
  BOOST_TEST(draw(matrix) == ". . / 1 . / . 1 / . .");
}

BOOST_AUTO_TEST_CASE(index_types_have_a_limit) {
  // Nothing of this size is allocated: 2^33 rows of one entry each.
  const CoefficientTable axis = CoefficientTable::identity(Index{1} << 11);
  const Separable separable({axis, axis, axis});
  check_capacity(
      [&] { return toeplix::compile_as<Eigen::SparseMatrix<float, Eigen::RowMajor>>(separable); },
      "a matrix of 8589934592 entries (103079215108 bytes) with dimensions 8589934592 "
      "and 8589934592 exceeds 32-bit indices; use compile<std::int64_t> or compile_rows",
      Index{1} << 33, 103079215108);
  check_capacity(
      [&] {
        return toeplix::compile<std::int64_t, Eigen::ColMajor>(separable, {.memory_budget = 1});
      },
      "a matrix of 8589934592 entries (206158430216 bytes) exceeds the memory budget of 1 bytes; "
      "use compile_rows for a part of it, apply to multiply without the matrix, or raise "
      "Resources::memory_budget",
      Index{1} << 33, 206158430216);
  check_throws<CapacityError>(
      [&] {
        Separable({axis, axis, axis, axis, axis, axis});
      },
      "the rows of a separable operator exceed 64 bits");
}

BOOST_AUTO_TEST_SUITE_END()
