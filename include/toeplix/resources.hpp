#pragma once

#include <toeplix/index.hpp>

namespace toeplix {

/// What a call may take of the machine. The options of whatever uses threads or much memory have
/// one.
///
///     toeplix::compile(conv, weights, {.resources = {.threads = 4, .memory_budget = 1 << 30}});
struct Resources {
  /// Threads of our own work; 0: as many as OpenMP offers (`OMP_NUM_THREADS`), but no more than
  /// cores. A larger number than cores is taken, up to 4 per core or 16, whichever is more; and
  /// there are never more threads than pieces of work. Results are the same, bit by bit, for any
  /// number. A negative one is an Error.
  ///
  /// After `fork()` a child has none of its parent's threads. If the parent has used several, one
  /// does all in the child, whatever is asked for.
  int threads = 0;
  /// Bytes that the call may allocate; 0: what the machine has free, or what the call says. A
  /// negative number is an Error.
  Index memory_budget = 0;
};

}  // namespace toeplix
