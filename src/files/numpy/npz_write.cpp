#include <toeplix/files/npz.hpp>

#include "files/bytes/number_types.hpp"
#include "files/bytes/sparse_lines.hpp"
#include "files/numpy/npy_header.hpp"
#include "files/numpy/zip_writer.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <array>

namespace toeplix {
namespace {

using detail::SparseLines;
using detail::ZipMethod;
using detail::ZipWriter;

/// Numbers that are appended at a time if they have to be made.
constexpr std::size_t block_numbers = 4096;

/// Numbers or characters that lie together.
template <class Range>
void append(ZipWriter& zip, const Range& range) {
  zip.append(std::as_bytes(std::span(range)));
}

template <class T>
std::string descriptor_of() {
  return detail::npy_descriptor(detail::number_type_of<T>());
}

/// Writes an array whose values `append_values` appends.
template <class AppendValues>
void write_array(ZipWriter& zip, ZipMethod method, const std::string& name,
                 std::string_view descriptor, const Extents& shape, AppendValues append_values) {
  zip.begin(name + ".npy", method);
  append(zip, detail::format_npy_header(descriptor, shape));
  append_values();
  zip.end();
}

/// The pointers that the matrix has, or would have if it were compressed.
template <class Scalar, class StorageIndex>
void append_pointers(ZipWriter& zip, const SparseLines<Scalar, StorageIndex>& matrix) {
  StorageIndex pointer = 0;
  std::vector<StorageIndex> block{pointer};
  for (Index line = 0; line < matrix.count(); ++line) {
    pointer += static_cast<StorageIndex>(matrix.length(line));
    block.push_back(pointer);
    if (block.size() < block_numbers) continue;
    append(zip, block);
    block.clear();
  }
  append(zip, block);
}

/// The line of every entry.
template <class Scalar, class StorageIndex>
void append_line_numbers(ZipWriter& zip, const SparseLines<Scalar, StorageIndex>& matrix) {
  std::vector<StorageIndex> block;
  for (Index line = 0; line < matrix.count(); ++line) {
    for (Index left = matrix.length(line); left > 0;) {
      const Index count = std::min(left, static_cast<Index>(block_numbers - block.size()));
      block.insert(block.end(), static_cast<std::size_t>(count), static_cast<StorageIndex>(line));
      left -= count;
      if (block.size() < block_numbers) continue;
      append(zip, block);
      block.clear();
    }
  }
  append(zip, block);
}

/// Calls `action(begin, count)` for runs of entries that lie together, in order: one run if the
/// matrix is compressed, else one per line.
template <class Scalar, class StorageIndex, class Action>
void for_each_run(const SparseLines<Scalar, StorageIndex>& matrix, Action action) {
  if (matrix.is_compressed()) return action(Index{0}, matrix.entries);
  for (Index line = 0; line < matrix.count(); ++line) {
    action(matrix.begin(line), matrix.length(line));
  }
}

/// The arrays that say where the entries are.
template <class Scalar, class StorageIndex>
void write_places(ZipWriter& zip, ZipMethod method, const SparseLines<Scalar, StorageIndex>& matrix,
                  NpzLayout layout) {
  const auto write = [&](const char* name, Index length, auto append_values) {
    write_array(zip, method, name, descriptor_of<StorageIndex>(), {length}, append_values);
  };
  const auto append_indices = [&] {
    for_each_run(matrix,
                 [&](Index begin, Index count) { append(zip, matrix.indices(begin, count)); });
  };
  if (layout == NpzLayout::line_pointers) {
    write("indices", matrix.entries, append_indices);
    write("indptr", matrix.count() + 1, [&] { append_pointers(zip, matrix); });
    return;
  }
  write(matrix.by_rows ? "row" : "col", matrix.entries, [&] { append_line_numbers(zip, matrix); });
  write(matrix.by_rows ? "col" : "row", matrix.entries, append_indices);
}

template <class Scalar, class StorageIndex>
void write_matrix(detail::ByteSink& sink, const SparseLines<Scalar, StorageIndex>& matrix,
                  const NpzWriteOptions& options) {
  const auto method =
      options.compression == FileCompression::stored ? ZipMethod::stored : ZipMethod::deflated;
  const char* const pointers = matrix.by_rows ? "csr" : "csc";
  const std::array<Index, 2> shape{matrix.rows, matrix.cols};
  ZipWriter zip(sink);
  write_places(zip, method, matrix, options.layout);
  write_array(zip, method, "format", "|S3", {}, [&] {
    append(zip, std::string_view(options.layout == NpzLayout::line_pointers ? pointers : "coo"));
  });
  write_array(zip, method, "shape", descriptor_of<Index>(), {2}, [&] { append(zip, shape); });
  write_array(zip, method, "data", descriptor_of<Scalar>(), {matrix.entries}, [&] {
    for_each_run(matrix,
                 [&](Index begin, Index count) { append(zip, matrix.values(begin, count)); });
  });
  zip.finish();
}

}  // namespace

template <class Scalar, int Order, class StorageIndex>
void write_npz(const std::filesystem::path& path,
               const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
               const NpzWriteOptions& options) {
  detail::AtomicFile file(path);
  write_matrix(file, SparseLines(matrix), options);
  file.commit();
}

template <class Scalar, int Order, class StorageIndex>
std::vector<std::byte> format_npz(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                  const NpzWriteOptions& options) {
  detail::MemorySink sink;
  write_matrix(sink, SparseLines(matrix), options);
  return sink.release();
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                           \
  template void write_npz(const std::filesystem::path&,                            \
                          const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, \
                          const NpzWriteOptions&);                                 \
  template std::vector<std::byte> format_npz(                                      \
      const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, const NpzWriteOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)

}  // namespace toeplix
