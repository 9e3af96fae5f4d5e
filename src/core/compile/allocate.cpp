#include "core/compile/allocate.hpp"

#include "core/base/integer_math.hpp"

namespace toeplix::detail {

std::string count_and_bytes(Index entries, std::optional<Index> bytes) {
  return std::to_string(entries) + " entries (" +
         (bytes ? std::to_string(*bytes) : std::string("over 2^63")) + " bytes)";
}

std::optional<Index> matrix_bytes(Index entries, Index outer, std::size_t scalar,
                                  std::size_t index) {
  return checked_sum(checked_product(entries, static_cast<Index>(scalar + index)),
                     checked_product(outer + 1, static_cast<Index>(index)));
}

void check_count_room(Index rows, const Resources& resources, const RoomAdvice& advice) {
  const auto bytes = checked_product(checked_sum(rows, 1), Index{sizeof(Index)});
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (bytes && *bytes <= budget) return;
  throw CapacityError("counting the entries of " + std::to_string(rows) + " rows (" +
                          (bytes ? std::to_string(*bytes) : std::string("over 2^63")) +
                          " bytes) exceeds the memory budget of " + std::to_string(budget) +
                          " bytes" + advice.memory,
                      CapacityCause::memory_budget, {}, bytes);
}

Stores stores_again(std::size_t bytes) {
  return static_cast<Index>(bytes) > cached_bytes() ? Stores::streaming : Stores::cached;
}

}  // namespace toeplix::detail
