#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// ZIP archives made by hand (PKWARE's APPNOTE.TXT 6.3, sections 4.3 to 4.5), so that they can be
/// small and of Zip64, or wrong.
namespace zip_test {

using Bytes = std::vector<std::byte>;

struct Member {
  std::string name;
  Bytes content;
  bool deflates = false;
};

/// Appends little-endian numbers, each as wide as its type.
template <class... Unsigned>
void append(Bytes& bytes, Unsigned... numbers) {
  const auto append_one = [&bytes](std::uint64_t number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      bytes.push_back(static_cast<std::byte>(number >> 8 * i & 0xff));
    }
  };
  (append_one(numbers, sizeof(Unsigned)), ...);
}

inline void append_bytes(Bytes& bytes, std::span<const std::byte> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// Raw deflate data.
inline Bytes deflated(const Bytes& content) {
  z_stream state = {};
  ::deflateInit2(&state, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  Bytes packed(::deflateBound(&state, static_cast<uLong>(content.size())) + 16);
  state.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(content.data()));
  state.avail_in = static_cast<uInt>(content.size());
  state.next_out = reinterpret_cast<Bytef*>(packed.data());
  state.avail_out = static_cast<uInt>(packed.size());
  ::deflate(&state, Z_FINISH);
  packed.erase(packed.end() - static_cast<std::ptrdiff_t>(state.avail_out), packed.end());
  ::deflateEnd(&state);
  return packed;
}

/// Appends members one after another. Sizes in local headers are of Zip64, as NumPy writes them; in
/// the directory those from `zip64_from` on.
class Builder {
 public:
  explicit Builder(std::uint64_t zip64_from = 0xffffffff) : zip64_from_(zip64_from) {}

  void add(const Member& member) {
    const Bytes packed = member.deflates ? deflated(member.content) : member.content;
    const auto* data = reinterpret_cast<const Bytef*>(member.content.data());
    const auto crc = static_cast<std::uint32_t>(::crc32_z(0, data, member.content.size()));
    const std::uint16_t method = member.deflates ? 8 : 0;
    const auto name = std::as_bytes(std::span(member.name));
    const auto name_size = static_cast<std::uint16_t>(name.size());
    const std::uint64_t begin = bytes_.size();
    append(bytes_, 0x04034b50U, version, std::uint16_t{0}, method, first_date, crc, wide, wide,
           name_size, std::uint16_t{20});
    append_bytes(bytes_, name);
    append(bytes_, std::uint16_t{1}, std::uint16_t{16}, std::uint64_t{member.content.size()},
           std::uint64_t{packed.size()});
    append_bytes(bytes_, packed);

    Bytes extra;
    const std::uint32_t size = narrow(member.content.size(), extra);
    const std::uint32_t packed_size = narrow(packed.size(), extra);
    const std::uint32_t header_begin = narrow(begin, extra);
    const auto extra_size = static_cast<std::uint16_t>(extra.empty() ? 0 : extra.size() + 4);
    append(directory_, 0x02014b50U, version, version, std::uint16_t{0}, method, first_date, crc,
           packed_size, size, name_size, extra_size, std::uint64_t{0}, std::uint16_t{0},
           header_begin);
    append_bytes(directory_, name);
    if (!extra.empty()) {
      append(directory_, std::uint16_t{1}, static_cast<std::uint16_t>(extra.size()));
      append_bytes(directory_, extra);
    }
    ++count_;
  }

  Bytes finish() {
    const std::uint64_t begin = bytes_.size();
    append_bytes(bytes_, directory_);
    const std::uint64_t end = bytes_.size();
    const bool large = end >= zip64_from_;
    if (large) {
      append(bytes_, 0x06064b50U, std::uint64_t{44}, version, version, std::uint64_t{0}, count_,
             count_, end - begin, begin);
      append(bytes_, 0x07064b50U, std::uint32_t{0}, end, std::uint32_t{1});
    }
    const auto count = large ? std::uint16_t{0xffff} : static_cast<std::uint16_t>(count_);
    append(bytes_, 0x06054b50U, std::uint32_t{0}, count, count,
           large ? wide : static_cast<std::uint32_t>(end - begin),
           large ? wide : static_cast<std::uint32_t>(begin), std::uint16_t{0});
    return std::move(bytes_);
  }

 private:
  static constexpr std::uint16_t version = 45;
  /// 1 January 1980, midnight.
  static constexpr std::uint32_t first_date = (1U << 5 | 1U) << 16;
  /// The number is in a Zip64 field.
  static constexpr std::uint32_t wide = 0xffffffff;

  std::uint32_t narrow(std::uint64_t number, Bytes& extra) const {
    if (number < zip64_from_) return static_cast<std::uint32_t>(number);
    append(extra, number);
    return wide;
  }

  std::uint64_t zip64_from_;
  Bytes bytes_;
  Bytes directory_;
  std::uint64_t count_ = 0;
};

}  // namespace zip_test
