#include "core/base/memory.hpp"

#include <toeplix/memory.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace toeplix::detail {
namespace {

constexpr Index unlimited = std::numeric_limits<Index>::max();

/// Version 1 of control groups has no word for `no limit`: it writes 2^63 less a page.
constexpr Index no_limit = Index{1} << 62;

/// The number at the beginning of a file such as `memory.max`; nothing for `max` or no file.
std::optional<Index> read_number(const std::filesystem::path& path) {
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

/// The number that follows `key` in a file such as `memory.stat`; 0 if there is none.
Index number_of(const std::filesystem::path& path, std::string_view key) {
  std::ifstream file(path);
  std::string word;
  Index number = 0;
  while (file >> word >> number) {
    if (word == key) return number;
  }
  return 0;
}

/// Names of one version of control groups.
struct GroupFiles {
  const char* limit;
  const char* usage;
  const char* reclaimable;  ///< in `memory.stat`: cached files, which the system gives up first
};

constexpr GroupFiles version_1 = {"memory.limit_in_bytes", "memory.usage_in_bytes",
                                  "total_inactive_file"};
constexpr GroupFiles version_2 = {"memory.max", "memory.current", "inactive_file"};

/// Least room in a group and all groups around it: each has a limit of its own.
Index room_upwards(const std::filesystem::path& root, std::filesystem::path group,
                   const GroupFiles& files) {
  Index least = unlimited;
  for (;; group = group.parent_path()) {
    const std::filesystem::path folder = root / group;
    const auto limit = read_number(folder / files.limit);
    if (limit && *limit < no_limit) {
      if (const auto usage = read_number(folder / files.usage)) {
        const Index kept = *usage - number_of(folder / "memory.stat", files.reclaimable);
        least = std::min(least, std::max<Index>(0, *limit - std::max<Index>(0, kept)));
      }
    }
    if (group.empty()) return least;
  }
}

}  // namespace

Index group_available(const std::filesystem::path& membership, const std::filesystem::path& root) {
  Index least = unlimited;
  std::ifstream file(membership);
  // One line for each hierarchy: `number:controllers:/path`.
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const auto group = std::filesystem::path(line.substr(second + 1)).relative_path();
    if (controllers.empty()) least = std::min(least, room_upwards(root, group, version_2));
    if (("," + controllers + ",").find(",memory,") == std::string::npos) continue;
    least = std::min(least, room_upwards(root / "memory", group, version_1));
  }
  return least;
}

}  // namespace toeplix::detail

toeplix::Index toeplix::available_memory() {
  return std::min(detail::machine_available().value_or(detail::unlimited),
                  detail::group_available("/proc/self/cgroup", "/sys/fs/cgroup"));
}
