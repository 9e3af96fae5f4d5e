#include "petsc/entries.hpp"
#include "support/failures.hpp"

#include <toeplix/distribution.hpp>
#include <toeplix/halo.hpp>
#include <toeplix/petsc/matrix.hpp>

#include "petsc/shell/exchange.hpp"

#include <boost/test/unit_test.hpp>

// What `distribution` says beforehand, against what processes then have.

BOOST_AUTO_TEST_SUITE(distributions)

namespace {

using namespace toeplix::test;
namespace petsc = toeplix::petsc;
using toeplix::Bands;
using toeplix::Convolution;
using toeplix::Index;
using toeplix::Pattern;
using toeplix::ProcessShare;

Index entries_of(Mat mat) {
  MatInfo info;
  MatGetInfo(mat, MAT_LOCAL, &info);
  return static_cast<Index>(info.nz_used);
}

/// The processes that a matrix receives numbers from before a product, and sends to.
struct Neighbours {
  PetscMPIInt from = 0;
  PetscMPIInt to = 0;
};

/// Counted from the columns of others that all processes have.
Neighbours neighbours_of(const PetscInt* ghosts, Index count, Mat mat) {
  const PetscInt* ranges = nullptr;
  MatGetOwnershipRangesColumn(mat, &ranges);
  std::vector<int> reads(static_cast<std::size_t>(processes()), 0);
  for (Index i = 0; i < count; ++i) {
    const auto owner = std::upper_bound(ranges, ranges + processes() + 1, ghosts[i]) - ranges - 1;
    reads[static_cast<std::size_t>(owner)] = 1;
  }
  std::vector<int> read_by(reads.size());
  MPI_Alltoall(reads.data(), 1, MPI_INT, read_by.data(), 1, MPI_INT, PETSC_COMM_WORLD);
  return {static_cast<int>(std::ranges::count(reads, 1)),
          static_cast<int>(std::ranges::count(read_by, 1))};
}

template <class Conv>
void check_matrix(Failures& failures, const Conv& conv, const petsc::Options& options) {
  const std::vector<double> weights(static_cast<std::size_t>(conv.weight_count()), 1);
  Mat mat = petsc::matrix(PETSC_COMM_WORLD, conv, weights, options);
  const Bands rows = petsc::row_numbering(mat, conv).bands();
  const Bands columns = petsc::column_numbering(mat, conv).bands();
  const ProcessShare share = process_share(conv, rows, columns, rank());
  PetscInt local_rows = 0;
  PetscInt local_columns = 0;
  MatGetLocalSize(mat, &local_rows, &local_columns);
  failures.expect(conv.spec(), "rows", share.rows == local_rows);
  failures.expect(conv.spec(), "columns", share.columns == local_columns);
  if (processes() == 1) {
    failures.expect(conv.spec(), "entries", share.diagonal_entries == entries_of(mat));
    failures.expect(conv.spec(), "nothing of others",
                    share.off_diagonal_entries == 0 && share.ghosts == 0);
  } else {
    Mat own = nullptr;
    Mat rest = nullptr;
    const PetscInt* ghosts = nullptr;
    PetscInt ghost_count = 0;
    MatMPIAIJGetSeqAIJ(mat, &own, &rest, &ghosts);
    MatGetSize(rest, nullptr, &ghost_count);
    failures.expect(conv.spec(), "diagonal", share.diagonal_entries == entries_of(own));
    failures.expect(conv.spec(), "off-diagonal", share.off_diagonal_entries == entries_of(rest));
    failures.expect(conv.spec(), "ghosts", share.ghosts == ghost_count);
    const Neighbours neighbours = neighbours_of(ghosts, ghost_count, mat);
    // Lines are sent also if no entry is in them: a shell does not look.
    const bool sends = conv.nnz() > 0;
    failures.expect(conv.spec(), "received", !sends || share.messages_received == neighbours.from);
    failures.expect(conv.spec(), "sent", !sends || share.messages_sent == neighbours.to);
  }
  MatDestroy(&mat);
}

/// The halo that a shell has room for: lines of others, and what it copies of its own beyond edges.
Index halo_numbers(const Convolution& conv, const Bands& bands) {
  const Pattern pattern(conv);
  const auto parts = halo_parts(pattern, bands, bands, rank());
  return petsc::detail::Exchange(parts, column_numbering(pattern, bands), rank()).size();
}

}  // namespace

BOOST_AUTO_TEST_CASE(counts_of_random_matrices) {
  Failures failures;
  for_random_specs("petsc distributions", 200, [&](const auto& spec, Random& random) {
    const auto conv = make(spec);
    check_matrix(failures, conv, draw_options(random, conv));
  });
}

// The table of docs/distributed.md, with fewer pixels.
BOOST_AUTO_TEST_CASE(counts_of_an_image_and_a_volume) {
  Failures failures;
  check_matrix(failures, Convolution("input=200,160 kernel=31,31 padding=15"), {});
  check_matrix(failures, Convolution("input=40,30,20 kernel=5,5,5 padding=2"), {});
}

BOOST_AUTO_TEST_CASE(halos_of_an_image_and_a_volume) {
  for (const char* spec :
       {"input=200,160 kernel=31,31 padding=15", "input=40,30,20 kernel=5,5,5 padding=2",
        "input=120,40 kernel=9,9 in=3 out=2 padding=4", "input=64 kernel=7 padding=3"}) {
    const Convolution conv{spec};
    const Bands bands = Bands::even(row_lines(conv), processes());
    const ProcessShare share = process_share(conv, bands, bands, rank());
    BOOST_TEST(halo_numbers(conv, bands) == share.halo_numbers);
    BOOST_TEST(share.shell_bytes.value() == 8 * (conv.weight_count() + share.halo_numbers));
  }
}

BOOST_AUTO_TEST_SUITE_END()
