#include "files/bytes/read_budget.hpp"

#include <toeplix/error.hpp>
#include <toeplix/memory.hpp>

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

double compressed_bytes(double lines, double entries, std::size_t scalar, std::size_t index) {
  return (lines + 1) * static_cast<double>(index) + entries * static_cast<double>(scalar + index);
}

void check_budget(const std::string& what, double bytes, Index budget,
                  std::optional<std::int64_t> entries) {
  if (bytes <= static_cast<double>(budget)) return;
  const auto needed =
      bytes < 0x1p63 ? std::optional<std::int64_t>(static_cast<std::int64_t>(bytes)) : std::nullopt;
  throw CapacityError(
      what + " takes " + (needed ? std::to_string(*needed) : "more than 2^63") +
          " bytes, which exceeds the memory budget of " + std::to_string(budget) + " bytes",
      CapacityCause::memory_budget, entries, needed, "raise Resources::memory_budget");
}

void check_capacity(const std::string& name, const MatrixSize& size, double bytes, Index budget,
                    int index_bits) {
  const std::string matrix = std::to_string(size.rows) + " x " + std::to_string(size.cols) +
                             " with " + std::to_string(size.entries) +
                             (size.entries == 1 ? " entry" : " entries");
  const Index largest = std::numeric_limits<Index>::max() >> (64 - index_bits);
  if (std::max({size.rows, size.cols, size.entries}) >= largest) {
    throw CapacityError(
        name + ": " + matrix + " exceeds a " + std::to_string(index_bits) + "-bit index",
        CapacityCause::index_type, size.entries, {},
        index_bits < 64 ? "read it with std::int64_t" : "");
  }
  check_budget(name + ": reading " + matrix, bytes, budget, size.entries);
}

}  // namespace toeplix::detail
