#include <toeplix/files/matrix_market.hpp>

#include "files/bytes/byte_source.hpp"
#include "files/bytes/canonical.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/matrix_market/assembler.hpp"
#include "files/matrix_market/entries_reader.hpp"
#include "files/matrix_market/header.hpp"
#include "reference/instantiate.hpp"

#include <string>
#include <type_traits>

namespace toeplix {
namespace {

using detail::Assembler;
using detail::ByteSource;
using detail::Entry;
using detail::MatrixMarketStart;

/// The most entries that the matrix can have: a symmetry leaves out up to half of them.
double most_entries(const MatrixMarketHeader& header) {
  const bool is_general = header.symmetry == MatrixMarketSymmetry::general;
  return (is_general ? 1.0 : 2.0) * static_cast<double>(header.entries);
}

/// Refuses values that `Scalar` cannot hold, and a matrix for which there is no room.
template <class Scalar, class StorageIndex>
void check_header(const ByteSource& source, const MatrixMarketHeader& header, bool by_rows,
                  Index budget) {
  if (std::is_floating_point_v<Scalar> && header.field == MatrixMarketField::complex) {
    throw detail::line_error(source.name(), 1, "expected real values, got complex");
  }
  const double entries = most_entries(header);
  const auto lines = static_cast<double>(by_rows ? header.rows : header.cols);
  const double bytes =
      detail::compressed_bytes(lines, entries, sizeof(Scalar), sizeof(StorageIndex)) +
      entries * static_cast<double>(sizeof(Entry<Scalar, StorageIndex>));
  detail::check_capacity<StorageIndex>(source.name(), {header.rows, header.cols, header.entries},
                                       bytes, budget);
}

template <class Matrix>
Matrix read_matrix(const ByteSource& source, const MatrixMarketReadOptions& options) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  const MatrixMarketStart start = detail::read_matrix_market_start(source);
  const MatrixMarketHeader& header = start.header;
  const bool by_rows = Matrix::IsRowMajor;
  const Index budget = detail::read_budget(options.resources.memory_budget, source.size());
  check_header<Scalar, StorageIndex>(source, header, by_rows, budget);

  detail::EntryStore<Entry<Scalar, StorageIndex>> store(
      static_cast<std::size_t>(most_entries(header)));
  const int threads = options.resources.threads;
  detail::EntriesReader<Scalar, StorageIndex> reader(source, start, by_rows, store);
  const Assembler<Scalar, StorageIndex> assembler(reader.read(threads), threads);
  detail::check_capacity<StorageIndex>(source.name(),
                                       {header.rows, header.cols, assembler.entries()}, 0, budget);
  Matrix matrix(header.rows, header.cols);
  matrix.resizeNonZeros(assembler.entries());
  assembler.fill(detail::lines_of(matrix));
  detail::make_canonical(matrix);
  return matrix;
}

}  // namespace

template <class Matrix>
Matrix read_matrix_market(const std::filesystem::path& path,
                          const MatrixMarketReadOptions& options) {
  return read_matrix<Matrix>(detail::FileSource(path), options);
}

template <class Matrix>
Matrix parse_matrix_market(std::span<const std::byte> bytes, std::string_view name,
                           const MatrixMarketReadOptions& options) {
  return read_matrix<Matrix>(detail::MemorySource(bytes, name), options);
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                         \
  template Eigen::SparseMatrix<Scalar, Order, StorageIndex> read_matrix_market(  \
      const std::filesystem::path&, const MatrixMarketReadOptions&);             \
  template Eigen::SparseMatrix<Scalar, Order, StorageIndex> parse_matrix_market( \
      std::span<const std::byte>, std::string_view, const MatrixMarketReadOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
