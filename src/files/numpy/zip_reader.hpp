#pragma once

#include "files/bytes/byte_source.hpp"
#include "files/numpy/zip_source.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix::detail {

/// One file in an archive, as the central directory describes it.
struct ZipMember {
  std::string name;
  std::uint64_t size;
};

/// The directory of a ZIP archive, Zip64 included, as libzip reads it.
///
/// Members are stored or deflated, not encrypted, have different names, and none promises more than
/// deflate can make of its bytes. Everything else is a FormatError.
class ZipReader {
 public:
  /// The source must outlive the reader.
  explicit ZipReader(const ByteSource& source);

  const std::vector<ZipMember>& members() const { return members_; }
  /// The content of the member of that name, which checks the CRC when it is finished; null if
  /// there is no such member. The reader must outlive it.
  std::unique_ptr<ByteStream> open(std::string_view name) const;

 private:
  struct Discard {
    void operator()(zip_t* archive) const { ::zip_discard(archive); }
  };

  void add_member(zip_uint64_t number);

  std::string name_;
  std::unique_ptr<ZipInput> input_;
  std::unique_ptr<zip_t, Discard> archive_;
  std::vector<ZipMember> members_;
};

}  // namespace toeplix::detail
