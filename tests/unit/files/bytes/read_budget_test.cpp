#include "files/bytes/read_budget.hpp"

#include "support/failures.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>

BOOST_AUTO_TEST_SUITE(read_budget)

using toeplix::CapacityError;
using toeplix::Index;
using toeplix::detail::check_capacity;
using toeplix::detail::MatrixSize;

BOOST_AUTO_TEST_CASE(a_request_is_the_budget) {
  BOOST_TEST(toeplix::detail::read_budget(1, 1 << 20) == 1);
  BOOST_TEST(toeplix::detail::read_budget(Index{1} << 50, 1) == Index{1} << 50);
  BOOST_TEST(toeplix::detail::read_budget(0, 1) <= Index{1} << 30);
  BOOST_TEST(toeplix::detail::read_budget(0, std::numeric_limits<std::uint64_t>::max()) > 0);
}

// One less than the largest number, because there is a pointer more than there are lines.
BOOST_AUTO_TEST_CASE(the_largest_sizes_of_an_index_type) {
  const Index limit = std::numeric_limits<std::int32_t>::max();
  const auto check = [](const MatrixSize& size) { check_capacity<std::int32_t>("m", size, 0, 1); };
  BOOST_CHECK_NO_THROW(check({limit - 1, limit - 1, limit - 1}));
  toeplix::test::check_capacity(
      [&] {
        check({limit, 2, 3});
      },
      "m: 2147483647 x 2 with 3 entries exceeds a 32-bit index; read it "
      "with std::int64_t",
      3);
  BOOST_CHECK_THROW(check({2, limit, 3}), CapacityError);
  BOOST_CHECK_THROW(check({2, 3, limit}), CapacityError);
  const Index most = std::numeric_limits<Index>::max();
  BOOST_CHECK_NO_THROW(check_capacity<std::int64_t>("m", {most - 1, 2, 3}, 0, 1));
  toeplix::test::check_capacity(
      [&] {
        check_capacity<std::int64_t>("m", {most, 2, 3}, 0, 1);
      },
      "m: 9223372036854775807 x 2 with 3 entries exceeds a 64-bit index", 3);
}

BOOST_AUTO_TEST_CASE(the_budget_may_be_used_up) {
  BOOST_CHECK_NO_THROW(check_capacity<std::int32_t>("m", {2, 2, 3}, 40, 40));
  toeplix::test::check_capacity(
      [] {
        check_capacity<std::int32_t>("m", {2, 2, 3}, 41, 40);
      },
      "m: reading 2 x 2 with 3 entries takes 41 bytes, which exceeds the memory budget of 40 "
      "bytes; raise Resources::memory_budget",
      3, 41);
  // What 64 bits do not count.
  toeplix::test::check_capacity(
      [] {
        check_capacity<std::int64_t>("m", {2, 2, 3}, 1e19, 40);
      },
      "m: reading 2 x 2 with 3 entries takes more than 2^63 bytes, which exceeds the memory budget "
      "of 40 bytes; raise Resources::memory_budget",
      3);
}

BOOST_AUTO_TEST_SUITE_END()
