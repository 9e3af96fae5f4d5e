#include "core/compile/repeat.hpp"

#include <boost/test/unit_test.hpp>

#include <complex>
#include <cstdint>
#include <numeric>
#include <vector>

// Elements that are copies of those one period before them, shifted or not.

BOOST_AUTO_TEST_SUITE(repeat_elements)

namespace {

using toeplix::Index;
using toeplix::detail::repeat;
using toeplix::detail::repeat_shifted;

/// Lengths around those of a piece: 16 KiB are 4096 elements of 4 bytes, 1024 of 16.
const std::vector<Index> periods = {1, 2, 3, 7, 8, 81, 1023, 1024, 1025, 4095, 4096, 4097, 9000};

std::vector<Index> counts(Index period) {
  return {period, period + 1, 2 * period - 1, 2 * period, 3 * period + 1, period + 20'000};
}

template <class T>
void check_repeat(Index period, Index count) {
  // Two more, which stay.
  std::vector<T> elements(static_cast<std::size_t>(count) + 2, T(-5));
  std::vector<T> expected = elements;
  for (Index i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    expected[at] = static_cast<T>(static_cast<float>(i % period + 1));
    if (i < period) elements[at] = expected[at];
  }
  repeat(elements.data(), period, count);
  BOOST_TEST((elements == expected), "period " << period << ", count " << count);
}

template <class T>
void check_repeat_shifted(Index period, Index count, Index shift) {
  std::vector<T> elements(static_cast<std::size_t>(count) + 2, T{-5});
  std::vector<T> expected = elements;
  for (Index i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    expected[at] = static_cast<T>(3 * (i % period) + i / period * shift);
    if (i < period) elements[at] = expected[at];
  }
  repeat_shifted(elements.data(), period, count, shift);
  BOOST_TEST((elements == expected),
             "period " << period << ", count " << count << ", shift " << shift);
}

}  // namespace

BOOST_AUTO_TEST_CASE(values_are_copied) {
  for (const Index period : periods) {
    for (const Index count : counts(period)) {
      check_repeat<float>(period, count);
      check_repeat<double>(period, count);
      check_repeat<std::complex<float>>(period, count);
      check_repeat<std::complex<double>>(period, count);
      check_repeat<Index>(period, count);
    }
  }
}

BOOST_AUTO_TEST_CASE(indices_are_shifted) {
  for (const Index period : periods) {
    for (const Index count : counts(period)) {
      for (const Index shift : {0, 1, 64}) {
        check_repeat_shifted<std::int32_t>(period, count, shift);
        check_repeat_shifted<std::int64_t>(period, count, shift);
      }
    }
  }
  check_repeat_shifted<std::int64_t>(2, 20, Index{1} << 40);
  // The last one is the largest number there is.
  check_repeat_shifted<std::int32_t>(1, 2, 2'147'483'647);
}

// A row range without entries has a period of 0.
BOOST_AUTO_TEST_CASE(nothing_is_repeated) {
  repeat(static_cast<float*>(nullptr), 0, 0);
  repeat_shifted(static_cast<int*>(nullptr), 0, 0, 1);
  std::vector<int> one = {7};
  repeat_shifted(one.data(), 1, 1, 1);
  BOOST_TEST(one.front() == 7);
}

BOOST_AUTO_TEST_SUITE_END()
