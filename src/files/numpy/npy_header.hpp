#pragma once

#include <toeplix/files/npy.hpp>

#include "files/bytes/byte_source.hpp"

#include <bit>
#include <optional>
#include <string>

namespace toeplix::detail {

/// The type of an array as it is written in the file, e.g. `<f8`, `|S3`, `<U3`.
struct NpyDescriptor {
  std::endian byte_order;
  char kind;           ///< NumPy's letter: b, i, u, f, c; S for bytes, U for text
  std::uint64_t size;  ///< bytes of one item; characters for U
};

/// The header before the type is narrowed to what `NpyType` knows.
struct RawNpyHeader {
  NpyDescriptor descriptor;
  bool fortran_order;
  Extents shape;
};

/// Reads magic, version and dictionary; leaves the stream at the first value.
RawNpyHeader read_raw_npy_header(ByteStream& stream);

/// As above, for an array of numbers whose size agrees with what is left in the stream.
NpyHeader read_numeric_npy_header(ByteStream& stream);

/// Bytes of one value.
std::uint64_t bytes_of(NpyType type);

/// Number of values; nothing where it exceeds 63 bits (zero extents do not hide that) or an extent
/// is negative.
std::optional<std::uint64_t> number_of_values(const Extents& shape);

/// The bytes before the values, as `numpy.save` writes them. `descriptor` as in `<f8`.
std::string format_npy_header(std::string_view descriptor, const Extents& shape);

}  // namespace toeplix::detail
