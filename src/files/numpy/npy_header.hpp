#pragma once

#include <toeplix/files/npy.hpp>

#include "files/bytes/byte_source.hpp"
#include "files/bytes/number_types.hpp"
#include "files/numpy/npy_dictionary.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace toeplix::detail {

/// Reads magic, version and dictionary; leaves the stream at the first value.
RawNpyHeader read_raw_npy_header(ByteStream& stream);

/// Reads the header of an array of numbers, whatever is left in the stream. Its shape promises less
/// than 2^63 bytes, as many as `value_bytes` says.
NpyHeader read_header_alone(ByteStream& stream);
std::uint64_t value_bytes(const NpyHeader& header);

/// Reads the header of an array of numbers, whose size must agree with what is left in the stream.
NpyHeader read_numeric_npy_header(ByteStream& stream);

inline StoredNumbers numbers_of(const NpyHeader& header) {
  return {header.type, header.byte_order};
}

/// Number of values; nothing if it exceeds 63 bits (zero extents do not hide that) or an extent is
/// negative.
std::optional<std::uint64_t> number_of_values(const Extents& shape);

/// NumPy's descriptor of numbers in native byte order, e.g. `<f8`.
std::string npy_descriptor(NumberType type);

/// The bytes before the values, as `numpy.save` writes them. `descriptor` as in `<f8`.
std::string format_npy_header(std::string_view descriptor, const Extents& shape);

}  // namespace toeplix::detail
