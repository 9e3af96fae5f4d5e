#pragma once

#include <toeplix/files/npy.hpp>

#include "files/bytes/byte_source.hpp"

namespace toeplix::detail {

/// Reads a whole .npy file from a stream: header, values, and that nothing follows. Its messages
/// name the stream.
template <class T>
NpyArray<T> read_array(ByteStream& stream);

}  // namespace toeplix::detail
