#include "solvers/direct/blas_threads.hpp"
#include "support/solving.hpp"

#include <toeplix/solvers/least_squares.hpp>
#include <toeplix/solvers/solve_square.hpp>
#include <toeplix/solvers/tikhonov.hpp>

#include <boost/test/unit_test.hpp>

#include <dlfcn.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include <algorithm>
#include <atomic>
#include <memory>
#include <stop_token>
#include <thread>

// How many threads the BLAS has while a solver works. If the BLAS is not OpenBLAS, there is nothing
// to ask it, and nothing is done.

BOOST_AUTO_TEST_SUITE(blas_threads)

namespace {

using namespace toeplix::test;
using toeplix::Convolution;
using toeplix::detail::blas_threads_for;
using toeplix::detail::BlasThreads;

template <class Function>
Function* open_blas(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

const auto threads = open_blas<int()>("openblas_get_num_threads");
const auto set_threads = open_blas<void(int)>("openblas_set_num_threads");

/// Restores what it found.
struct Restore {
  int before = threads();
  ~Restore() { set_threads(before); }
};

/// What OpenMP allows this thread.
struct OpenMpState {
  int levels = 0;
  int threads = 0;
  bool operator==(const OpenMpState&) const = default;
};

OpenMpState open_mp_state() {
#ifdef _OPENMP
  return {omp_get_max_active_levels(), omp_get_max_threads()};
#else
  return {};
#endif
}

bool skipped() {
  if (threads != nullptr) return false;
  BOOST_TEST_MESSAGE("the BLAS is not OpenBLAS");
  return true;
}

/// Whether somebody sees this number of threads while `work` is done, a few hundred times at most.
template <class Work>
bool sees(int expected, const Work& work) {
  std::atomic<bool> seen = false;
  const std::jthread watch([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && !seen) seen = threads() == expected;
  });
  for (int repeat = 0; repeat < 500 && !seen; ++repeat) work();
  return seen;
}

}  // namespace

BOOST_AUTO_TEST_CASE(short_work_takes_one) {
  BOOST_TEST(blas_threads_for(0, 0) == 1);
  BOOST_TEST(blas_threads_for(1e9, 8) == 1);
  BOOST_TEST(blas_threads_for(1e10, 8) == 8);
  BOOST_TEST(blas_threads_for(1e10, 0) == 0);
}

BOOST_AUTO_TEST_CASE(set_and_restored) {
  if (skipped()) return;
  const Restore restore;
  set_threads(3);
  {
    const BlasThreads one(1);
    BOOST_TEST(threads() == 1);
  }
  BOOST_TEST(threads() == 3);
  {
    const BlasThreads all(0);
    BOOST_TEST(threads() == 3);
  }
  {
    const BlasThreads many(1000);
    BOOST_TEST(threads() == open_blas<int()>("openblas_get_num_procs")());
  }
  BOOST_TEST(threads() == 3);
  try {
    const BlasThreads one(1);
    throw 1;
  } catch (int) {
    BOOST_TEST(threads() == 3);
  }
}

BOOST_AUTO_TEST_CASE(several_at_once) {
  if (skipped()) return;
  const Restore restore;
  set_threads(3);
  // They need not go in the order in which they came.
  const OpenMpState before = open_mp_state();
  auto first = std::make_unique<BlasThreads>(1);
  auto second = std::make_unique<BlasThreads>(0);
  BOOST_TEST(threads() == 3);
  auto third = std::make_unique<BlasThreads>(1);
  first.reset();
  BOOST_TEST(threads() == 1);
  third.reset();
  second.reset();
  BOOST_TEST(threads() == 3);
  BOOST_TEST((open_mp_state() == before));
}

BOOST_AUTO_TEST_CASE(within_every_solver) {
  if (skipped()) return;
  const Restore restore;
  set_threads(3);
  const Convolution conv({.input = {20, 20}, .kernel = {5, 5}, .padding = 2});
  Numbers weights(25, 1.0);
  weights[12] = 40;
  const Numbers b = ones(conv);
  BOOST_TEST(sees(1, [&] { (void)toeplix::solve_square(conv, weights, b); }));
  BOOST_TEST(threads() == 3);
  BOOST_TEST(sees(1, [&] { (void)toeplix::least_squares(conv, weights, b); }));
  BOOST_TEST(threads() == 3);
  // Large enough to spend its time in the factorization.
  const Convolution larger({.input = {40, 40}, .kernel = {5, 5}, .padding = 2});
  BOOST_TEST(sees(1, [&] { toeplix::Tikhonov(larger, weights, 1); }));
  BOOST_TEST(threads() == 3);
  const toeplix::Tikhonov solver(larger, weights, 1);
  BOOST_TEST(sees(1, [&] { (void)solver.solve(ones(larger)); }));
  BOOST_TEST(threads() == 3);
}

BOOST_AUTO_TEST_CASE(long_work_takes_as_many_as_are_asked_for) {
  if (skipped()) return;
  const Restore restore;
  set_threads(3);
  const Convolution conv({.input = {80, 80}, .kernel = {9, 9}, .padding = 4});
  toeplix::Tikhonov solver(
      conv, Numbers(81, 1.0), toeplix::Regularizer::identity(),
      {.method = toeplix::SolveMethod::factorization, .resources = {.threads = 1}});
  BOOST_TEST(solver.report().flops > 2e9);
  BOOST_TEST(sees(1, [&] { solver.set_lambda(1); }));
  toeplix::Tikhonov all(conv, Numbers(81, 1.0), toeplix::Regularizer::identity(),
                        {.method = toeplix::SolveMethod::factorization});
  std::atomic<int> least = 1000;  // nobody has looked yet
  {
    const std::jthread watch([&](const std::stop_token& stop) {
      do {
        least = std::min<int>(least, threads());
      } while (!stop.stop_requested());
    });
    all.set_lambda(1);
  }
  BOOST_TEST(least == 3);
}

BOOST_AUTO_TEST_SUITE_END()
