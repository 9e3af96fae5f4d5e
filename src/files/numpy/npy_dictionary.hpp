#pragma once

#include <toeplix/index.hpp>

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace toeplix::detail {

/// The type of an array as it is written in the file, e.g. `<f8`, `|S3`, `<U3`.
struct NpyDescriptor {
  std::endian byte_order;
  char kind;           ///< NumPy's letter: b, i, u, f, c; S for bytes, U for text
  std::uint64_t size;  ///< bytes of one item; characters for U
};

/// The header before the type is narrowed to what `NumberType` knows.
struct RawNpyHeader {
  NpyDescriptor descriptor;
  bool fortran_order;
  Extents shape;
};

/// Reads the Python dictionary of a header: three keys in any order, no other. Messages begin with
/// `name`; the text starts at `first_byte` of the file.
RawNpyHeader parse_npy_dictionary(std::string_view text, const std::string& name,
                                  std::uint64_t first_byte);

}  // namespace toeplix::detail
