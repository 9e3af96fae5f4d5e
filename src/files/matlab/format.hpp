#pragma once

#include <cstddef>
#include <cstdint>

/// What the reader and the writer of MATLAB 5 files both need to know of the format (MathWorks,
/// "MAT-File Format", level 5).
namespace toeplix::detail::mat {

/// Types of data elements.
enum ElementType : std::uint32_t {
  mi_int8 = 1,
  mi_uint8 = 2,
  mi_int16 = 3,
  mi_uint16 = 4,
  mi_int32 = 5,
  mi_uint32 = 6,
  mi_single = 7,
  mi_double = 9,
  mi_int64 = 12,
  mi_uint64 = 13,
  mi_matrix = 14,
  mi_compressed = 15,
  mi_utf8 = 16,
};

constexpr std::size_t header_size = 128;
constexpr std::size_t text_size = 116;      ///< of the header, for human readers
constexpr std::size_t version_begin = 124;  ///< two bytes
constexpr std::size_t order_begin = 126;    ///< two bytes: `MI` as a number of the byte order
constexpr std::uint16_t version5 = 0x0100;
constexpr std::uint16_t version73 = 0x0200;
constexpr std::uint16_t order_mark = 0x4d49;

constexpr std::uint32_t class_mask = 0xff;
/// Classes of variables. Those of numbers, from double to uint64, follow one another.
enum Class : std::uint32_t {
  class_cell = 1,
  class_structure = 2,
  class_object = 3,
  class_text = 4,
  class_sparse = 5,
  class_double = 6,
  class_uint64 = 15,
};
constexpr std::uint32_t last_plain_class = 15;  ///< classes beyond are laid out in other ways
constexpr std::uint32_t complex_flag = 0x0800;
constexpr std::uint32_t logical_flag = 0x0200;

/// Elements begin at multiples of this.
constexpr std::uint64_t alignment = 8;

constexpr std::uint64_t padding_of(std::uint64_t size) {
  return (alignment - size % alignment) % alignment;
}

constexpr std::size_t longest_name = 63;

}  // namespace toeplix::detail::mat
