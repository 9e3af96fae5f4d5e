#include "read_budget.hpp"

#include "memory.hpp"

#include <algorithm>
#include <limits>

namespace toeplix::detail {

Index read_budget(Index requested, std::uint64_t file_size) {
  if (requested > 0) return requested;
  constexpr std::uint64_t ratio = 64;
  constexpr std::uint64_t least = std::uint64_t{1} << 30;
  constexpr std::uint64_t most = std::numeric_limits<Index>::max();
  const std::uint64_t plausible = std::max(least, std::min(file_size, most / ratio) * ratio);
  return std::min(static_cast<Index>(plausible), available_memory());
}

}  // namespace toeplix::detail
