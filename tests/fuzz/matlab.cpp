#include "fuzz/canonical.hpp"
#include "fuzz/memory_file.hpp"

#include "support/compare.hpp"

#include <toeplix/files/matlab.hpp>

// Reading MATLAB files as matrices of several kinds, within a small memory budget. What can be read
// must be sound and survive writing and reading again.

namespace toeplix::fuzz::matlab {

namespace {

/// run.sh refuses single allocations of some megabytes, so a reader that ignores this is found.
MatlabReadOptions options() {
  return {.resources = {.memory_budget = Index{1} << 20}};
}

template <class Scalar, int Order, class StorageIndex>
void check_read(Bytes bytes, const MemoryFile& file) {
  using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;
  const auto matrix = read_both(
      bytes, file,
      [](auto... from) {
        return parse_matlab<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(from..., options());
      },
      [](const auto& path) {
        return read_matlab<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(path, options());
      },
      test::same_bits<Matrix>);
  if (!matrix) return;
  require(is_canonical(*matrix), "not canonical");
  for (const auto compression : {FileCompression::stored, FileCompression::deflated}) {
    const auto written = format_matlab(*matrix, {.compression = compression});
    const auto again =
        parse_matlab<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(written, "written", {});
    require(test::same_bits(again, *matrix), "does not survive writing");
  }
}

/// Every variable that is listed has been described.
void check_headers(Bytes bytes) {
  const auto headers = attempt([&] { return parse_matlab_headers(bytes, "input"); });
  for (const MatlabHeader& header : headers.value.value_or(std::vector<MatlabHeader>())) {
    require(header.dimensions.size() >= 2, "a variable of fewer than two dimensions");
  }
}

}  // namespace

void run(Bytes bytes) {
  const MemoryFile file(bytes);
  check_headers(bytes);
  check_read<double, Eigen::RowMajor, int>(bytes, file);
  check_read<std::complex<double>, Eigen::ColMajor, std::int64_t>(bytes, file);
}

}  // namespace toeplix::fuzz::matlab
