#include "memory.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace toeplix::detail {
namespace {

constexpr Index unlimited = std::numeric_limits<Index>::max();

/// The number at the beginning of a file such as `memory.max`; nothing for `max` or no file.
std::optional<Index> read_number(const char* path) {
  std::ifstream file(path);
  Index number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

std::optional<Index> machine_available() {
  std::ifstream file("/proc/meminfo");
  std::string key;
  Index kibibytes = 0;
  std::string unit;
  while (file >> key >> kibibytes) {
    if (key == "MemAvailable:") return kibibytes * 1024;
    std::getline(file, unit);
  }
  return std::nullopt;
}

/// Room under a control group's limit, in its first (v1) or its second version (v2).
std::optional<Index> group_available() {
  for (const auto& [limit_path, usage_path] :
       {std::pair{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
        std::pair{"/sys/fs/cgroup/memory/memory.limit_in_bytes",
                  "/sys/fs/cgroup/memory/memory.usage_in_bytes"}}) {
    const auto limit = read_number(limit_path);
    const auto usage = read_number(usage_path);
    if (limit && usage) return std::max<Index>(0, *limit - *usage);
  }
  return std::nullopt;
}

}  // namespace

Index available_memory() {
  return std::min(machine_available().value_or(unlimited), group_available().value_or(unlimited));
}

void advise_huge_pages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Only whole huge pages can be one; 2 MiB is their size on x86-64 and the common one on arm64.
  constexpr std::uintptr_t huge_page = std::uintptr_t{2} << 20;
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = (address + huge_page - 1) / huge_page * huge_page;
  const std::uintptr_t last = (address + bytes) / huge_page * huge_page;
  if (first >= last) return;
  // A refusal costs speed only, so its error is of no interest.
  static_cast<void>(madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE));
#endif
}

Index cached_bytes() {
  constexpr Index typical = Index{8} << 20;
  // Not sysconf(): on processors with several last-level caches it reports their sum.
  static const Index last_level = [] {
    const auto kibibytes = read_number("/sys/devices/system/cpu/cpu0/cache/index3/size");
    return kibibytes.value_or(0) > 0 ? *kibibytes * 1024 : typical;
  }();
  return last_level;
}

}  // namespace toeplix::detail
