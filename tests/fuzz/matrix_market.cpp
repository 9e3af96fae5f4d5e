#include "fuzz/canonical.hpp"
#include "fuzz/memory_file.hpp"

#include "support/compare.hpp"

#include <toeplix/files/matrix_market.hpp>

#include <algorithm>
#include <cmath>

// Reading Matrix Market files as matrices of several kinds, within a small memory budget. What can
// be read must be canonical, survive writing and reading again, and not depend on the threads.

namespace toeplix::fuzz::matrix_market {

namespace {

/// run.sh refuses single allocations of some megabytes, so a reader that ignores this is found.
constexpr MatrixMarketReadOptions options{
    .resources = {.threads = 1, .memory_budget = Index{1} << 20}};

bool same_header(const MatrixMarketHeader& a, const MatrixMarketHeader& b) {
  return a.field == b.field && a.symmetry == b.symmetry && a.rows == b.rows && a.cols == b.cols &&
         a.entries == b.entries && a.comment == b.comment;
}

/// Text has no room for the payload of a NaN.
template <class Matrix>
void forget_payloads(Matrix& matrix) {
  using Scalar = typename Matrix::Scalar;
  const auto plain = [](auto part) {
    using Real = decltype(part);
    return std::isnan(part) ? std::copysign(std::numeric_limits<Real>::quiet_NaN(), part) : part;
  };
  for (Eigen::Index i = 0; i < matrix.nonZeros(); ++i) {
    Scalar& value = matrix.valuePtr()[i];
    if constexpr (Eigen::NumTraits<Scalar>::IsComplex) {
      value = Scalar(plain(value.real()), plain(value.imag()));
    } else {
      value = plain(value);
    }
  }
}

template <class Scalar, int Order, class StorageIndex>
void check_matrix(Eigen::SparseMatrix<Scalar, Order, StorageIndex> matrix,
                  const MatrixMarketHeader& header) {
  require(matrix.rows() == header.rows && matrix.cols() == header.cols, "of another size");
  require(matrix.nonZeros() / 2 <= header.entries, "more entries than the file has");
  require(is_canonical(matrix), "not canonical");
  forget_payloads(matrix);
  const auto written =
      format_matrix_market(matrix, {.comment = header.comment, .resources = {.threads = 1}});
  const auto again =
      parse_matrix_market<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(written, "written", {});
  require(test::same_bits(again, matrix), "does not survive writing");
}

template <class Scalar, int Order, class StorageIndex>
void check_read(Bytes bytes, const MemoryFile& file,
                const std::optional<MatrixMarketHeader>& header) {
  using Matrix = Eigen::SparseMatrix<Scalar, Order, StorageIndex>;
  const auto matrix = read_both(
      bytes, file,
      [](auto... from) {
        return parse_matrix_market<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(from...,
                                                                                     options);
      },
      [](const auto& path) {
        return read_matrix_market<Eigen::SparseMatrix<Scalar, Order, StorageIndex>>(path, options);
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
      bytes, file, [](auto... from) { return parse_matrix_market_header(from...); },
      [](const auto& path) { return read_matrix_market_header(path); }, same_header);
  check_read<double, Eigen::RowMajor, int>(bytes, file, header);
  if (!header) return;
  check_read<float, Eigen::ColMajor, int>(bytes, file, header);
  check_read<std::complex<double>, Eigen::ColMajor, std::int64_t>(bytes, file, header);
}

}  // namespace toeplix::fuzz::matrix_market
