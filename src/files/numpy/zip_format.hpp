#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// What the reader and the writer of ZIP archives both need to know of the format
/// (PKWARE's APPNOTE.TXT 6.3, sections 4.3 to 4.5).
namespace toeplix::detail::zip {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t end64_signature = 0x06064b50;
constexpr std::uint32_t locator64_signature = 0x07064b50;

constexpr std::size_t local_size = 30;
constexpr std::size_t central_size = 46;
constexpr std::size_t end_size = 22;
constexpr std::size_t end64_size = 56;
constexpr std::size_t locator64_size = 20;

/// Tag of the extra field with the 64-bit sizes.
constexpr std::uint16_t zip64_tag = 1;
/// In a 32-bit (16-bit) field: the number is in the Zip64 record.
constexpr std::uint32_t in_zip64 = 0xffffffff;
constexpr std::uint16_t in_zip64_short = 0xffff;

/// A little-endian unsigned number at `offset`. Precondition: it lies inside.
template <class Unsigned>
Unsigned load(std::span<const std::byte> bytes, std::size_t offset) {
  std::uint64_t value = 0;
  for (std::size_t i = sizeof(Unsigned); i-- > 0;) {
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[offset + i]);
  }
  return static_cast<Unsigned>(value);
}

/// Appends little-endian numbers, each as wide as its type.
template <class... Unsigned>
void append(std::vector<std::byte>& bytes, Unsigned... numbers) {
  const auto append_one = [&bytes](std::uint64_t number, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      bytes.push_back(static_cast<std::byte>(number >> 8 * i & 0xff));
    }
  };
  (append_one(numbers, sizeof(Unsigned)), ...);
}

}  // namespace toeplix::detail::zip
