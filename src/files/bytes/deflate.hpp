#pragma once

#include "files/bytes/byte_source.hpp"

#include <zlib.h>

#include <array>
#include <memory>

namespace toeplix::detail {

/// The zlib data (RFC 1950) of a section, inflated to `size` bytes. Their checksum is checked.
class InflateStream final : public ByteStream {
 public:
  InflateStream(std::unique_ptr<ByteStream> packed, std::uint64_t size);
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
