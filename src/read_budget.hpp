#pragma once

#include <toeplix/spec.hpp>

#include <cstdint>

namespace toeplix::detail {

/// Bytes that reading a file may take. `requested`, or where that is 0: 64 times the size of the
/// file, at least 1 GiB, but not more than the memory that is available. So a small compressed
/// file cannot ask for all memory there is.
Index read_budget(Index requested, std::uint64_t file_size);

}  // namespace toeplix::detail
