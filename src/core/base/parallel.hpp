#pragma once

#include <toeplix/index.hpp>

#include "core/base/fork.hpp"
#include "core/base/interrupt.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <vector>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace toeplix::detail {

/// Threads to use of a machine with so many cores, if OpenMP offers so many: the number asked for,
/// but no more than 4 per core or 16; or for 0 what OpenMP offers, but no more than the cores.
/// OpenMP ends the process, or crashes, if the system refuses a thread; and threads beyond the
/// cores cost time.
inline int bounded_threads(int asked, int offered, int cores) {
  if (asked > 0) return std::min(asked, cores < 4 ? 16 : 4 * cores);
  return std::clamp(offered, 1, std::max(1, cores));
}

/// Threads to use, see `bounded_threads`; 1 without OpenMP.
inline int thread_count([[maybe_unused]] int asked) {
#ifdef _OPENMP
  return bounded_threads(asked, omp_get_max_threads(), omp_get_num_procs());
#else
  return 1;
#endif
}

/// As `thread_count`, but no more than it is worth starting to write `entries` of a matrix.
inline int threads_to_write(Index entries, int asked) {
  constexpr Index fewest_per_thread = Index{1} << 15;
  return static_cast<int>(std::clamp<Index>(entries / fewest_per_thread, 1, thread_count(asked)));
}

/// Several, so that a thread that is held up does not hold up the others.
inline constexpr Index chunks_per_thread = 8;

/// Where a chunk begins if `count` things are shared out evenly, and the one before it ends.
inline Index chunk_begin(Index count, Index chunks, Index chunk) {
  // count * chunk may exceed 64 bits; quotient and remainder do not.
  return count / chunks * chunk + count % chunks * chunk / chunks;
}

/// Calls `work(thread)` once on every thread in [0, threads); on fewer if the system gives fewer,
/// and on one in the child of a process that had several. An exception in a thread is rethrown here
/// once all have stopped. Precondition: threads > 0.
template <class Work>
void on_threads([[maybe_unused]] int threads, const Work& work) {
#ifdef _OPENMP
  if (threads > 1 && !threads_are_lost()) {
    remember_threads();
    std::exception_ptr failure;
#pragma omp parallel num_threads(threads)
    {
      try {
        work(omp_get_thread_num());
      } catch (...) {
#pragma omp critical(toeplix_failure)
        failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    return;
  }
#endif
  work(0);
}

/// As many threads as there is something to do for.
inline int threads_for(int threads, Index chunks) {
  return static_cast<int>(std::clamp<Index>(chunks, 1, threads));
}

/// Calls `make_worker()` once on every thread, but on no more than there are chunks, and what it
/// returns for every chunk in [0, chunks), in this order. Exceptions as in `on_threads`; after one
/// no further chunk is begun. Throws Interrupted if the calling thread is asked to stop: it asks
/// before the first chunk and between its own.
template <class MakeWorker>
void for_each_chunk(int threads, Index chunks, const MakeWorker& make_worker) {
  stop_if_asked();
  std::atomic<Index> next{0};
  // Chunks are handed out by a counter and not by `omp for`: an exception may not leave that.
  on_threads(threads_for(threads, chunks), [&](int) {
    auto worker = make_worker();
    try {
      for (Index chunk = next++; chunk < chunks; chunk = next++) {
        stop_if_asked();
        worker(chunk);
      }
    } catch (...) {
      next = chunks;
      throw;
    }
  });
}

/// As `for_each_chunk`, but in any order: every thread does its own share of the chunks, which lie
/// together, and then helps the others. So memory that is written again and again is written by the
/// same core, in whose caches it lies, and threads seldom touch the same new page first.
template <class MakeWorker>
void for_each_own_chunk(int threads, Index chunks, const MakeWorker& make_worker) {
  stop_if_asked();
  threads = threads_for(threads, chunks);
  // So far apart that they share no cache line; otherwise the threads would wait for one another.
  struct alignas(128) Next {
    std::atomic<Index> chunk;
  };
  // Few threads need no memory.
  std::array<Next, 64> of_few;
  const bool few = threads <= static_cast<int>(of_few.size());
  std::vector<Next> of_many(few ? 0 : static_cast<std::size_t>(threads));
  Next* const next = few ? of_few.data() : of_many.data();
  for (int owner = 0; owner < threads; ++owner) {
    next[owner].chunk = chunk_begin(chunks, threads, owner);
  }
  on_threads(threads, [&](int thread) {
    auto worker = make_worker();
    try {
      for (int helped = 0; helped < threads; ++helped) {
        const int owner = (thread + helped) % threads;
        const Index end = chunk_begin(chunks, threads, owner + 1);
        std::atomic<Index>& at = next[owner].chunk;
        for (Index chunk = at++; chunk < end; chunk = at++) {
          stop_if_asked();
          worker(chunk);
        }
      }
    } catch (...) {
      for (int owner = 0; owner < threads; ++owner) next[owner].chunk = chunks;
      throw;
    }
  });
}

}  // namespace toeplix::detail
