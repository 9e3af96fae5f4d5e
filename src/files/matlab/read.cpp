#include <toeplix/files/matlab.hpp>

#include "files/bytes/canonical.hpp"
#include "files/bytes/read_budget.hpp"
#include "files/bytes/stored_values.hpp"
#include "files/matlab/find.hpp"
#include "reference/instantiate.hpp"

#include <complex>
#include <optional>
#include <type_traits>
#include <utility>

namespace toeplix {
namespace {

using detail::format_error;
using detail::MatlabArray;
using detail::MatlabVariable;

template <class Scalar, class StorageIndex>
using Columns = Eigen::SparseMatrix<Scalar, Eigen::ColMajor, StorageIndex>;

/// Reads one array of a variable to its end, as many numbers as `values` has.
template <class T>
void read_array(MatlabVariable& variable, const MatlabArray& array, std::span<T> values,
                std::optional<NumberType> type = {}) {
  detail::check_convertible<T>(array.numbers.type, variable.stream->name());
  detail::read_values_of_class<T>(*variable.stream, array.numbers,
                                  type.value_or(array.numbers.type), values);
  const auto left = static_cast<std::uint64_t>(array.count) - values.size();
  variable.skip(left * detail::bytes_of(array.numbers.type));
  variable.skip_padding(array.padding);
}

template <class T>
std::span<T> span_of(T* begin, Index count) {
  return {begin, static_cast<std::size_t>(count)};
}

/// The numbers of `what`, of which the file must have as many as there are values, or more.
template <class T>
void read_values_of(MatlabVariable& variable, const char* what, Index places, std::span<T> values) {
  const auto count = static_cast<Index>(values.size());
  const MatlabArray array = variable.next_values(what, count, places);
  if (array.count < count) {
    throw format_error(variable.stream->name(), array.begin,
                       "expected " + std::to_string(count) + " numbers of " + what + ", got " +
                           std::to_string(array.count));
  }
  read_array(variable, array, values,
             variable.is_logical() ? NumberType::boolean : array.numbers.type);
}

/// Reads the column pointers, which say how many of the `room` entries there are.
template <class Scalar, class StorageIndex>
Index read_pointers(MatlabVariable& variable, Columns<Scalar, StorageIndex>& matrix, Index room) {
  const MatlabArray array = variable.next_array("column pointers");
  if (array.count != matrix.cols() + 1) {
    throw format_error(variable.stream->name(), array.begin,
                       "expected one pointer more than the " + std::to_string(matrix.cols()) +
                           " columns, got " + std::to_string(array.count));
  }
  const auto pointers = span_of(matrix.outerIndexPtr(), array.count);
  read_array<StorageIndex>(variable, array, pointers);
  const Index entries = pointers.back();
  const std::string name = variable.stream->name() + ": pointer";
  detail::check_pointers<StorageIndex>(pointers, std::min(entries, room), name);
  return entries;
}

/// Reads the values of entries for which the file has room for `places`.
template <class Scalar>
void read_numbers(MatlabVariable& variable, Index places, std::span<Scalar> values) {
  if constexpr (std::is_floating_point_v<Scalar>) {
    read_values_of<Scalar>(variable, "values", places, values);
  } else {
    using Real = typename Scalar::value_type;
    std::vector<Real> part(values.size());
    read_values_of<Real>(variable, "values", places, part);
    std::copy(part.begin(), part.end(), values.begin());
    if (!variable.is_complex()) return;
    read_values_of<Real>(variable, "imaginary parts", places, part);
    for (std::size_t i = 0; i < part.size(); ++i) values[i].imag(part[i]);
  }
}

/// How much room a matrix is read into.
struct Room {
  bool by_rows;  ///< whether the columns that are read become rows
  Index budget;  ///< bytes
};

/// Bytes that reading takes at its peak: the columns, a part of complex values, and the rows.
template <class Scalar, class StorageIndex>
double needed_bytes(const detail::MatrixSize& size, bool by_rows) {
  const auto entries = static_cast<double>(size.entries);
  const auto bytes = [entries](Index lines) {
    return detail::compressed_bytes(static_cast<double>(lines), entries, sizeof(Scalar),
                                    sizeof(StorageIndex));
  };
  const double part = std::is_floating_point_v<Scalar> ? 0 : sizeof(Scalar) / 2.0;
  return bytes(size.cols) + part * entries + (by_rows ? bytes(size.rows) : 0);
}

/// Refuses dimensions, and values, that no matrix of `Scalar` has.
template <class Scalar>
void check_kind(const MatlabVariable& variable) {
  const std::string& name = variable.stream->name();
  if (variable.dimensions.size() != 2) {
    throw format_error(
        name, "expected two dimensions, got " + std::to_string(variable.dimensions.size()));
  }
  if (std::is_floating_point_v<Scalar> && variable.is_complex()) {
    throw format_error(name, "expected real values, got complex ones");
  }
}

/// Refuses a matrix of more columns than the stream can hold: each pointer takes some of its bytes.
void check_columns(const MatlabVariable& variable, Index cols) {
  if (static_cast<std::uint64_t>(cols) + 1 <= variable.stream->remaining()) return;
  throw format_error(variable.stream->name(),
                     "promises " + std::to_string(cols) + " columns, more than its " +
                         std::to_string(variable.stream->remaining()) + " bytes can hold");
}

/// Reads a variable whose name and dimensions are known.
template <class Scalar, class StorageIndex>
Columns<Scalar, StorageIndex> read_columns(MatlabVariable& variable, const std::string& file,
                                           const Room& room) {
  check_kind<Scalar>(variable);
  const MatlabArray indices = variable.next_array("row indices");
  const detail::MatrixSize size{variable.dimensions[0], variable.dimensions[1], indices.count};
  detail::check_capacity<StorageIndex>(
      file, size, needed_bytes<Scalar, StorageIndex>(size, room.by_rows), room.budget);
  check_columns(variable, size.cols);
  Columns<Scalar, StorageIndex> matrix(size.rows, size.cols);
  matrix.resizeNonZeros(size.entries);
  read_array<StorageIndex>(variable, indices, span_of(matrix.innerIndexPtr(), size.entries));
  const Index entries = read_pointers(variable, matrix, size.entries);
  matrix.resizeNonZeros(entries);
  detail::check_indices<StorageIndex>(span_of(matrix.innerIndexPtr(), entries), size.rows,
                                      variable.stream->name() + ": row index");
  read_numbers<Scalar>(variable, size.entries, span_of(matrix.valuePtr(), entries));
  variable.stream->finish();
  detail::make_canonical(matrix);
  return matrix;
}

template <class Matrix>
Matrix read_matrix(const detail::ByteSource& source, const MatlabReadOptions& options) {
  MatlabVariable variable = detail::find_variable(source, options.variable, MatlabKind::sparse);
  const Room room{bool(Matrix::IsRowMajor),
                  detail::read_budget(options.resources.memory_budget, source.size())};
  return read_columns<typename Matrix::Scalar, typename Matrix::StorageIndex>(variable,
                                                                              source.name(), room);
}

std::vector<MatlabHeader> read_headers(const detail::ByteSource& source) {
  detail::MatlabFile file(source);
  std::vector<MatlabHeader> headers;
  while (std::optional<MatlabVariable> next = file.next()) {
    if (!next->problem.empty() || next->dimensions.empty()) continue;
    headers.push_back(detail::header_of(*next));
  }
  return headers;
}

}  // namespace

template <class Matrix>
Matrix read_matlab(const std::filesystem::path& path, const MatlabReadOptions& options) {
  return read_matrix<Matrix>(detail::FileSource(path), options);
}

template <class Matrix>
Matrix parse_matlab(std::span<const std::byte> bytes, std::string_view name,
                    const MatlabReadOptions& options) {
  return read_matrix<Matrix>(detail::MemorySource(bytes, name), options);
}

std::vector<MatlabHeader> read_matlab_headers(const std::filesystem::path& path) {
  return read_headers(detail::FileSource(path));
}

MatlabHeader read_matlab_header(const std::filesystem::path& path, MatlabKind kind,
                                const std::string& variable) {
  const detail::FileSource source(path);
  return detail::header_of(detail::find_variable(source, variable, kind));
}

std::vector<MatlabHeader> parse_matlab_headers(std::span<const std::byte> bytes,
                                               std::string_view name) {
  return read_headers(detail::MemorySource(bytes, name));
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                  \
  template Eigen::SparseMatrix<Scalar, Order, StorageIndex> read_matlab(  \
      const std::filesystem::path&, const MatlabReadOptions&);            \
  template Eigen::SparseMatrix<Scalar, Order, StorageIndex> parse_matlab( \
      std::span<const std::byte>, std::string_view, const MatlabReadOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
