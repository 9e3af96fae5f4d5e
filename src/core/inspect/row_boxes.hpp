#pragma once

#include "core/inspect/entry_levels.hpp"

#include <vector>

namespace toeplix::detail {

/// The digits of a packed tensor's slots, the slowest first. Its levels are numbered in the order
/// of memory: the channels and the axes.
std::vector<RowDigit> row_digits(const PackedTensor& tensor);

}  // namespace toeplix::detail
