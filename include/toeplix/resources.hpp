#pragma once

#include <toeplix/index.hpp>

namespace toeplix {

/// What a call may take of the machine. The options of whatever uses threads or much memory have
/// one.
///
///     toeplix::compile(conv, weights, {.resources = {.threads = 4, .memory_budget = 1 << 30}});
struct Resources {
  /// Threads of our own work; 0: as many as OpenMP offers. Results are the same, bit by bit, for
  /// any number.
  int threads = 0;
  /// Bytes that the call may allocate; 0: what the machine has free, or what the call says.
  Index memory_budget = 0;
};

}  // namespace toeplix
