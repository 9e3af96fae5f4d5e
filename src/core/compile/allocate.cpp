#include "core/compile/allocate.hpp"

#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

#include <string>

namespace toeplix::detail {

namespace {

std::string text(std::optional<Index> bytes) {
  return bytes ? std::to_string(*bytes) : std::string("over 2^63");
}

/// `a matrix of 12 entries (160 bytes)`
std::string matrix_of(Index entries, std::optional<Index> bytes) {
  return "a matrix of " + std::to_string(entries) + " entries (" + text(bytes) + " bytes)";
}

/// The budget, if an allocation of `bytes` exceeds it.
std::optional<Index> exceeded_budget(std::optional<Index> bytes, const Resources& resources) {
  constexpr Index granted = Index{16} << 20;
  if (resources.memory_budget == 0 && bytes && *bytes <= granted) return std::nullopt;
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  if (bytes && *bytes <= budget) return std::nullopt;
  return budget;
}

std::string over_budget(Index budget) {
  return " exceeds the memory budget of " + std::to_string(budget) + " bytes";
}

}  // namespace

void refuse_index_type(const CompressedSize& size, int bits, std::optional<Index> bytes,
                       const RoomAdvice& advice) {
  throw CapacityError(
      matrix_of(size.entries, bytes) + " with dimensions " + std::to_string(size.outer) + " and " +
          std::to_string(size.inner) + " exceeds " + std::to_string(bits) + "-bit indices",
      CapacityCause::index_type, size.entries, bytes, bits < 64 ? advice.narrow_index : "");
}

void check_budget(const CompressedSize& size, std::optional<Index> bytes,
                  const Resources& resources, const RoomAdvice& advice) {
  const auto budget = exceeded_budget(bytes, resources);
  if (!budget) return;
  throw CapacityError(matrix_of(size.entries, bytes) + over_budget(*budget),
                      CapacityCause::memory_budget, size.entries, bytes, advice.memory);
}

void check_room(const std::string& what, std::optional<Index> bytes, const Resources& resources,
                const char* advice) {
  const auto budget = exceeded_budget(bytes, resources);
  if (!budget) return;
  throw CapacityError(what + " (" + text(bytes) + " bytes)" + over_budget(*budget),
                      CapacityCause::memory_budget, {}, bytes, advice);
}

void check_count_room(Index rows, const Resources& resources, const RoomAdvice& advice) {
  check_room("counting the entries of " + std::to_string(rows) + " rows",
             checked_product(checked_sum(rows, 1), Index{sizeof(Index)}), resources, advice.memory);
}

}  // namespace toeplix::detail
