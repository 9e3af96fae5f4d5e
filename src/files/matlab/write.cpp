#include <toeplix/files/matlab.hpp>
#include <toeplix/version.hpp>

#include "files/bytes/atomic_file.hpp"
#include "files/bytes/sparse_lines.hpp"
#include "files/matlab/format.hpp"
#include "reference/instantiate.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <complex>
#include <cstring>
#include <limits>
#include <new>
#include <string_view>
#include <type_traits>

namespace toeplix {
namespace {

namespace mat = detail::mat;

/// Where the bytes of a variable go: to the sink as they are, or through zlib.
class VariableSink {
 public:
  VariableSink(detail::PatchableSink& sink, FileCompression compression)
      : sink_(sink), deflates_(compression == FileCompression::deflated) {
    if (deflates_ && ::deflateInit(&state_, Z_DEFAULT_COMPRESSION) != Z_OK) throw std::bad_alloc();
  }
  ~VariableSink() {
    if (deflates_) ::deflateEnd(&state_);
  }
  VariableSink(const VariableSink&) = delete;
  VariableSink& operator=(const VariableSink&) = delete;

  /// Precondition: below 2^31 bytes, as a whole variable is.
  void append(std::span<const std::byte> bytes) {
    if (!deflates_) return sink_.append(bytes);
    if (!bytes.empty()) deflate_block(bytes, Z_NO_FLUSH);
  }
  void finish() {
    if (deflates_) deflate_block({}, Z_FINISH);
  }

 private:
  void deflate_block(std::span<const std::byte> bytes, int flush) {
    // zlib does not write through next_in; its type is not const for historical reasons.
    state_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
    state_.avail_in = static_cast<uInt>(bytes.size());
    do {
      state_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
      state_.avail_out = static_cast<uInt>(buffer_.size());
      ::deflate(&state_, flush);
      sink_.append(std::span<const std::byte>(buffer_).first(buffer_.size() - state_.avail_out));
    } while (state_.avail_out == 0);
  }

  detail::PatchableSink& sink_;
  bool deflates_;
  z_stream state_ = {};
  std::array<std::byte, 65536> buffer_;
};

/// What MATLAB's `iskeyword` lists.
constexpr std::array<std::string_view, 20> keywords{
    "break",      "case",   "catch",    "classdef", "continue", "else",      "elseif",
    "end",        "for",    "function", "global",   "if",       "otherwise", "parfor",
    "persistent", "return", "spmd",     "switch",   "try",      "while"};

void check_name(const std::string& name) {
  if (is_matlab_name(name)) return;
  throw FormatError("'" + name +
                    "' is not a name of a MATLAB variable: expected a letter, then letters, digits "
                    "and underscores, at most 63, and no keyword");
}

/// Bytes of an element whose content has that size: tag, content, padding.
std::uint64_t element_bytes(std::uint64_t size) {
  return 8 + size + mat::padding_of(size);
}

/// The variable's bytes after its own tag. Throws CapacityError if they exceed the format.
std::uint64_t variable_bytes(Index rows, Index cols, Index entries, bool is_complex,
                             std::uint64_t name_size) {
  constexpr Index most = std::numeric_limits<std::int32_t>::max();
  const double estimate = 4.0 * static_cast<double>(cols) +
                          (is_complex ? 20.0 : 12.0) * static_cast<double>(entries) + 1024;
  if (std::max(rows, cols) > most || estimate > static_cast<double>(most)) {
    throw CapacityError("a matrix of " + std::to_string(rows) + " x " + std::to_string(cols) +
                            " with " + std::to_string(entries) +
                            " entries exceeds the 2^31 bytes of a MATLAB 5 variable",
                        CapacityCause::limit, entries, {}, "write a .npz or .mtx file");
  }
  const auto count = static_cast<std::uint64_t>(entries);
  return element_bytes(8) + element_bytes(8) + element_bytes(name_size) + element_bytes(4 * count) +
         element_bytes(4 * (static_cast<std::uint64_t>(cols) + 1)) +
         (is_complex ? 2 : 1) * element_bytes(8 * count);
}

/// Writes the elements of one sparse variable, whose lines are columns.
template <class Scalar, class StorageIndex>
class VariableWriter {
 public:
  using Columns = detail::SparseLines<Scalar, StorageIndex>;
  static constexpr bool is_complex = !std::is_floating_point_v<Scalar>;

  VariableWriter(const Columns& columns, VariableSink& sink) : columns_(columns), sink_(sink) {}

  void write(const std::string& name, std::uint64_t size) {
    const auto entries = static_cast<std::uint64_t>(columns_.entries);
    append_tag(mat::mi_matrix, size);
    // MATLAB refuses a matrix that has no room for any entry.
    append_element<std::uint32_t>(
        mat::mi_uint32, {mat::class_sparse | (is_complex ? mat::complex_flag : 0U),
                         static_cast<std::uint32_t>(std::max(entries, std::uint64_t{1}))});
    append_element<std::int32_t>(mat::mi_int32, {static_cast<std::int32_t>(columns_.rows),
                                                 static_cast<std::int32_t>(columns_.cols)});
    append_tag(mat::mi_int8, name.size());
    sink_.append(std::as_bytes(std::span(name)));
    append_padding(name.size());
    append_tag(mat::mi_int32, 4 * entries);
    for_each_block<std::int32_t>([this](Index i) { return columns_.index(i); });
    append_padding(4 * entries);
    append_pointers();
    append_tag(mat::mi_double, 8 * entries);
    for_each_block<double>([this](Index i) { return std::real(columns_.value(i)); });
    if constexpr (is_complex) {
      append_tag(mat::mi_double, 8 * entries);
      for_each_block<double>([this](Index i) { return std::imag(columns_.value(i)); });
    }
  }

 private:
  void append_tag(mat::ElementType type, std::uint64_t size) {
    const std::array<std::uint32_t, 2> tag{type, static_cast<std::uint32_t>(size)};
    sink_.append(std::as_bytes(std::span(tag)));
  }

  void append_padding(std::uint64_t size) {
    constexpr std::array<std::byte, mat::alignment> zeros{};
    sink_.append(std::span(zeros).first(static_cast<std::size_t>(mat::padding_of(size))));
  }

  template <class T>
  void append_element(mat::ElementType type, const std::array<T, 2>& values) {
    append_tag(type, sizeof(values));
    sink_.append(std::as_bytes(std::span(values)));
  }

  void append_pointers() {
    const std::uint64_t size = 4 * (static_cast<std::uint64_t>(columns_.cols) + 1);
    append_tag(mat::mi_int32, size);
    std::int32_t pointer = 0;
    append_value(pointer);
    for (Index col = 0; col < columns_.cols; ++col) {
      pointer += static_cast<std::int32_t>(columns_.length(col));
      append_value(pointer);
    }
    flush();
    append_padding(size);
  }

  /// Appends a number for every entry, in the order of the columns.
  template <class T, class Get>
  void for_each_block(Get get) {
    for (Index col = 0; col < columns_.cols; ++col) {
      for (Index i = columns_.begin(col); i < columns_.end(col); ++i) {
        append_value(static_cast<T>(get(i)));
      }
    }
    flush();
  }

  template <class T>
  void append_value(T value) {
    if (used_ == block_.size()) flush();
    std::memcpy(block_.data() + used_, &value, sizeof(T));
    used_ += sizeof(T);
  }

  void flush() {
    sink_.append(std::span<const std::byte>(block_).first(used_));
    used_ = 0;
  }

  const Columns& columns_;
  VariableSink& sink_;
  std::array<std::byte, 32768> block_;
  std::size_t used_ = 0;
};

std::array<std::byte, mat::header_size> format_header() {
  std::string text = "MATLAB 5.0 MAT-file, written by toeplix " + std::string(version_string);
  text.resize(mat::text_size, ' ');
  std::array<std::byte, mat::header_size> header{};
  std::memcpy(header.data(), text.data(), text.size());
  std::memcpy(header.data() + mat::version_begin, &mat::version5, sizeof(mat::version5));
  std::memcpy(header.data() + mat::order_begin, &mat::order_mark, sizeof(mat::order_mark));
  return header;
}

template <class Scalar, class StorageIndex>
void write_columns(detail::PatchableSink& sink,
                   const detail::SparseLines<Scalar, StorageIndex>& columns,
                   const MatlabWriteOptions& options, std::uint64_t size) {
  sink.append(format_header());
  const std::uint64_t begin = sink.position();
  const bool deflates = options.compression == FileCompression::deflated;
  std::array<std::uint32_t, 2> tag{mat::mi_compressed, 0};
  if (deflates) sink.append(std::as_bytes(std::span(tag)));
  VariableSink variable(sink, options.compression);
  VariableWriter(columns, variable).write(options.variable, size);
  variable.finish();
  tag[1] = static_cast<std::uint32_t>(sink.position() - begin - sizeof(tag));
  if (deflates) sink.patch(begin, std::as_bytes(std::span(tag)));
}

template <class Scalar, int Order, class StorageIndex>
void write_matrix(detail::PatchableSink& sink,
                  const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                  const MatlabWriteOptions& options) {
  check_name(options.variable);
  const std::uint64_t size =
      variable_bytes(matrix.rows(), matrix.cols(), matrix.nonZeros(),
                     !std::is_floating_point_v<Scalar>, options.variable.size());
  if constexpr (Order == Eigen::ColMajor) {
    write_columns(sink, detail::SparseLines(matrix), options, size);
  } else {
    const Eigen::SparseMatrix<Scalar, Eigen::ColMajor, StorageIndex> columns(matrix);
    write_columns(sink, detail::SparseLines(columns), options, size);
  }
}

}  // namespace

bool is_matlab_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_inner = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= mat::longest_name && is_letter(name[0]) &&
         std::all_of(name.begin(), name.end(), is_inner) &&
         std::find(keywords.begin(), keywords.end(), name) == keywords.end();
}

template <class Scalar, int Order, class StorageIndex>
void write_matlab(const std::filesystem::path& path,
                  const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                  const MatlabWriteOptions& options) {
  detail::AtomicFile file(path);
  write_matrix(file, matrix, options);
  file.commit();
}

template <class Scalar, int Order, class StorageIndex>
std::vector<std::byte> format_matlab(const Eigen::SparseMatrix<Scalar, Order, StorageIndex>& matrix,
                                     const MatlabWriteOptions& options) {
  detail::MemorySink sink;
  write_matrix(sink, matrix, options);
  return sink.release();
}

#define TOEPLIX_INSTANTIATE(Scalar, Order, StorageIndex)                              \
  template void write_matlab(const std::filesystem::path&,                            \
                             const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, \
                             const MatlabWriteOptions&);                              \
  template std::vector<std::byte> format_matlab(                                      \
      const Eigen::SparseMatrix<Scalar, Order, StorageIndex>&, const MatlabWriteOptions&);
TOEPLIX_FOR_EACH_MATRIX(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
