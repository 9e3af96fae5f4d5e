#include "files/numpy/zip_writer.hpp"

#include "files/numpy/zip_format.hpp"

#include <algorithm>
#include <new>

namespace toeplix::detail {
namespace {

constexpr std::uint16_t version_zip64 = 45;
/// 1 January 1980, the first date a ZIP archive knows; NumPy writes it too.
constexpr std::uint16_t first_date = 1 << 5 | 1;
/// Readable by all, writable by the owner; in the upper half as Unix has it.
constexpr std::uint32_t file_mode = 0100644U << 16;
constexpr std::uint8_t made_on_unix = 3;
/// zlib counts with 32 bits.
constexpr std::size_t largest_block = std::size_t{1} << 30;

void append_text(std::vector<std::byte>& bytes, std::string_view text) {
  const auto view = std::as_bytes(std::span(text));
  bytes.insert(bytes.end(), view.begin(), view.end());
}

}  // namespace

ZipWriter::ZipWriter(ByteSink& sink, std::uint64_t zip64_from)
    : sink_(sink), zip64_from_(zip64_from) {
  if (::deflateInit2(&deflate_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
}

ZipWriter::~ZipWriter() {
  ::deflateEnd(&deflate_);
}

void ZipWriter::begin(std::string_view name, ZipMethod method) {
  members_.push_back({std::string(name), method, 0, 0, 0, sink_.position()});
  sink_.append(local_header(members_.back()));
  content_begin_ = sink_.position();
  ::deflateReset(&deflate_);
}

void ZipWriter::append(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;  // zlib would take a null pointer as a request to begin anew
  ZipMember& member = members_.back();
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  member.crc = static_cast<std::uint32_t>(::crc32_z(member.crc, data, bytes.size()));
  member.size += bytes.size();
  if (member.method == ZipMethod::stored) return sink_.append(bytes);
  while (!bytes.empty()) {
    const std::size_t block = std::min(bytes.size(), largest_block);
    deflate_block(bytes.first(block), Z_NO_FLUSH);
    bytes = bytes.subspan(block);
  }
}

void ZipWriter::end() {
  ZipMember& member = members_.back();
  if (member.method == ZipMethod::deflated) deflate_block({}, Z_FINISH);
  member.compressed_size = sink_.position() - content_begin_;
  sink_.patch(member.header_begin, local_header(member));
}

void ZipWriter::finish() {
  const std::uint64_t begin = sink_.position();
  for (const ZipMember& member : members_) sink_.append(central_entry(member));
  sink_.append(end_records(begin, sink_.position()));
}

void ZipWriter::deflate_block(std::span<const std::byte> bytes, int flush) {
  // zlib does not write through next_in; its type is not const for historical reasons.
  deflate_.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(bytes.data()));
  deflate_.avail_in = static_cast<uInt>(bytes.size());
  do {
    deflate_.next_out = reinterpret_cast<Bytef*>(buffer_.data());
    deflate_.avail_out = static_cast<uInt>(buffer_.size());
    ::deflate(&deflate_, flush);
    sink_.append(std::span<const std::byte>(buffer_).first(buffer_.size() - deflate_.avail_out));
  } while (deflate_.avail_out == 0);
}

std::vector<std::byte> ZipWriter::local_header(const ZipMember& member) const {
  std::vector<std::byte> bytes;
  const auto name_size = static_cast<std::uint16_t>(member.name.size());
  zip::append(bytes, zip::local_signature, version_zip64, std::uint16_t{0},
              static_cast<std::uint16_t>(member.method), std::uint16_t{0}, first_date, member.crc,
              zip::in_zip64, zip::in_zip64, name_size, std::uint16_t{20});
  append_text(bytes, member.name);
  zip::append(bytes, zip::zip64_tag, std::uint16_t{16}, member.size, member.compressed_size);
  return bytes;
}

std::vector<std::byte> ZipWriter::central_entry(const ZipMember& member) const {
  std::vector<std::byte> extra;
  const auto narrow = [&](std::uint64_t number) {
    if (number < zip64_from_) return static_cast<std::uint32_t>(number);
    zip::append(extra, number);
    return zip::in_zip64;
  };
  const std::uint32_t size = narrow(member.size);
  const std::uint32_t compressed_size = narrow(member.compressed_size);
  const std::uint32_t header_begin = narrow(member.header_begin);
  const auto extra_size = static_cast<std::uint16_t>(extra.empty() ? 0 : extra.size() + 4);
  std::vector<std::byte> bytes;
  zip::append(bytes, zip::central_signature, static_cast<std::uint8_t>(version_zip64), made_on_unix,
              version_zip64, std::uint16_t{0}, static_cast<std::uint16_t>(member.method),
              std::uint16_t{0}, first_date, member.crc, compressed_size, size,
              static_cast<std::uint16_t>(member.name.size()), extra_size, std::uint16_t{0},
              std::uint16_t{0}, std::uint16_t{0}, file_mode, header_begin);
  append_text(bytes, member.name);
  if (extra.empty()) return bytes;
  zip::append(bytes, zip::zip64_tag, static_cast<std::uint16_t>(extra.size()));
  bytes.insert(bytes.end(), extra.begin(), extra.end());
  return bytes;
}

std::vector<std::byte> ZipWriter::end_records(std::uint64_t begin, std::uint64_t end) const {
  std::vector<std::byte> bytes;
  const std::uint64_t count = members_.size();
  const bool large = end >= zip64_from_;
  if (large) {
    zip::append(bytes, zip::end64_signature, std::uint64_t{zip::end64_size - 12}, version_zip64,
                version_zip64, std::uint32_t{0}, std::uint32_t{0}, count, count, end - begin,
                begin);
    zip::append(bytes, zip::locator64_signature, std::uint32_t{0}, end, std::uint32_t{1});
  }
  const auto count16 = large ? zip::in_zip64_short : static_cast<std::uint16_t>(count);
  zip::append(bytes, zip::end_signature, std::uint16_t{0}, std::uint16_t{0}, count16, count16,
              large ? zip::in_zip64 : static_cast<std::uint32_t>(end - begin),
              large ? zip::in_zip64 : static_cast<std::uint32_t>(begin), std::uint16_t{0});
  return bytes;
}

}  // namespace toeplix::detail
