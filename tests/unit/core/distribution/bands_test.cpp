#include "support/draw_bands.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/bands.hpp>
#include <toeplix/compile.hpp>
#include <toeplix/per_pixel_weights.hpp>

#include <boost/test/unit_test.hpp>

#include <vector>

// Bands of a matrix against the rows of the whole one.

BOOST_AUTO_TEST_SUITE(bands)

namespace {

using namespace toeplix::test;
using toeplix::BandNumbering;
using toeplix::Bands;
using toeplix::CapacityError;
using toeplix::GeometryError;
using toeplix::Index;
using toeplix::Pattern;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// Where a column of an off-diagonal part lies in the whole tensor.
Index column_of_rest(const BandNumbering& columns, Index process, Index column) {
  const Index size = columns.bands().size(process);
  const Index rest = columns.bands().lines() - size;
  const Index line = column / columns.line_size() % rest;
  const Index block = column / columns.line_size() / rest;
  const Index whole = line < columns.bands().begin(process) ? line : line + size;
  return (block * columns.bands().lines() + whole) * columns.line_size() +
         column % columns.line_size();
}

/// Marks every entry of a part that is the whole's; returns how many are not.
template <class ColumnOf>
int wrong_entries(const Matrix& part, const Matrix& whole, const BandNumbering& rows, Index process,
                  std::vector<char>& found, const ColumnOf& column_of) {
  int wrong = 0;
  for (Index row = 0; row < part.rows(); ++row) {
    const Index natural = rows.natural(rows.first(process) + row);
    const auto* const begin = whole.innerIndexPtr() + whole.outerIndexPtr()[natural];
    const auto* const end = whole.innerIndexPtr() + whole.outerIndexPtr()[natural + 1];
    for (Matrix::InnerIterator it(part, row); it; ++it) {
      const auto* const at = std::find(begin, end, column_of(it.col()));
      const auto place = static_cast<std::size_t>(at - whole.innerIndexPtr());
      if (at == end || whole.valuePtr()[place] != it.value() || found[place]++ != 0) ++wrong;
    }
  }
  return wrong;
}

/// Whether the columns of every row ascend.
bool ascends(const Matrix& matrix) {
  for (Index row = 0; row < matrix.rows(); ++row) {
    for (Index at = matrix.outerIndexPtr()[row] + 1; at < matrix.outerIndexPtr()[row + 1]; ++at) {
      if (matrix.innerIndexPtr()[at - 1] >= matrix.innerIndexPtr()[at]) return false;
    }
  }
  return true;
}

template <class Spec>
void check_parts(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Pattern pattern(conv);
  const auto weights = small_integers<double>(random, conv.weight_count());
  const Matrix whole = toeplix::compile(conv, weights);
  const Index processes = random.between(1, 5);
  const Bands rows = draw_bands(random, row_lines(conv), processes);
  const Bands columns = draw_bands(random, column_lines(conv), processes);
  const BandNumbering of_rows = row_numbering(conv, rows);
  const BandNumbering of_columns = column_numbering(conv, columns);
  std::vector<char> found(static_cast<std::size_t>(whole.nonZeros()));
  for (Index process = 0; process < processes; ++process) {
    const Matrix own = toeplix::compile(diagonal_part(pattern, rows, columns, process), weights);
    const Matrix rest =
        toeplix::compile(off_diagonal_part(pattern, rows, columns, process), weights);
    failures.expect(spec, "rows", own.rows() == of_rows.size(process) && rest.rows() == own.rows());
    failures.expect(
        spec, "columns",
        own.cols() == of_columns.size(process) && own.cols() + rest.cols() == whole.cols());
    failures.expect(spec, "order", ascends(own) && ascends(rest));
    const Index first = of_columns.first(process);
    const int wrong = wrong_entries(own, whole, of_rows, process, found, [&](Index column) {
      return of_columns.natural(first + column);
    });
    failures.expect(spec, "diagonal part", wrong == 0);
    const int wrong_rest = wrong_entries(rest, whole, of_rows, process, found, [&](Index column) {
      return column_of_rest(of_columns, process, column);
    });
    failures.expect(spec, "off-diagonal part", wrong_rest == 0);
  }
  failures.expect(spec, "every entry", std::ranges::count(found, 1) == std::ssize(found));
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_of_processes) {
  const Bands bands = Bands::even(10, 4);
  BOOST_TEST(bands.processes() == 4);
  BOOST_TEST(bands.lines() == 10);
  BOOST_TEST(bands.begin(1) == 3);
  BOOST_TEST(bands.end(1) == 6);
  BOOST_TEST(bands.size(3) == 2);
  BOOST_TEST(bands.owner(0) == 0);
  BOOST_TEST(bands.owner(5) == 1);
  BOOST_TEST(bands.owner(6) == 2);
  BOOST_TEST(bands.owner(9) == 3);
  BOOST_TEST((bands == Bands({3, 3, 2, 2})));
  BOOST_TEST((bands != Bands({2, 3, 3, 2})));
  const Bands some({0, 2, 0, 0, 1, 0});
  BOOST_TEST(some.owner(0) == 1);
  BOOST_TEST(some.owner(1) == 1);
  BOOST_TEST(some.owner(2) == 4);
  BOOST_TEST(Bands::even(2, 4).size(3) == 0);
}

BOOST_AUTO_TEST_CASE(numbers_of_an_image_of_two_channels) {
  // Channel 0 is 0 1 | 2 3 | 4 5, channel 1 is 6 7 | 8 9 | 10 11; process 0 has two lines.
  const toeplix::Convolution conv({.input = {3, 2}, .kernel = {1, 1}, .in_channels = 2});
  const BandNumbering numbers = column_numbering(conv, Bands({2, 1}));
  std::vector<Index> natural;
  for (Index i = 0; i < numbers.size(); ++i) {
    natural.push_back(numbers.natural(i));
    BOOST_TEST(numbers.banded(natural.back()) == i);
  }
  const std::vector<Index> expected = {0, 1, 2, 3, 6, 7, 8, 9, 4, 5, 10, 11};
  BOOST_TEST(natural == expected, boost::test_tools::per_element());
  BOOST_TEST(numbers.first(1) == 8);
  BOOST_TEST(numbers.size(1) == 4);
}

BOOST_AUTO_TEST_CASE(parts_of_random_matrices) {
  Failures failures;
  for_random_specs("parts of matrices", 400,
                   [&](const auto& spec, Random& random) { check_parts(failures, spec, random); });
}

BOOST_AUTO_TEST_CASE(numberings_of_random_tensors_are_permutations) {
  Failures failures;
  for_random_specs("numberings", 200, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    const auto bands = draw_bands(random, row_lines(conv), random.between(1, 6));
    const BandNumbering rows = row_numbering(conv, bands);
    failures.expect(spec, "size", rows.size() == conv.rows());
    for (Index i = 0; i < rows.size(); ++i) {
      failures.expect(spec, "inverse", rows.banded(rows.natural(i)) == i);
    }
    if (spec.order == toeplix::TensorOrder::channels_last || conv.out_channels() == 1) {
      for (Index i = 0; i < rows.size(); ++i) failures.expect(spec, "same", rows.natural(i) == i);
    }
  });
}

BOOST_AUTO_TEST_CASE(bands_that_do_not_fit) {
  check_throws<GeometryError>([] { Bands({}); }, "bands for 0 processes; there must be one");
  check_throws<GeometryError>([] { Bands::even(4, 0); },
                              "bands for 0 processes; there must be one");
  check_throws<GeometryError>(
      [] {
        Bands({1, -2});
      },
      "bands: process 1 has -2 lines; no band is negative");
  check_throws<GeometryError>([] { Bands::even(-4, 2); },
                              "bands: process 0 has -2 lines; no band is negative");
  constexpr Index most = std::numeric_limits<Index>::max();
  check_throws<GeometryError>(
      [] {
        Bands({most, 1});
      },
      "bands: the lines of all processes exceed 64 bits");
  check_throws<CapacityError>([] { BandNumbering(Bands({most}), 1, 2); },
                              "the numbers of 9223372036854775807 lines exceed 64 bits");
  const Pattern pattern(toeplix::Convolution({.input = {6, 2}, .kernel = {2, 1}}));
  check_throws<GeometryError>([&] { row_numbering(pattern, Bands({6})); },
                              "bands of the rows have 6 lines in all; expected 5");
  check_throws<GeometryError>([&] { column_numbering(pattern, Bands({5})); },
                              "bands of the columns have 5 lines in all; expected 6");
  check_throws<GeometryError>(
      [&] {
        diagonal_part(pattern, Bands({3, 2}), Bands({6}), 0);
      },
      "bands: rows are shared among 2 processes, columns among 1");
  check_throws<GeometryError>(
      [&] {
        off_diagonal_part(pattern, Bands({3, 2}), Bands({3, 3}), 2);
      },
      "process 2 is none of the 2 that have bands");
  check_throws<GeometryError>(
      [&] {
        diagonal_part(toeplix::detail::per_pixel(pattern), Bands({3, 2}), Bands({3, 3}), 0);
      },
      "the pattern has a kernel for every pixel; a part of a matrix takes one kernel for all "
      "pixels");
}

BOOST_AUTO_TEST_SUITE_END()
