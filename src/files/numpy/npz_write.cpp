#include <toeplix/files/npz.hpp>

#include "files/bytes/stored_values.hpp"
#include "files/numpy/npy_header.hpp"
#include "files/numpy/zip_writer.hpp"

#include <algorithm>
#include <array>

namespace toeplix {
namespace {

using detail::ZipMethod;
using detail::ZipWriter;

void append_text(ZipWriter& zip, std::string_view text) {
  zip.append(std::as_bytes(std::span(text)));
}

/// Writes an array whose values `append_values` appends.
template <class AppendValues>
void write_array(ZipWriter& zip, ZipMethod method, const std::string& name,
                 std::string_view descriptor, const Extents& shape, AppendValues append_values) {
  zip.begin(name + ".npy", method);
  append_text(zip, detail::format_npy_header(descriptor, shape));
  append_values();
  zip.end();
}

/// Calls `action(begin, count)` for runs of entries that lie together, in order. One run where the
/// matrix is compressed, else one per line.
template <class Matrix, class Action>
void for_each_run(const Matrix& matrix, Action action) {
  if (matrix.isCompressed()) return action(Eigen::Index{0}, matrix.nonZeros());
  for (Eigen::Index outer = 0; outer < matrix.outerSize(); ++outer) {
    action(Eigen::Index{matrix.outerIndexPtr()[outer]},
           Eigen::Index{matrix.innerNonZeroPtr()[outer]});
  }
}

template <class T>
std::span<const std::byte> bytes_of_run(const T* values, Eigen::Index begin, Eigen::Index count) {
  return std::as_bytes(std::span(values + begin, static_cast<std::size_t>(count)));
}

/// The pointers that the matrix has, or would have if it were compressed; block by block.
template <class Matrix>
void append_pointers(ZipWriter& zip, const Matrix& matrix) {
  using StorageIndex = typename Matrix::StorageIndex;
  if (matrix.isCompressed()) {
    zip.append(bytes_of_run(matrix.outerIndexPtr(), 0, matrix.outerSize() + 1));
    return;
  }
  StorageIndex pointer = 0;
  zip.append(bytes_of_run(&pointer, 0, 1));
  for (Eigen::Index outer = 0; outer < matrix.outerSize(); ++outer) {
    pointer += matrix.innerNonZeroPtr()[outer];
    zip.append(bytes_of_run(&pointer, 0, 1));
  }
}

/// The line of every entry, block by block.
template <class Matrix>
void append_lines(ZipWriter& zip, const Matrix& matrix) {
  using StorageIndex = typename Matrix::StorageIndex;
  constexpr Eigen::Index longest = 4096;
  std::vector<StorageIndex> block(static_cast<std::size_t>(longest));
  for (Eigen::Index outer = 0; outer < matrix.outerSize(); ++outer) {
    Eigen::Index left = matrix.isCompressed()
                            ? matrix.outerIndexPtr()[outer + 1] - matrix.outerIndexPtr()[outer]
                            : matrix.innerNonZeroPtr()[outer];
    const auto used = block.begin() + std::min(left, longest);
    std::fill(block.begin(), used, static_cast<StorageIndex>(outer));
    for (; left > 0; left -= std::min(left, longest)) {
      zip.append(bytes_of_run(block.data(), 0, std::min(left, longest)));
    }
  }
}

/// The arrays that say where the entries are.
template <class Matrix>
void write_places(ZipWriter& zip, ZipMethod method, const Matrix& matrix, NpzLayout layout) {
  const std::string descriptor = detail::npy_descriptor<typename Matrix::StorageIndex>();
  const Extents entries{matrix.nonZeros()};
  const auto append_inner = [&] {
    for_each_run(matrix, [&](Eigen::Index begin, Eigen::Index count) {
      zip.append(bytes_of_run(matrix.innerIndexPtr(), begin, count));
    });
  };
  if (layout == NpzLayout::compressed) {
    write_array(zip, method, "indices", descriptor, entries, append_inner);
    write_array(zip, method, "indptr", descriptor, {matrix.outerSize() + 1},
                [&] { append_pointers(zip, matrix); });
    return;
  }
  const bool by_rows = Matrix::IsRowMajor != 0;
  write_array(zip, method, by_rows ? "row" : "col", descriptor, entries,
              [&] { append_lines(zip, matrix); });
  write_array(zip, method, by_rows ? "col" : "row", descriptor, entries, append_inner);
}

template <class Scalar, int Order, class StorageIndex>
void write_matrix(detail::ByteSink& sink,
                  const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                  NpzCompression compression, NpzLayout layout) {
  const auto method =
      compression == NpzCompression::stored ? ZipMethod::stored : ZipMethod::deflated;
  const char* const compressed = Order == Eigen::RowMajor ? "csr" : "csc";
  const std::array<Index, 2> shape{matrix.rows(), matrix.cols()};
  ZipWriter zip(sink);
  write_places(zip, method, matrix, layout);
  write_array(zip, method, "format", "|S3", {},
              [&] { append_text(zip, layout == NpzLayout::compressed ? compressed : "coo"); });
  write_array(zip, method, "shape", detail::npy_descriptor<Index>(), {2},
              [&] { zip.append(std::as_bytes(std::span(shape))); });
  write_array(zip, method, "data", detail::npy_descriptor<Scalar>(), {matrix.nonZeros()}, [&] {
    for_each_run(matrix, [&](Eigen::Index begin, Eigen::Index count) {
      zip.append(bytes_of_run(matrix.valuePtr(), begin, count));
    });
  });
  zip.finish();
}

}  // namespace

template <class Scalar, int Order, class StorageIndex>
void write_npz(const std::filesystem::path& path,
               const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
               NpzCompression compression, NpzLayout layout) {
  detail::AtomicFile file(path);
  write_matrix(file, matrix, compression, layout);
  file.commit();
}

template <class Scalar, int Order, class StorageIndex>
std::vector<std::byte> format_npz(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                  NpzCompression compression, NpzLayout layout) {
  detail::MemorySink sink;
  write_matrix(sink, matrix, compression, layout);
  return sink.release();
}

// clang-format off
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<float, Eigen::RowMajor, int>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<float, Eigen::RowMajor, int>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<float, Eigen::ColMajor, int>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<float, Eigen::ColMajor, int>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<double, Eigen::RowMajor, int>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<double, Eigen::RowMajor, int>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<double, Eigen::ColMajor, int>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<double, Eigen::ColMajor, int>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, int>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, int>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, int>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, int>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, int>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, int>&, NpzCompression, NpzLayout);
template void write_npz(const std::filesystem::path&, const Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t>&, NpzCompression, NpzLayout);
template std::vector<std::byte> format_npz(const Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t>&, NpzCompression, NpzLayout);
// clang-format on

}  // namespace toeplix
