#pragma once

#include <toeplix/spec.hpp>

#include <algorithm>
#include <atomic>
#include <exception>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace toeplix::detail {

/// Threads to use: the number asked for, or as many as OpenMP offers for 0; 1 without OpenMP. No
/// more than any machine has use for: OpenMP ends the process where the system refuses a thread.
inline int thread_count([[maybe_unused]] int asked) {
#ifdef _OPENMP
  constexpr int most = 1024;
  return asked > 0 ? std::min(asked, most) : omp_get_max_threads();
#else
  return 1;
#endif
}

/// As `thread_count`, but no more than it is worth starting to write `entries` of a matrix.
inline int threads_to_write(Index entries, int asked) {
  constexpr Index fewest_per_thread = Index{1} << 15;
  return static_cast<int>(std::clamp<Index>(entries / fewest_per_thread, 1, thread_count(asked)));
}

/// Several chunks per thread, so that one that is held up does not hold up the others; but not so
/// many that each makes its own templates for little.
inline constexpr Index chunks_per_thread = 8;

/// Where a chunk begins if `count` things are shared out evenly, and the one before it ends.
inline Index chunk_begin(Index count, Index chunks, Index chunk) {
  // count * chunk may exceed 64 bits; quotient and remainder do not.
  return count / chunks * chunk + count % chunks * chunk / chunks;
}

/// Calls `make_worker()` once on every thread, and what it returns for every chunk in [0, chunks),
/// in any order. An exception in a thread is rethrown here once all have stopped.
template <class MakeWorker>
void for_each_chunk([[maybe_unused]] int threads, Index chunks, const MakeWorker& make_worker) {
  std::atomic<Index> next{0};
  std::exception_ptr failure;
  // Chunks are handed out by a counter and not by `omp for`: an exception may not leave that.
#ifdef _OPENMP
#pragma omp parallel num_threads(threads) if (threads > 1)
#endif
  {
    try {
      auto worker = make_worker();
      for (Index chunk = next++; chunk < chunks; chunk = next++) worker(chunk);
    } catch (...) {
#ifdef _OPENMP
#pragma omp critical(toeplix_failure)
#endif
      failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace toeplix::detail
