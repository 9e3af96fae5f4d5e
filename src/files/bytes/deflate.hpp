#pragma once

#include "files/bytes/byte_source.hpp"

#include <zlib.h>

#include <array>
#include <memory>

namespace toeplix::detail {

/// The content of a stored or deflated member: reads `packed`, checks the CRC at the end.
class CheckedStream final : public ByteStream {
 public:
  CheckedStream(std::unique_ptr<ByteStream> content, std::uint32_t crc)
      : ByteStream(content->name(), content->remaining()),
        content_(std::move(content)),
        expected_crc_(crc) {}

 private:
  void take(std::span<std::byte> into) override;
  void check_end() override;

  std::unique_ptr<ByteStream> content_;
  std::uint32_t expected_crc_;
  unsigned long crc_ = 0;
};

/// What deflate data are wrapped in.
enum class DeflateWrapper {
  none,  ///< raw, as in ZIP archives
  zlib,  ///< a header, and a checksum at the end, which is checked
};

/// The deflate data of a section, inflated to `size` bytes.
class InflateStream final : public ByteStream {
 public:
  InflateStream(std::unique_ptr<ByteStream> packed, std::uint64_t size,
                DeflateWrapper wrapper = DeflateWrapper::none);
  ~InflateStream() override;

 private:
  void take(std::span<std::byte> into) override;
  void check_end() override;
  void refill();
  /// Inflates until the space that `state_` was given is full or the data end.
  void inflate_block();

  std::unique_ptr<ByteStream> packed_;
  z_stream state_ = {};
  bool ended_ = false;
  std::array<std::byte, 65536> buffer_;
};

}  // namespace toeplix::detail
