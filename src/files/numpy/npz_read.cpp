#include <toeplix/files/npz.hpp>

#include "files/bytes/canonical.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/bytes/stored_values.hpp"
#include "files/numpy/npz_archive.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace toeplix {
namespace {

using detail::check_indices;
using detail::check_pointers;
using detail::is_canonical;
using detail::make_canonical;
using detail::NpzArchive;
using detail::NpzArray;

template <class Scalar, int Order, class StorageIndex>
using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;

/// Bytes that reading takes at its peak.
template <class Scalar, int Order, class StorageIndex>
double needed_bytes(const NpzHeader& header) {
  const auto nnz = static_cast<double>(header.nnz);
  const auto rows = static_cast<double>(header.rows);
  const auto cols = static_cast<double>(header.cols);
  const auto bytes = [nnz](double lines) {
    return detail::compressed_bytes(lines, nnz, sizeof(Scalar), sizeof(StorageIndex));
  };
  const bool by_rows = Order == Eigen::RowMajor;
  const double result = bytes(by_rows ? rows : cols);
  if (header.format == NpzFormat::coo) return 2 * result + nnz * sizeof(StorageIndex);
  if ((header.format == NpzFormat::csr) == by_rows) return result;
  return result + bytes(by_rows ? cols : rows);
}

/// Reads one array to its end, converted to `T`.
template <class T>
void read_array(const NpzArchive& archive, const std::string& name, std::span<T> values) {
  NpzArray array = archive.open(name);
  detail::check_convertible<T>(array.header, array.stream->name());
  detail::read_values<T>(*array.stream, array.header, values);
  array.stream->finish();
}

template <class T>
std::span<T> span_of(T* begin, Index count) {
  return {begin, static_cast<std::size_t>(count)};
}

/// Reads `csr` into a row-major, `csc` into a column-major matrix: straight into place.
template <class Scalar, int Order, class StorageIndex>
Matrix<Scalar, Order, StorageIndex> read_compressed(const NpzArchive& archive,
                                                    const std::string& name) {
  const NpzHeader& header = archive.header();
  Matrix<Scalar, Order, StorageIndex> matrix(header.rows, header.cols);
  const auto pointers = span_of(matrix.outerIndexPtr(), matrix.outerSize() + 1);
  read_array<StorageIndex>(archive, "indptr", pointers);
  check_pointers<StorageIndex>(pointers, header.nnz, name + ": indptr");
  matrix.resizeNonZeros(header.nnz);
  const auto indices = span_of(matrix.innerIndexPtr(), header.nnz);
  read_array<StorageIndex>(archive, "indices", indices);
  check_indices<StorageIndex>(indices, matrix.innerSize(), name + ": indices");
  read_array<Scalar>(archive, "data", span_of(matrix.valuePtr(), header.nnz));
  if (!is_canonical(matrix)) make_canonical(matrix);
  return matrix;
}

/// Sorts entries into the lines of a matrix by counting.
template <class Scalar, int Order, class StorageIndex>
Matrix<Scalar, Order, StorageIndex> read_coordinates(const NpzArchive& archive,
                                                     const std::string& name) {
  const NpzHeader& header = archive.header();
  const auto nnz = static_cast<std::size_t>(header.nnz);
  const bool by_rows = Order == Eigen::RowMajor;
  std::vector<StorageIndex> outer(nnz);
  std::vector<StorageIndex> inner(nnz);
  std::vector<Scalar> values(nnz);
  read_array<StorageIndex>(archive, "row", by_rows ? outer : inner);
  read_array<StorageIndex>(archive, "col", by_rows ? inner : outer);
  read_array<Scalar>(archive, "data", values);
  check_indices<StorageIndex>(by_rows ? outer : inner, header.rows, name + ": row");
  check_indices<StorageIndex>(by_rows ? inner : outer, header.cols, name + ": col");

  Matrix<Scalar, Order, StorageIndex> matrix(header.rows, header.cols);
  matrix.resizeNonZeros(header.nnz);
  StorageIndex* pointers = matrix.outerIndexPtr();
  for (const StorageIndex line : outer) ++pointers[line + 1];
  for (Eigen::Index i = 0; i < matrix.outerSize(); ++i) pointers[i + 1] += pointers[i];
  std::vector<StorageIndex> next(pointers, pointers + matrix.outerSize());
  for (std::size_t i = 0; i < nnz; ++i) {
    const StorageIndex place = next[static_cast<std::size_t>(outer[i])]++;
    matrix.innerIndexPtr()[place] = inner[i];
    matrix.valuePtr()[place] = values[i];
  }
  if (!is_canonical(matrix)) make_canonical(matrix);
  return matrix;
}

template <class Scalar, int Order, class StorageIndex>
Matrix<Scalar, Order, StorageIndex> read_matrix(const detail::ByteSource& source,
                                                const NpzReadOptions& options) {
  const NpzArchive archive(source);
  const std::string& name = source.name();
  const Index budget = detail::read_budget(options.resources.memory_budget, source.size());
  const NpzHeader& header = archive.header();
  detail::check_capacity<StorageIndex>(name, {header.rows, header.cols, header.nnz},
                                       needed_bytes<Scalar, Order, StorageIndex>(header), budget);
  switch (archive.header().format) {
    case NpzFormat::csr:
      return read_compressed<Scalar, Eigen::RowMajor, StorageIndex>(archive, name);
    case NpzFormat::csc:
      return read_compressed<Scalar, Eigen::ColMajor, StorageIndex>(archive, name);
    case NpzFormat::coo:
      break;
  }
  return read_coordinates<Scalar, Order, StorageIndex>(archive, name);
}

}  // namespace

template <class Scalar, int Order, class StorageIndex>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> read_npz(const std::filesystem::path& path,
                                                          const NpzReadOptions& options) {
  return read_matrix<Scalar, Order, StorageIndex>(detail::FileSource(path), options);
}

template <class Scalar, int Order, class StorageIndex>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> parse_npz(std::span<const std::byte> bytes,
                                                           std::string_view name,
                                                           const NpzReadOptions& options) {
  return read_matrix<Scalar, Order, StorageIndex>(detail::MemorySource(bytes, name), options);
}

// clang-format off
template Eigen::SparseMatrix<float, Eigen::RowMajor, int> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, int> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, int> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, int> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, int> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, int> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, int> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, int> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, int> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, int> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, int> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, int> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, int> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, int> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t> read_npz(const std::filesystem::path&, const NpzReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t> parse_npz(std::span<const std::byte>, std::string_view, const NpzReadOptions&);
// clang-format on

}  // namespace toeplix
