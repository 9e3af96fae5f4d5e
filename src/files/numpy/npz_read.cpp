#include <toeplix/files/npz.hpp>

#include "files/bytes/canonical.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/bytes/stored_values.hpp"
#include "files/numpy/npz_archive.hpp"
#include "reference/instantiate.hpp"

#include <span>
#include <string>
#include <vector>

namespace toeplix {
namespace {

using detail::check_indices;
using detail::check_pointers;
using detail::make_canonical;
using detail::NpzArchive;
using detail::NpzArray;

/// Bytes that reading takes at its peak; `scalar` and `index` are bytes of one.
double needed_bytes(const NpzHeader& header, bool by_rows, std::size_t scalar, std::size_t index) {
  const auto nnz = static_cast<double>(header.nnz);
  const auto rows = static_cast<double>(header.rows);
  const auto cols = static_cast<double>(header.cols);
  const double result = detail::compressed_bytes(by_rows ? rows : cols, nnz, scalar, index);
  if (header.format == NpzFormat::coo) return 2 * result + nnz * static_cast<double>(index);
  if ((header.format == NpzFormat::csr) == by_rows) return result;
  return result + detail::compressed_bytes(by_rows ? cols : rows, nnz, scalar, index);
}

/// Reads one array to its end, converted to `T`.
template <class T>
void read_array(const NpzArchive& archive, const std::string& name, std::span<T> values) {
  NpzArray array = archive.open(name);
  detail::check_convertible<T>(array.header.type, array.stream->name());
  detail::read_values<T>(*array.stream, detail::numbers_of(array.header), values);
  array.stream->finish();
}

template <class T>
std::span<T> span_of(T* begin, Index count) {
  return {begin, static_cast<std::size_t>(count)};
}

/// Reads `csr` into a row-major, `csc` into a column-major matrix: straight into place.
template <class Matrix>
Matrix read_compressed(const NpzArchive& archive, const std::string& name) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  const NpzHeader& header = archive.header();
  Matrix matrix(header.rows, header.cols);
  const auto pointers = span_of(matrix.outerIndexPtr(), matrix.outerSize() + 1);
  read_array<StorageIndex>(archive, "indptr", pointers);
  check_pointers<StorageIndex>(pointers, header.nnz, name + ": indptr");
  matrix.resizeNonZeros(header.nnz);
  const auto indices = span_of(matrix.innerIndexPtr(), header.nnz);
  read_array<StorageIndex>(archive, "indices", indices);
  check_indices<StorageIndex>(indices, matrix.innerSize(), name + ": indices");
  read_array<Scalar>(archive, "data", span_of(matrix.valuePtr(), header.nnz));
  make_canonical(matrix);
  return matrix;
}

/// The arrays of a `coo` file.
template <class Scalar, class StorageIndex>
struct Coordinates {
  std::vector<StorageIndex> rows;
  std::vector<StorageIndex> cols;
  std::vector<Scalar> values;
};

template <class Scalar, class StorageIndex>
Coordinates<Scalar, StorageIndex> read_coordinates(const NpzArchive& archive,
                                                   const std::string& name) {
  const NpzHeader& header = archive.header();
  const auto nnz = static_cast<std::size_t>(header.nnz);
  Coordinates<Scalar, StorageIndex> entries{
      std::vector<StorageIndex>(nnz), std::vector<StorageIndex>(nnz), std::vector<Scalar>(nnz)};
  read_array<StorageIndex>(archive, "row", entries.rows);
  read_array<StorageIndex>(archive, "col", entries.cols);
  read_array<Scalar>(archive, "data", entries.values);
  check_indices<StorageIndex>(entries.rows, header.rows, name + ": row");
  check_indices<StorageIndex>(entries.cols, header.cols, name + ": col");
  return entries;
}

/// Sorts entries into the lines of a matrix by counting.
template <class Matrix>
Matrix assemble(const NpzHeader& header,
                const Coordinates<typename Matrix::Scalar, typename Matrix::StorageIndex>& from) {
  using StorageIndex = typename Matrix::StorageIndex;
  const auto& outer = Matrix::IsRowMajor ? from.rows : from.cols;
  const auto& inner = Matrix::IsRowMajor ? from.cols : from.rows;
  Matrix matrix(header.rows, header.cols);
  matrix.resizeNonZeros(header.nnz);
  StorageIndex* pointers = matrix.outerIndexPtr();
  for (const StorageIndex line : outer) ++pointers[line + 1];
  for (Eigen::Index i = 0; i < matrix.outerSize(); ++i) pointers[i + 1] += pointers[i];
  std::vector<StorageIndex> next(pointers, pointers + matrix.outerSize());
  for (std::size_t i = 0; i < outer.size(); ++i) {
    const StorageIndex place = next[static_cast<std::size_t>(outer[i])]++;
    matrix.innerIndexPtr()[place] = inner[i];
    matrix.valuePtr()[place] = from.values[i];
  }
  make_canonical(matrix);
  return matrix;
}

template <class Matrix>
Matrix read_matrix(const detail::ByteSource& source, const NpzReadOptions& options) {
  using Scalar = typename Matrix::Scalar;
  using StorageIndex = typename Matrix::StorageIndex;
  const NpzArchive archive(source);
  const std::string& name = source.name();
  const NpzHeader& header = archive.header();
  detail::check_capacity<StorageIndex>(
      name, {header.rows, header.cols, header.nnz},
      needed_bytes(header, Matrix::IsRowMajor, sizeof(Scalar), sizeof(StorageIndex)),
      detail::read_budget(options.resources.memory_budget, source.size()));
  switch (header.format) {
    case NpzFormat::csr:
      return read_compressed<Eigen::SparseMatrix<Scalar, Eigen::RowMajor, StorageIndex>>(archive,
                                                                                         name);
    case NpzFormat::csc:
      return read_compressed<Eigen::SparseMatrix<Scalar, Eigen::ColMajor, StorageIndex>>(archive,
                                                                                         name);
    case NpzFormat::coo:
      break;
  }
  return assemble<Matrix>(header, read_coordinates<Scalar, StorageIndex>(archive, name));
}

}  // namespace

template <class Matrix>
Matrix read_npz(const std::filesystem::path& path, const NpzReadOptions& options) {
  return read_matrix<Matrix>(detail::FileSource(path), options);
}

template <class Matrix>
Matrix parse_npz(std::span<const std::byte> bytes, std::string_view name,
                 const NpzReadOptions& options) {
  return read_matrix<Matrix>(detail::MemorySource(bytes, name), options);
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                                           \
  template Eigen::SparseMatrix<Scalar, Order, StorageIndex> read_npz(const std::filesystem::path&, \
                                                                     const NpzReadOptions&);       \
  template Eigen::SparseMatrix<Scalar, Order, StorageIndex> parse_npz(                             \
      std::span<const std::byte>, std::string_view, const NpzReadOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
