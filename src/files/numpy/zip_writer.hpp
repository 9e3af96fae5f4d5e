#pragma once

#include "files/bytes/atomic_file.hpp"
#include "files/numpy/zip_reader.hpp"

#include <zlib.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix::detail {

/// Writes a ZIP archive member by member, without knowing their sizes in advance.
///
/// Sizes and checksums are patched into a member's header when it ends, so the archive needs no
/// data descriptors. Zip64 fields are always in the headers, as NumPy has it, and in the directory
/// where a number reaches `zip64_from` (anything below 2^32 is for tests). No clock is read: the
/// same content gives the same bytes.
class ZipWriter {
 public:
  /// The sink must outlive the writer and be empty.
  explicit ZipWriter(ByteSink& sink, std::uint64_t zip64_from = 0xffffffff);
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  /// Begins a member; precondition: none is open.
  void begin(std::string_view name, ZipMethod method);
  /// Content of the open member.
  void append(std::span<const std::byte> bytes);
  /// Ends the open member.
  void end();
  /// Writes the directory. Nothing can be written afterwards.
  void finish();

 private:
  void deflate_block(std::span<const std::byte> bytes, int flush);
  std::vector<std::byte> local_header(const ZipMember& member) const;
  std::vector<std::byte> central_entry(const ZipMember& member) const;
  std::vector<std::byte> end_records(std::uint64_t begin, std::uint64_t end) const;

  ByteSink& sink_;
  std::uint64_t zip64_from_;
  std::uint64_t content_begin_ = 0;
  std::vector<ZipMember> members_;
  z_stream deflate_ = {};
  std::array<std::byte, 65536> buffer_;
};

}  // namespace toeplix::detail
