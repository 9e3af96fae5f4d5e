#include <toeplix/files/npz_diagonals.hpp>

#include "support/format_bytes.hpp"

#include <toeplix/convolution.hpp>
#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

// Diagonals that are written one by one are those that a matrix would hold.

BOOST_AUTO_TEST_SUITE(npz_diagonals)

namespace {

using format_test::TemporaryDirectory;
using toeplix::Convolution;
using toeplix::Diagonal;
using toeplix::Diagonals;
using toeplix::Index;
using toeplix::NpzLayout;
using Rows = Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t>;

/// `Found` is `Diagonals<double>` or `MatrixDiagonals<double>`.
template <class Found>
Rows collected(const Found& diagonals) {
  const auto& structure = diagonals.structure();
  const Index n = diagonals.size();
  std::vector<Eigen::Triplet<double, Index>> entries;
  for (const Diagonal<double>& diagonal : diagonals) {
    const Index block = diagonal.block_row * structure.block_columns() + diagonal.block_column;
    for (std::size_t i = 0; i < diagonal.rows.size(); ++i) {
      entries.emplace_back(block * n + diagonal.offset, diagonal.rows[i], diagonal.values[i]);
    }
  }
  Rows matrix(structure.block_rows() * structure.block_columns() * n, n);
  matrix.setFromTriplets(entries.begin(), entries.end());
  return matrix;
}

/// Whether the file has what the diagonals have, in both layouts.
template <class Found>
void check_written(const Found& diagonals) {
  const Rows expected = collected(diagonals);
  for (const NpzLayout layout : {NpzLayout::line_pointers, NpzLayout::coordinates}) {
    const TemporaryDirectory folder;
    const auto path = folder / "D.npz";
    const auto written = write_npz_diagonals(path, diagonals, {.layout = layout});
    BOOST_TEST(written.rows == expected.rows());
    BOOST_TEST(written.cols == expected.cols());
    BOOST_TEST(written.entries == expected.nonZeros());
    const auto read = toeplix::read_npz<Rows>(path);
    BOOST_TEST(read.rows() == expected.rows());
    BOOST_TEST(read.cols() == expected.cols());
    BOOST_TEST(read.nonZeros() == expected.nonZeros());
    BOOST_TEST((Eigen::MatrixXd(read) == Eigen::MatrixXd(expected)));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_block_and_several) {
  const Convolution conv({.input = {7, 9}, .kernel = {3, 3}, .padding = {{1, 0}, {0, 1}}});
  const std::vector<double> weights{1, 2, 0, 4, 5, 6, 0, 8, 9};
  for (const Index size : {0, 64, 100, 16, 10, 1}) {
    check_written(toeplix::diagonals(conv, weights, {.size = size}));
    check_written(toeplix::diagonals(conv, weights, {.size = size, .prune_zeros = true}));
  }
}

BOOST_AUTO_TEST_CASE(more_numbers_than_are_made_at_a_time) {
  const Convolution conv({.input = {10'000}, .kernel = {2}});
  const Diagonals<double> diagonals(conv, std::vector<double>{1, 2});
  const TemporaryDirectory folder;
  const auto path = folder / "D.npz";
  const auto written = write_npz_diagonals(path, diagonals);
  BOOST_TEST(written.entries == 2 * 9999);
  const auto read = toeplix::read_npz<Rows>(path);
  BOOST_TEST(read.row(0).sum() == 9999);
  BOOST_TEST(read.row(1).sum() == 2 * 9999);
}

BOOST_AUTO_TEST_CASE(those_of_a_matrix) {
  // With any number of diagonals up to all of them.
  for (Index count = 0; count <= 20; ++count) {
    Rows matrix(20, 20);
    for (Index offset = 0; offset < count; ++offset) {
      for (Index row = offset; row < 20; row += 3) {
        matrix.insert(row, (row + offset) % 20) = static_cast<double>(20 * offset + row + 1);
      }
    }
    const auto all = toeplix::diagonals(matrix);
    BOOST_TEST(all.count() == count);
    check_written(all);
    check_written(toeplix::diagonals(matrix, {.size = 7}));
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_left_of_what_exceeds_the_budget) {
  const Convolution conv({.input = {1000}, .kernel = {1}});
  const Diagonals<double> diagonals(conv, std::vector<double>{1},
                                    {.resources = {.memory_budget = 1000}});
  const TemporaryDirectory folder;
  const auto path = folder / "D.npz";
  BOOST_CHECK_THROW(write_npz_diagonals(path, diagonals), toeplix::CapacityError);
  BOOST_TEST(folder.entries() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
