#pragma once

#include <toeplix/files/npy.hpp>

#include "files/bytes/byte_source.hpp"

#include <span>
#include <string>

namespace toeplix::detail {

/// NumPy's descriptor of `T` in native byte order, e.g. `<f8`.
template <NpyScalar T>
std::string npy_descriptor();

/// Refuses a stored type whose values would not keep their meaning in `T`.
template <NpyScalar T>
void check_convertible(const NpyHeader& header, const std::string& name);

/// Fills `values` with the next values of the stream, in the order of the file, converted as
/// `read_npy` promises. Straight into place where nothing has to be converted.
template <NpyScalar T>
void read_values(ByteStream& stream, const NpyHeader& header, std::span<T> values);

}  // namespace toeplix::detail
