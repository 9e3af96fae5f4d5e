#include "files/numpy/npz_archive.hpp"

#include "files/bytes/shown_name.hpp"
#include "files/bytes/stored_values.hpp"

#include <array>
#include <span>
#include <utility>

namespace toeplix {
namespace detail {

NpzArchive::NpzArchive(const ByteSource& source) : zip_(source), name_(source.name()) {
  header_.format = read_format();
  read_shape();
  const NpzArray data = open("data");
  header_.nnz = data.length;
  header_.scalar = data.header.type;
  if (header_.format == NpzFormat::coo) {
    check_coordinates();
  } else {
    check_compressed();
  }
}

NpzArray NpzArchive::open(const std::string& name) const {
  auto stream = open_member(name);
  NpyHeader header = read_numeric_npy_header(*stream);
  if (header.shape.size() != 1) {
    throw format_error(stream->name(),
                       "expected one axis, got " + std::to_string(header.shape.size()));
  }
  const Index length = header.shape[0];
  return {std::move(header), length, std::move(stream)};
}

std::unique_ptr<ByteStream> NpzArchive::open_member(const std::string& name) const {
  auto stream = zip_.open(name + ".npy");
  if (stream == nullptr) {
    throw format_error(name_, "expected a sparse matrix, found no array '" + name + "'");
  }
  return stream;
}

/// The array `format` is a string of three letters: bytes, or text of four bytes each.
NpzFormat NpzArchive::read_format() const {
  const auto stream = open_member("format");
  const RawNpyHeader header = read_raw_npy_header(*stream);
  const char kind = header.descriptor.kind;
  const std::size_t width = kind == 'U' ? 4 : 1;
  const bool is_word = (kind == 'S' || kind == 'U') && header.descriptor.size == 3 &&
                       header.shape.empty() && stream->remaining() == 3 * width;
  if (!is_word) throw format_error(stream->name(), "expected a word of three letters");
  std::array<std::byte, 12> bytes{};
  stream->read(std::span(bytes).first(3 * width));
  stream->finish();
  const bool big = kind == 'U' && header.descriptor.byte_order == std::endian::big;
  std::string word;
  for (std::size_t i = 0; i < 3; ++i) {
    word += static_cast<char>(bytes[i * width + (big ? width - 1 : 0)]);
  }
  if (word == "csr") return NpzFormat::csr;
  if (word == "csc") return NpzFormat::csc;
  if (word == "coo") return NpzFormat::coo;
  throw format_error(stream->name(), "expected csr, csc or coo, got " + quoted_name(word));
}

void NpzArchive::read_shape() {
  NpzArray array = open("shape");
  check_length(array, 2, "values");
  std::array<Index, 2> shape{};
  check_convertible<Index>(array.header.type, array.stream->name());
  read_values<Index>(*array.stream, numbers_of(array.header), shape);
  array.stream->finish();
  if (shape[0] < 0 || shape[1] < 0) {
    throw format_error(array.stream->name(), "expected extents from 0 on, got " +
                                                 std::to_string(shape[0]) + " x " +
                                                 std::to_string(shape[1]));
  }
  header_.rows = shape[0];
  header_.cols = shape[1];
}

void NpzArchive::check_length(const NpzArray& array, Index expected, const char* what) const {
  if (array.length == expected) return;
  throw format_error(array.stream->name(), "expected " + std::to_string(expected) + " " + what +
                                               ", got " + std::to_string(array.length));
}

void NpzArchive::check_compressed() {
  const bool by_rows = header_.format == NpzFormat::csr;
  const Index lines = by_rows ? header_.rows : header_.cols;
  const NpzArray pointers = open("indptr");
  // One less on both sides: lines + 1 could overflow.
  if (pointers.length - 1 != lines) {
    throw format_error(pointers.stream->name(), "expected one pointer more than the " +
                                                    std::to_string(lines) +
                                                    (by_rows ? " rows" : " columns") + ", got " +
                                                    std::to_string(pointers.length));
  }
  const NpzArray indices = open("indices");
  header_.index = indices.header.type;
  check_length(indices, header_.nnz, "indices, as many as values");
}

void NpzArchive::check_coordinates() {
  const NpzArray rows = open("row");
  header_.index = rows.header.type;
  check_length(rows, header_.nnz, "row indices, as many as values");
  check_length(open("col"), header_.nnz, "column indices, as many as values");
}

}  // namespace detail

NpzHeader read_npz_header(const std::filesystem::path& path) {
  return detail::NpzArchive(detail::FileSource(path)).header();
}

NpzHeader parse_npz_header(std::span<const std::byte> bytes, std::string_view name) {
  return detail::NpzArchive(detail::MemorySource(bytes, name)).header();
}

}  // namespace toeplix
