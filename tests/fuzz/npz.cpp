#include "fuzz/canonical.hpp"
#include "fuzz/memory_file.hpp"

#include "support/compare.hpp"

#include <toeplix/files/npz.hpp>

// Reading .npz files as matrices of several kinds, within a small memory budget. What can be read
// must be canonical and survive writing and reading again. npz_mutator.cpp makes the inputs.

namespace toeplix::fuzz::npz {

namespace {

/// run.sh refuses single allocations of some megabytes, so a reader that ignores this is found.
constexpr NpzReadOptions options{.resources = {.memory_budget = Index{1} << 20}};

bool same_header(const NpzHeader& a, const NpzHeader& b) {
  return a.format == b.format && a.rows == b.rows && a.cols == b.cols && a.nnz == b.nnz &&
         a.scalar == b.scalar && a.index == b.index;
}

template <class Scalar, int Order, class StorageIndex>
void check_matrix(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                  const NpzHeader& header) {
  require(matrix.rows() == header.rows && matrix.cols() == header.cols, "of another size");
  require(matrix.nonZeros() <= header.nnz, "more entries than the file has");
  require(is_canonical(matrix), "not canonical");
  for (const auto compression : {FileCompression::stored, FileCompression::deflated}) {
    const std::vector<std::byte> written = format_npz(matrix, {.compression = compression});
    const auto again =
        parse_npz<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(written, "written", options);
    require(test::same_bits(again, matrix), "does not survive writing");
  }
  const auto coordinates = format_npz(matrix, {.layout = NpzLayout::coordinates});
  const auto again =
      parse_npz<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(coordinates, "written", {});
  require(test::same_bits(again, matrix), "does not survive writing as coordinates");
}

template <class Scalar, int Order, class StorageIndex>
void check_read(Bytes bytes, const MemoryFile& file, const std::optional<NpzHeader>& header) {
  using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;
  const auto matrix = read_both(
      bytes, file,
      [](auto... from) {
        return parse_npz<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(from..., options);
      },
      [](const auto& path) {
        return read_npz<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(path, options);
      },
      test::same_bits<Matrix>);
  if (!matrix) return;
  require(header.has_value(), "a matrix without a header");
  check_matrix(*matrix, *header);
}

}  // namespace

void run(Bytes bytes) {
  const MemoryFile file(bytes);
  const auto header = read_both(
      bytes, file, [](auto... from) { return parse_npz_header(from...); },
      [](const auto& path) { return read_npz_header(path); }, same_header);
  check_read<double, Eigen::RowMajor, int>(bytes, file, header);
  if (!header) return;
  check_read<float, Eigen::ColMajor, int>(bytes, file, header);
  check_read<std::complex<double>, Eigen::ColMajor, std::int64_t>(bytes, file, header);
}

}  // namespace toeplix::fuzz::npz
