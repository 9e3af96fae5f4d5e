#include "core/base/parallel.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// Who does which chunks of a piece of work.

BOOST_AUTO_TEST_SUITE(chunks)

namespace {

using toeplix::Index;
using toeplix::detail::chunk_begin;
using toeplix::detail::for_each_chunk;
using toeplix::detail::for_each_own_chunk;

constexpr auto in_turn = [](int threads, Index chunks, const auto& make_worker) {
  for_each_chunk(threads, chunks, make_worker);
};
constexpr auto own_first = [](int threads, Index chunks, const auto& make_worker) {
  for_each_own_chunk(threads, chunks, make_worker);
};

/// How often each chunk was done.
template <class ForEach>
std::vector<std::atomic<int>> count_done(const ForEach& for_each, int threads, Index chunks) {
  std::vector<std::atomic<int>> done(static_cast<std::size_t>(chunks));
  for_each(threads, chunks,
           [&] { return [&](Index chunk) { ++done[static_cast<std::size_t>(chunk)]; }; });
  return done;
}

template <class ForEach>
void check_each_once(const ForEach& for_each, const std::string& what) {
  for (const int threads : {1, 2, 3, 7}) {
    for (const Index chunks : {0, 1, 2, 6, 7, 8, 100}) {
      for (const auto& count : count_done(for_each, threads, chunks)) {
        BOOST_TEST(count == 1, what << ": " << threads << " threads, " << chunks << " chunks");
      }
    }
  }
}

/// Whether an exception of one thread reaches the caller, whichever thread throws it.
template <class ForEach>
void check_rethrown(const ForEach& for_each) {
  for (const int threads : {1, 3}) {
    BOOST_CHECK_THROW(for_each(threads, 20,
                               [] {
                                 return [](Index chunk) {
                                   if (chunk == 13) throw std::length_error("13");
                                 };
                               }),
                      std::length_error);
    BOOST_CHECK_THROW(for_each(threads, 20,
                               [] {
                                 throw std::length_error("all");
                                 return [](Index) {};
                               }),
                      std::length_error);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_is_done_once) {
  check_each_once(in_turn, "in turn");
  check_each_once(own_first, "own first");
}

BOOST_AUTO_TEST_CASE(exceptions_arrive) {
  check_rethrown(in_turn);
  check_rethrown(own_first);
}

#ifdef _OPENMP

namespace {

/// Whether a region gets as many threads as it asks for: the environment may limit them.
bool gets_threads(int threads) {
  int got = 0;
#pragma omp parallel num_threads(threads)
#pragma omp single
  got = omp_get_num_threads();
  if (got < threads) BOOST_TEST_MESSAGE("left out: OpenMP gives no " << threads << " threads here");
  return got == threads;
}

/// Waits for another thread, but not for ever. Returns whether it came.
template <class Condition>
bool wait_for(const Condition& condition) {
  const auto late = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition() && std::chrono::steady_clock::now() < late) std::this_thread::yield();
  return condition();
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_thread_where_more_were_asked_for_does_all) {
  // A region within one of a single level gets no threads of its own.
  const int levels = omp_get_max_active_levels();
  omp_set_max_active_levels(1);
  std::atomic<int> threads{0};
  std::atomic<int> done{0};
#pragma omp parallel num_threads(2)
#pragma omp single
  for_each_own_chunk(4, 30, [&] {
    ++threads;
    return [&](Index) { ++done; };
  });
  omp_set_max_active_levels(levels);
  BOOST_TEST(threads == 1);
  BOOST_TEST(done == 30);
}

BOOST_AUTO_TEST_CASE(every_thread_begins_with_its_own_share) {
  constexpr int threads = 3;
  constexpr Index chunks = 14;
  if (!gets_threads(threads)) return;
  std::atomic<int> begun{0};
  std::vector<Index> first(threads, -1);
  for_each_own_chunk(threads, chunks, [&] {
    return [&, fresh = true](Index chunk) mutable {
      if (!fresh) return;
      fresh = false;
      first[static_cast<std::size_t>(omp_get_thread_num())] = chunk;
      // No thread takes what others have left before all have begun.
      ++begun;
      wait_for([&] { return begun == threads; });
    };
  });
  BOOST_REQUIRE(begun == threads);
  for (int thread = 0; thread < threads; ++thread) {
    BOOST_TEST(first[static_cast<std::size_t>(thread)] == chunk_begin(chunks, threads, thread));
  }
}

BOOST_AUTO_TEST_CASE(others_help_a_thread_that_is_held_up) {
  constexpr int threads = 2;
  constexpr Index chunks = 20;
  if (!gets_threads(threads)) return;
  std::atomic<int> done{0};
  std::atomic<bool> helped{false};
  for_each_own_chunk(threads, chunks, [&] {
    return [&](Index chunk) {
      ++done;
      // The first one takes until all others are done, those of the same share too.
      if (chunk == 0) helped = wait_for([&] { return done == chunks; });
    };
  });
  BOOST_TEST(helped);
}

#endif

BOOST_AUTO_TEST_SUITE_END()
