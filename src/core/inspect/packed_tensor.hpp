#pragma once

#include <toeplix/packed_tensor.hpp>

#include <cstddef>
#include <vector>

namespace toeplix::detail {

/// The axes of a tensor from the slowest to the fastest in memory.
std::vector<std::size_t> axes_in_memory(TensorOrder order, std::size_t axes);

}  // namespace toeplix::detail
