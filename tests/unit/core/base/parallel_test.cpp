#include "core/base/parallel.hpp"

#include "support/failures.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/diagonals.hpp>
#include <toeplix/error.hpp>
#include <toeplix/normal_equations.hpp>
#include <toeplix/operator.hpp>
#include <toeplix/separable.hpp>
#include <toeplix/weight_gradient.hpp>

#include <boost/test/unit_test.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <limits>
#include <vector>

BOOST_AUTO_TEST_SUITE(parallel)

namespace {

using toeplix::Index;
using toeplix::Resources;
using toeplix::detail::bounded_threads;

constexpr int huge = std::numeric_limits<int>::max();

}  // namespace

BOOST_AUTO_TEST_CASE(cores_bound_the_threads) {
  // What OpenMP offers by default, or by OMP_NUM_THREADS.
  BOOST_TEST(bounded_threads(0, 2, 2) == 2);
  BOOST_TEST(bounded_threads(0, 1, 8) == 1);
  BOOST_TEST(bounded_threads(0, 99999, 8) == 8);
  BOOST_TEST(bounded_threads(0, huge, 1) == 1);
  BOOST_TEST(bounded_threads(0, 0, 0) == 1);
  // What the caller asks for.
  BOOST_TEST(bounded_threads(1, 8, 8) == 1);
  BOOST_TEST(bounded_threads(4, 2, 2) == 4);
  BOOST_TEST(bounded_threads(17, 2, 2) == 16);
  BOOST_TEST(bounded_threads(huge, 2, 2) == 16);
  BOOST_TEST(bounded_threads(33, 2, 8) == 32);
  BOOST_TEST(bounded_threads(huge, huge, 256) == 1024);
}

BOOST_AUTO_TEST_CASE(no_more_threads_than_chunks) {
  for (const Index chunks : {0, 1, 3}) {
    std::atomic<int> in_turn{0};
    toeplix::detail::for_each_chunk(16, chunks, [&] {
      ++in_turn;
      return [](Index) {};
    });
    BOOST_TEST(in_turn >= 1);
    BOOST_TEST(in_turn <= std::max<Index>(1, chunks));
    std::atomic<int> own{0};
    toeplix::detail::for_each_own_chunk(16, chunks, [&] {
      ++own;
      return [](Index) {};
    });
    BOOST_TEST(own <= std::max<Index>(1, chunks));
  }
}

// GNU's OpenMP waits for ever for threads that a child does not have.
BOOST_AUTO_TEST_CASE(a_child_works_after_its_parent_used_threads) {
  const toeplix::Convolution conv("input=64,64 kernel=3 in=4 out=4");
  const std::vector<double> w(144, 1.0);
  const auto sum = [&] { return toeplix::compile(conv, w, {.resources = {.threads = 2}}).sum(); };
  const double expected = sum();
  const pid_t child = fork();
  BOOST_REQUIRE(child >= 0);
  if (child == 0) {
    alarm(60);
    _exit(sum() == expected ? 0 : 1);
  }
  int status = 0;
  BOOST_REQUIRE(waitpid(child, &status, 0) == child);
  BOOST_TEST((WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

BOOST_AUTO_TEST_CASE(negative_resources_are_refused) {
  const toeplix::Convolution conv({.input = {3}, .kernel = {2}});
  const std::vector<double> w{1, 2};
  const auto check = [](const auto& call) {
    toeplix::test::check_throws<toeplix::Error>(
        [&] { call(Resources{.threads = -1}); },
        "threads -1 is negative; expected a number above 0, or 0 for the default");
    toeplix::test::check_throws<toeplix::Error>(
        [&] { call(Resources{.memory_budget = -5}); },
        "memory_budget -5 is negative; expected a number above 0, or 0 for the default");
  };
  check([&](const Resources& r) { (void)toeplix::compile(conv, w, {.resources = r}); });
  check([&](const Resources& r) { (void)toeplix::compile_rows(conv, w, 0, 1, {.resources = r}); });
  check([&](const Resources& r) {
    auto matrix = toeplix::compile(conv, w);
    toeplix::recompile(matrix, conv, w, r);
  });
  check([&](const Resources& r) { (void)toeplix::Operator(conv, w, r); });
  check([&](const Resources& r) {
    (void)toeplix::weight_gradient(conv, std::vector<double>(3), std::vector<double>(2), r);
  });
  check([&](const Resources& r) { (void)toeplix::diagonals(conv, w, {.resources = r}); });
  check([&](const Resources& r) { (void)toeplix::normal_equations(conv, w, r); });
  check([&](const Resources& r) {
    (void)toeplix::compile(toeplix::Separable({toeplix::CoefficientTable::identity(2)}), r);
  });
}

BOOST_AUTO_TEST_SUITE_END()
