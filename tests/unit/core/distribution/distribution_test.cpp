#include "support/draw_bands.hpp"
#include "support/failures.hpp"
#include "support/make.hpp"
#include "support/random_spec.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/distribution.hpp>

#include <boost/test/unit_test.hpp>

#include <set>
#include <vector>

// What processes have of a matrix, against its entries, one by one.

BOOST_AUTO_TEST_SUITE(distributions)

namespace {

using namespace toeplix::test;
using toeplix::BandNumbering;
using toeplix::Bands;
using toeplix::Boundary;
using toeplix::Convolution;
using toeplix::Distribution;
using toeplix::distribution;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::process_share;
using toeplix::ProcessShare;
using toeplix::TransposedConvolution;
using Matrix = Eigen::SparseMatrix<double, Eigen::RowMajor>;

/// What the entries of a matrix say of one process.
struct Seen {
  Index own = 0;
  Index rest = 0;
  std::set<Index> ghosts;
  std::set<Index> lines_read;   // of the input, of others
  std::set<Index> lines_added;  // of the output, of others
  std::set<Index> receives;
  std::set<Index> sends;
};

Index line_of(const BandNumbering& numbers, Index natural) {
  return natural / numbers.line_size() % numbers.bands().lines();
}

std::vector<Seen> seen_in(const Matrix& matrix, const BandNumbering& rows,
                          const BandNumbering& columns) {
  std::vector<Seen> seen(static_cast<std::size_t>(rows.bands().processes()));
  for (Index row = 0; row < matrix.rows(); ++row) {
    const Index process = rows.bands().owner(line_of(rows, row));
    Seen& here = seen[static_cast<std::size_t>(process)];
    for (Matrix::InnerIterator it(matrix, row); it; ++it) {
      const Index line = line_of(columns, it.col());
      const Index owner = columns.bands().owner(line);
      if (owner == process) {
        ++here.own;
        continue;
      }
      Seen& there = seen[static_cast<std::size_t>(owner)];
      ++here.rest;
      here.ghosts.insert(it.col());
      here.lines_read.insert(line);
      here.receives.insert(owner);
      there.lines_added.insert(line_of(rows, row));
      there.sends.insert(process);
    }
  }
  return seen;
}

struct Sides {
  const BandNumbering& rows;
  const BandNumbering& columns;
  Index weights;
  bool transposed;
};

ProcessShare expected_share(const Seen& seen, const Sides& sides, Index process) {
  ProcessShare share;
  share.row_lines = sides.rows.bands().size(process);
  share.column_lines = sides.columns.bands().size(process);
  share.rows = sides.rows.size(process);
  share.columns = sides.columns.size(process);
  share.diagonal_entries = seen.own;
  share.off_diagonal_entries = seen.rest;
  share.ghosts = std::ssize(seen.ghosts);
  const BandNumbering& halo = sides.transposed ? sides.rows : sides.columns;
  share.halo_lines = std::ssize(sides.transposed ? seen.lines_added : seen.lines_read);
  share.halo_numbers = share.halo_lines * halo.blocks() * halo.line_size();
  share.messages_received = std::ssize(seen.receives);
  share.messages_sent = std::ssize(seen.sends);
  const Index entries = seen.own + seen.rest;
  share.matrix_bytes_32 = 12 * entries + 8 * (share.rows + 1) + 4 * share.ghosts;
  share.matrix_bytes_64 = 16 * entries + 16 * (share.rows + 1) + 8 * share.ghosts;
  share.vector_bytes = 8 * (share.rows + share.columns);
  share.halo_bytes = 8 * share.halo_numbers;
  share.shell_bytes = 8 * (sides.weights + share.halo_numbers);
  return share;
}

constexpr Index ProcessShare::*counts[] = {&ProcessShare::row_lines,
                                           &ProcessShare::column_lines,
                                           &ProcessShare::rows,
                                           &ProcessShare::columns,
                                           &ProcessShare::diagonal_entries,
                                           &ProcessShare::off_diagonal_entries,
                                           &ProcessShare::ghosts,
                                           &ProcessShare::halo_lines,
                                           &ProcessShare::halo_numbers,
                                           &ProcessShare::messages_received,
                                           &ProcessShare::messages_sent};
constexpr std::optional<Index> ProcessShare::*bytes[] = {
    &ProcessShare::matrix_bytes_32, &ProcessShare::matrix_bytes_64, &ProcessShare::vector_bytes,
    &ProcessShare::halo_bytes, &ProcessShare::shell_bytes};

void take(Distribution& all, const ProcessShare& share) {
  for (const auto count : counts) {
    all.largest.*count = std::max(all.largest.*count, share.*count);
    all.total.*count += share.*count;
  }
  for (const auto size : bytes) {
    all.largest.*size = std::max(all.largest.*size, share.*size);
    *(all.total.*size) += *(share.*size);
  }
}

/// Names the first count that differs.
std::string difference(const ProcessShare& got, const ProcessShare& expected) {
  if (got == expected) return "";
  for (std::size_t i = 0; i < std::size(counts); ++i) {
    if (got.*counts[i] == expected.*counts[i]) continue;
    return "count " + std::to_string(i) + " is " + std::to_string(got.*counts[i]) + ", expected " +
           std::to_string(expected.*counts[i]);
  }
  return "bytes";
}

template <class Spec>
void check_shares(Failures& failures, const Spec& spec, Random& random) {
  const auto conv = make(spec);
  const Index processes = random.between(1, 6);
  const bool even = random.once_in(2);
  const Bands rows = even ? Bands::even(row_lines(conv), processes)
                          : draw_bands(random, row_lines(conv), processes);
  const Bands columns = even ? Bands::even(column_lines(conv), processes)
                             : draw_bands(random, column_lines(conv), processes);
  const std::vector<double> ones(static_cast<std::size_t>(conv.weight_count()), 1);
  const Matrix whole = toeplix::compile(conv, ones);
  // Of a matrix without entries nobody knows which lines were read.
  if (whole.nonZeros() == 0) return;
  const BandNumbering of_rows = row_numbering(conv, rows);
  const BandNumbering of_columns = column_numbering(conv, columns);
  const std::vector<Seen> seen = seen_in(whole, of_rows, of_columns);
  const Sides sides{of_rows, of_columns, conv.weight_count(),
                    std::same_as<Spec, toeplix::TransposedConvolutionSpec>};
  Distribution expected;
  expected.spec = to_string(conv.spec());
  expected.transposed = sides.transposed;
  expected.processes = processes;
  expected.weights = sides.weights;
  for (Index process = 0; process < processes; ++process) {
    const ProcessShare share =
        expected_share(seen[static_cast<std::size_t>(process)], sides, process);
    take(expected, share);
    if (share.row_lines == 0) ++expected.idle;
    failures.expect_none(spec, "process " + std::to_string(process),
                         difference(process_share(conv, rows, columns, process), share));
  }
  const Distribution got = distribution(spec, rows, columns);
  failures.expect_none(spec, "largest", difference(got.largest, expected.largest));
  failures.expect_none(spec, "total", difference(got.total, expected.total));
  failures.expect(spec, "all", got == expected);
  if (even) failures.expect(spec, "even", distribution(conv, processes) == expected);
}

/// Compares the entries of both parts with those of the patterns that have them.
template <class Conv>
void check_parts(const Conv& conv, Index processes) {
  const Pattern pattern(conv);
  const Bands rows = Bands::even(row_lines(pattern), processes);
  const Bands columns = Bands::even(column_lines(pattern), processes);
  for (Index process = 0; process < processes; ++process) {
    const ProcessShare share = process_share(pattern, rows, columns, process);
    const std::string where = to_string(conv.spec()) + ", process " + std::to_string(process);
    BOOST_TEST(share.diagonal_entries == diagonal_part(pattern, rows, columns, process).nnz(),
               where);
    BOOST_TEST(
        share.off_diagonal_entries == off_diagonal_part(pattern, rows, columns, process).nnz(),
        where);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(shares_of_random_matrices) {
  Failures failures;
  for_random_specs("distributions", 600,
                   [&](const auto& spec, Random& random) { check_shares(failures, spec, random); });
  BOOST_TEST(failures.checked() > 4000);
}

BOOST_AUTO_TEST_CASE(entries_of_larger_parts) {
  for (const Boundary boundary : {Boundary::zero, Boundary::circular, Boundary::reflect,
                                  Boundary::symmetric, Boundary::replicate}) {
    for (const Index stride : {1, 2, 3}) {
      check_parts(Convolution({.input = {503, 7},
                               .kernel = {9, 2},
                               .in_channels = 2,
                               .out_channels = 4,
                               .groups = 2,
                               .stride = stride,
                               .dilation = 3,
                               .padding = 40,
                               .boundary = boundary}),
                  7);
    }
  }
  check_parts(TransposedConvolution({.input = {300, 4}, .kernel = {5, 3}, .stride = {3, 1}}), 11);
}

BOOST_AUTO_TEST_SUITE_END()
