#include <toeplix/files/npz.hpp>

#include "files/bytes/number_types.hpp"
#include "files/bytes/sparse_lines.hpp"
#include "files/numpy/npy_header.hpp"
#include "files/numpy/zip_writer.hpp"
#include "reference/instantiate.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace toeplix {
namespace {

using detail::NextBytes;
using detail::SparseLines;
using detail::ZipMethod;
using detail::ZipWriter;

/// Numbers that are made at a time.
constexpr std::size_t block_numbers = 4096;

template <class T>
std::string descriptor_of() {
  return detail::npy_descriptor(detail::number_type_of<T>());
}

/// Bytes that lie together and outlive the writing.
NextBytes one_block(std::span<const std::byte> bytes) {
  return [bytes]() mutable { return std::exchange(bytes, {}); };
}

/// Numbers that are made one by one, some thousands at a time.
template <class T, class MakeNext>
NextBytes made_numbers(Index count, MakeNext make_next) {
  return [left = count, make_next, block = std::vector<T>()]() mutable {
    block.clear();
    for (; left > 0 && block.size() < block_numbers; --left) block.push_back(make_next());
    return std::as_bytes(std::span<const T>(block));
  };
}

/// The pointers that the matrix has, or would have if it were compressed.
template <class Scalar, class StorageIndex>
NextBytes pointers_of(const SparseLines<Scalar, StorageIndex>& matrix) {
  return made_numbers<StorageIndex>(matrix.count() + 1,
                                    [&matrix, line = Index{0}, entries = Index{0}]() mutable {
                                      const Index pointer = entries;
                                      if (line < matrix.count()) entries += matrix.length(line++);
                                      return static_cast<StorageIndex>(pointer);
                                    });
}

/// The line of every entry.
template <class Scalar, class StorageIndex>
NextBytes line_numbers_of(const SparseLines<Scalar, StorageIndex>& matrix) {
  return made_numbers<StorageIndex>(matrix.entries,
                                    [&matrix, line = Index{0}, used = Index{0}]() mutable {
                                      for (; used == matrix.length(line); used = 0) ++line;
                                      ++used;
                                      return static_cast<StorageIndex>(line);
                                    });
}

/// What `get(begin, count)` says of entries that lie together: all, or a line at a time if the
/// matrix is not compressed.
template <class Scalar, class StorageIndex, class Get>
NextBytes runs_of(const SparseLines<Scalar, StorageIndex>& matrix, Get get) {
  if (matrix.is_compressed()) return one_block(std::as_bytes(get(0, matrix.entries)));
  return [&matrix, get, line = Index{0}]() mutable -> std::span<const std::byte> {
    while (line < matrix.count() && matrix.length(line) == 0) ++line;
    if (line == matrix.count()) return {};
    const Index begin = matrix.begin(line);
    return std::as_bytes(get(begin, matrix.length(line++)));
  };
}

/// Adds an array to the archive.
void add_array(ZipWriter& zip, ZipMethod method, const std::string& name,
               std::string_view descriptor, const Extents& shape, NextBytes values) {
  zip.add(name + ".npy", method,
          [header = detail::format_npy_header(descriptor, shape), is_begun = false,
           values = std::move(values)]() mutable {
            if (is_begun) return values();
            is_begun = true;
            return std::as_bytes(std::span<const char>(header));
          });
}

/// Adds the arrays that say where the entries are.
template <class Scalar, class StorageIndex>
void add_places(ZipWriter& zip, ZipMethod method, const SparseLines<Scalar, StorageIndex>& matrix,
                NpzLayout layout) {
  const auto add = [&](const char* name, Index length, NextBytes values) {
    add_array(zip, method, name, descriptor_of<StorageIndex>(), {length}, std::move(values));
  };
  NextBytes indices =
      runs_of(matrix, [&matrix](Index begin, Index count) { return matrix.indices(begin, count); });
  if (layout == NpzLayout::line_pointers) {
    add("indices", matrix.entries, std::move(indices));
    add("indptr", matrix.count() + 1, pointers_of(matrix));
    return;
  }
  add(matrix.by_rows ? "row" : "col", matrix.entries, line_numbers_of(matrix));
  add(matrix.by_rows ? "col" : "row", matrix.entries, std::move(indices));
}

template <class Scalar, class StorageIndex>
void write_matrix(detail::PatchableSink& sink, const SparseLines<Scalar, StorageIndex>& matrix,
                  const NpzWriteOptions& options) {
  const auto method =
      options.compression == FileCompression::stored ? ZipMethod::stored : ZipMethod::deflated;
  const bool as_coordinates = options.layout == NpzLayout::coordinates;
  const std::string_view format = as_coordinates ? "coo" : matrix.by_rows ? "csr" : "csc";
  const std::array<Index, 2> shape{matrix.rows, matrix.cols};
  ZipWriter zip(sink);
  add_places(zip, method, matrix, options.layout);
  add_array(zip, method, "format", "|S3", {}, one_block(std::as_bytes(std::span(format))));
  add_array(zip, method, "shape", descriptor_of<Index>(), {2},
            one_block(std::as_bytes(std::span(shape))));
  add_array(
      zip, method, "data", descriptor_of<Scalar>(), {matrix.entries},
      runs_of(matrix, [&matrix](Index begin, Index count) { return matrix.values(begin, count); }));
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
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
