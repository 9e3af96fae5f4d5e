#include <toeplix/files/matlab.hpp>

#include "files/bytes/canonical.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/bytes/stored_values.hpp"
#include "files/matlab/variable.hpp"

#include <complex>
#include <optional>
#include <type_traits>
#include <utility>

namespace toeplix {
namespace {

using detail::format_error;
using detail::MatlabElement;
using detail::MatlabVariable;

template <class Scalar, class StorageIndex>
using Columns = Eigen::SparseMatrix<Scalar, Eigen::ColMajor, StorageIndex>;

/// The sparse variable of that name, or the only one where no name is given.
MatlabVariable find_variable(const detail::ByteSource& source, const std::string& name) {
  detail::MatlabFile file(source);
  std::optional<MatlabVariable> found;
  for (MatlabVariable next = file.next(); next.stream; next = file.next()) {
    if (!name.empty() && next.name != name) continue;
    if (!name.empty() && !next.is_sparse()) {
      throw format_error(source.name(), "'" + name + "' is no sparse matrix");
    }
    if (!next.is_sparse()) continue;
    if (!name.empty()) return next;
    if (found) {
      throw format_error(source.name(), "holds several sparse matrices, '" + found->name +
                                            "' and '" + next.name + "': expected the name of one");
    }
    found = std::move(next);
  }
  if (found) return std::move(*found);
  throw format_error(source.name(), name.empty() ? "expected a sparse matrix, found none"
                                                 : "found no variable '" + name + "'");
}

/// Reads one array of a variable to its end, as many numbers as `values` has.
template <class T>
void read_array(MatlabVariable& variable, const NpyHeader& header, const MatlabElement& element,
                std::span<T> values) {
  detail::check_convertible<T>(header, variable.stream->name());
  detail::read_values<T>(*variable.stream, header, values);
  variable.skip(element.size - values.size() * detail::bytes_of(header.type));
  variable.skip_padding(element);
}

template <class T>
std::span<T> span_of(T* begin, Index count) {
  return {begin, static_cast<std::size_t>(count)};
}

/// The numbers of `what`, of which the file must have `count` or more.
template <class T>
void read_values_of(MatlabVariable& variable, const char* what, std::span<T> values) {
  MatlabElement element{};
  const NpyHeader header = variable.next_array(what, element);
  const auto count = static_cast<Index>(values.size());
  if (header.shape[0] < count) {
    throw format_error(variable.stream->name(), header.values_begin,
                       "expected " + std::to_string(count) + " numbers of " + what + ", got " +
                           std::to_string(header.shape[0]));
  }
  read_array(variable, header, element, values);
}

/// Reads the column pointers, which say how many of the `room` entries there are.
template <class Scalar, class StorageIndex>
Index read_pointers(MatlabVariable& variable, Columns<Scalar, StorageIndex>& matrix, Index room) {
  MatlabElement element{};
  const NpyHeader header = variable.next_array("column pointers", element);
  const Index count = header.shape[0];
  if (count != matrix.cols() + 1) {
    throw format_error(variable.stream->name(), header.values_begin,
                       "expected one pointer more than the " + std::to_string(matrix.cols()) +
                           " columns, got " + std::to_string(count));
  }
  const auto pointers = span_of(matrix.outerIndexPtr(), count);
  read_array<StorageIndex>(variable, header, element, pointers);
  const Index entries = pointers.back();
  const std::string name = variable.stream->name() + ": pointer";
  detail::check_pointers<StorageIndex>(pointers, std::min(entries, room), name);
  return entries;
}

template <class Scalar>
void read_numbers(MatlabVariable& variable, std::span<Scalar> values) {
  if constexpr (std::is_floating_point_v<Scalar>) {
    read_values_of<Scalar>(variable, "values", values);
  } else {
    using Real = typename Scalar::value_type;
    std::vector<Real> part(values.size());
    read_values_of<Real>(variable, "values", part);
    std::copy(part.begin(), part.end(), values.begin());
    if (!variable.is_complex()) return;
    read_values_of<Real>(variable, "imaginary parts", part);
    for (std::size_t i = 0; i < part.size(); ++i) values[i].imag(part[i]);
  }
}

/// Bytes that reading takes at its peak: the columns, a part of complex values, and the rows.
template <class Scalar, int Order, class StorageIndex>
double needed_bytes(Index rows, Index cols, Index entries) {
  const auto count = static_cast<double>(entries);
  const auto bytes = [count](Index lines) {
    return detail::compressed_bytes(static_cast<double>(lines), count, sizeof(Scalar),
                                    sizeof(StorageIndex));
  };
  const double part = std::is_floating_point_v<Scalar> ? 0 : sizeof(Scalar) / 2.0;
  return bytes(cols) + part * count + (Order == Eigen::RowMajor ? bytes(rows) : 0);
}

/// Reads a variable whose name and dimensions are known; `Order` is that of the result to be.
template <class Scalar, int Order, class StorageIndex>
Columns<Scalar, StorageIndex> read_columns(MatlabVariable& variable, const std::string& file,
                                           Index budget) {
  const std::string& name = variable.stream->name();
  if (variable.dimensions.size() != 2) {
    throw format_error(
        name, "expected two dimensions, got " + std::to_string(variable.dimensions.size()));
  }
  if (std::is_floating_point_v<Scalar> && variable.is_complex()) {
    throw format_error(name, "expected real values, got complex ones");
  }
  const Index rows = variable.dimensions[0];
  const Index cols = variable.dimensions[1];
  MatlabElement element{};
  const NpyHeader indices = variable.next_array("row indices", element);
  const Index room = indices.shape[0];
  detail::check_capacity<StorageIndex>(file, {rows, cols, room},
                                       needed_bytes<Scalar, Order, StorageIndex>(rows, cols, room),
                                       budget);
  // Four bytes or less of the stream for each pointer: no more than the stream can hold.
  if (static_cast<std::uint64_t>(cols) + 1 > variable.stream->remaining()) {
    throw format_error(name, "promises " + std::to_string(cols) + " columns, more than its " +
                                 std::to_string(variable.stream->remaining()) + " bytes can hold");
  }
  Columns<Scalar, StorageIndex> matrix(rows, cols);
  matrix.resizeNonZeros(room);
  read_array<StorageIndex>(variable, indices, element, span_of(matrix.innerIndexPtr(), room));
  const Index entries = read_pointers(variable, matrix, room);
  matrix.resizeNonZeros(entries);
  detail::check_indices<StorageIndex>(span_of(matrix.innerIndexPtr(), entries), rows,
                                      name + ": row index");
  read_numbers<Scalar>(variable, span_of(matrix.valuePtr(), entries));
  variable.stream->finish();
  if (!detail::is_canonical(matrix)) detail::make_canonical(matrix);
  return matrix;
}

template <class Scalar, int Order, class StorageIndex>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> read_matrix(const detail::ByteSource& source,
                                                             const MatlabReadOptions& options) {
  MatlabVariable variable = find_variable(source, options.variable);
  const Index budget = detail::read_budget(options.resources.memory_budget, source.size());
  return read_columns<Scalar, Order, StorageIndex>(variable, source.name(), budget);
}

}  // namespace

template <class Scalar, int Order, class StorageIndex>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> read_matlab(const std::filesystem::path& path,
                                                             const MatlabReadOptions& options) {
  return read_matrix<Scalar, Order, StorageIndex>(detail::FileSource(path), options);
}

template <class Scalar, int Order, class StorageIndex>
Eigen::SparseMatrix<Scalar, Order, StorageIndex> parse_matlab(std::span<const std::byte> bytes,
                                                              std::string_view name,
                                                              const MatlabReadOptions& options) {
  return read_matrix<Scalar, Order, StorageIndex>(detail::MemorySource(bytes, name), options);
}

// clang-format off
template Eigen::SparseMatrix<float, Eigen::RowMajor, int> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, int> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<float, Eigen::RowMajor, std::int64_t> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, int> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, int> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<float, Eigen::ColMajor, std::int64_t> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, int> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, int> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<double, Eigen::RowMajor, std::int64_t> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, int> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, int> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<double, Eigen::ColMajor, std::int64_t> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, int> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, int> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::RowMajor, std::int64_t> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, int> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, int> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<float>, Eigen::ColMajor, std::int64_t> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, int> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::RowMajor, std::int64_t> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, int> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, int> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t> read_matlab(const std::filesystem::path&, const MatlabReadOptions&);
template Eigen::SparseMatrix<std::complex<double>, Eigen::ColMajor, std::int64_t> parse_matlab(std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
// clang-format on

}  // namespace toeplix
