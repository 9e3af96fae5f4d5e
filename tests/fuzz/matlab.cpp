#include "fuzz/canonical.hpp"
#include "fuzz/memory_file.hpp"

#include "support/compare.hpp"

#include <toeplix/files/matlab.hpp>
#include <toeplix/files/matlab_array.hpp>

// Reading MATLAB files as matrices and dense arrays of several kinds, within a small memory budget.
// What can be read must be sound, and a matrix must survive writing and reading again.

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

template <class T>
bool same_array(const NpyArray<T>& a, const NpyArray<T>& b) {
  return a.shape == b.shape && fuzz::same_bits(a.values, b.values);
}

/// Dense arrays have as many values as their shape.
template <class T>
void check_array(Bytes bytes, const MemoryFile& file) {
  const auto array = read_both(
      bytes, file, [](auto... from) { return parse_matlab_array<T>(from..., options()); },
      [](const auto& path) { return read_matlab_array<T>(path, options()); }, same_array<T>);
  if (!array) return;
  Index count = 1;
  for (const Index extent : array->shape) count *= extent;
  require(array->shape.size() >= 2, "an array of fewer than two axes");
  require(array->values.size() == static_cast<std::size_t>(count), "the shape holds other values");
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
  check_array<double>(bytes, file);
  check_array<std::int16_t>(bytes, file);
}

}  // namespace toeplix::fuzz::matlab
