#pragma once

#include "core/inspect/entry_levels.hpp"

#include <cstddef>
#include <vector>

namespace toeplix::detail {

/// The digits of a packed tensor's slots, the slowest first. `channels` is the number of their
/// level, the first or the last; the axes' are in the order of memory.
std::vector<RowDigit> row_digits(const PackedTensor& tensor, std::size_t channels);

}  // namespace toeplix::detail
