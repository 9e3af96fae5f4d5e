#pragma once

#include "files/bytes/byte_source.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix::detail {

enum class ZipMethod : std::uint16_t { stored = 0, deflated = 8 };

/// One file in an archive, as the central directory describes it.
struct ZipMember {
  std::string name;
  ZipMethod method;
  std::uint32_t crc;
  std::uint64_t compressed_size;
  std::uint64_t size;
  std::uint64_t header_begin;
};

/// The directory of a ZIP archive, Zip64 included. One disk, no encryption, stored or deflated.
///
/// Every offset and size has been checked to lie inside the archive, and no member promises more
/// than deflate can make of its bytes. Everything else is a FormatError.
class ZipReader {
 public:
  /// The source must outlive the reader.
  explicit ZipReader(const ByteSource& source);

  const std::vector<ZipMember>& members() const { return members_; }
  /// The member of that name; null where there is none.
  const ZipMember* find(std::string_view name) const;
  /// The content of one member. Its `finish` checks the CRC.
  std::unique_ptr<ByteStream> open(const ZipMember& member) const;

 private:
  const ByteSource& source_;
  std::uint64_t directory_begin_ = 0;
  std::vector<ZipMember> members_;
};

}  // namespace toeplix::detail
