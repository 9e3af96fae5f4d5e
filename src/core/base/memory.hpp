#pragma once

#include <toeplix/index.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <mutex>

namespace toeplix::detail {

/// Bytes that this process can still take without swapping: the machine's available memory, or
/// what is left under the limits of its control group and those around it, whichever is less. The
/// largest Index where neither is known.
Index available_memory();

/// Tells who is about to take memory how much there is. That is read from a dozen files, which
/// takes longer than to compile a small matrix. So a small part of the last reading is granted
/// without another, if it is a few milliseconds old; what has been granted since is taken off.
/// Thread-safe.
class AvailableMemory {
 public:
  using Clock = std::chrono::steady_clock;

  explicit AvailableMemory(Index (*read)()) : read_(read) {}

  /// Bytes available to one who takes `bytes` if they are among them.
  Index before_taking(Index bytes, Clock::time_point now);

 private:
  Index (*read_)();
  std::mutex mutex_;
  Index left_ = 0;
  Clock::time_point read_at_;
};

/// `available_memory` by an AvailableMemory that all of the process shares.
Index available_memory_before_taking(Index bytes);

/// Bytes left under the limits of control groups (version 1 or 2): `membership` names the groups,
/// as
/// `/proc/self/cgroup` does, and `root` is where their files are. Cached files do not count as
/// used, as they are given up first. The largest Index where there is no limit.
Index group_available(const std::filesystem::path& membership, const std::filesystem::path& root);

/// Bytes above which memory that was just written is no longer in a cache: most of the last level.
Index cached_bytes();

}  // namespace toeplix::detail
