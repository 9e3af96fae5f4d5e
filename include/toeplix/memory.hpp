#pragma once

#include <toeplix/index.hpp>

namespace toeplix {

/// Bytes that this process can still take without swapping: what `Resources::memory_budget` = 0
/// stands for. It is the machine's available memory, or what is left under the limits of its
/// control group and those around it, whichever is less; the largest Index if neither is known.
/// Cost: reading a dozen small files.
///
///     bool fits = conv.bytes<double, int>() < toeplix::available_memory();
[[nodiscard]] Index available_memory();

}  // namespace toeplix
