#pragma once

#include <toeplix/spec.hpp>

#include <cstddef>
#include <filesystem>

namespace toeplix::detail {

/// Bytes that this process can still take without swapping: the machine's available memory, or
/// what is left under the limits of its control group and those around it, whichever is less. The
/// largest Index where neither is known.
Index available_memory();

/// Bytes left under the limits of control groups (version 1 or 2): `membership` names the groups,
/// as
/// `/proc/self/cgroup` does, and `root` is where their files are. Cached files do not count as
/// used, as they are given up first. The largest Index where there is no limit.
Index group_available(const std::filesystem::path& membership, const std::filesystem::path& root);

/// Asks the system to back `[begin, begin + bytes)` with huge pages. Call it before the first
/// touch of freshly allocated memory: faulting in 4 KiB pages costs several times the writing.
/// Does nothing where the system has no such request, and for ranges below one huge page.
void advise_huge_pages(void* begin, std::size_t bytes);

/// Bytes above which memory that was just written is no longer in a cache: most of the last level.
Index cached_bytes();

}  // namespace toeplix::detail
