#pragma once

#include <toeplix/index.hpp>

#include <filesystem>

namespace toeplix::detail {

/// Bytes left under the limits of control groups (version 1 or 2): `membership` names the groups,
/// as `/proc/self/cgroup` does, and `root` is where their files are. Cached files do not count as
/// used, as they are given up first. The largest Index if there is no limit.
Index group_available(const std::filesystem::path& membership, const std::filesystem::path& root);

}  // namespace toeplix::detail
