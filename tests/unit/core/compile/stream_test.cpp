#include "core/compile/stream.hpp"
#include "support/random.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <complex>
#include <cstdint>
#include <numeric>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace {

using toeplix::Index;
using toeplix::detail::Stores;
using toeplix::detail::Stream;

using Elements = std::tuple<std::int32_t, std::int64_t, float, double, std::complex<float>,
                            std::complex<double>>;

template <class T>
constexpr Index line = 64 / static_cast<Index>(sizeof(T));

/// Something in the middle of which to write, with room on both sides that must stay as it is.
template <class T>
class Target {
 public:
  /// `offset` elements after the beginning of a cache line.
  explicit Target(Index offset, Index lines = 24)
      : memory_(static_cast<std::size_t>(lines * line<T>), T(-1)) {
    begin_ = memory_.data();
    while (reinterpret_cast<std::uintptr_t>(begin_) % 64 != 0) ++begin_;
    begin_ += line<T> + offset;
  }

  T* begin() const { return begin_; }

  /// Whether `written` is at the beginning, and nothing else was touched.
  bool holds(const std::vector<T>& written) const {
    std::vector<T> expected(memory_.size(), T(-1));
    std::copy(written.begin(), written.end(), expected.begin() + (begin_ - memory_.data()));
    return memory_ == expected;
  }

 private:
  std::vector<T> memory_;
  T* begin_;
};

/// A number that every element type holds exactly.
template <class T>
T element(Index number) {
  if constexpr (std::is_arithmetic_v<T>) {
    return static_cast<T>(number);
  } else {
    return {static_cast<typename T::value_type>(number), 1};
  }
}

/// Appends pieces of these lengths, and returns what they must add up to.
template <class T>
std::vector<T> append_pieces(Stream<T>& stream, const std::vector<Index>& lengths) {
  std::vector<T> expected;
  Index number = 1;
  for (const Index length : lengths) {
    std::vector<T> piece(static_cast<std::size_t>(length + Stream<T>::readable_beyond), T(99));
    T shift = T();
    if constexpr (std::is_integral_v<T>) shift = static_cast<T>(1000 * number);
    for (Index i = 0; i < length; ++i) {
      piece[static_cast<std::size_t>(i)] = element<T>(number++);
      expected.push_back(piece[static_cast<std::size_t>(i)] + shift);
    }
    stream.append(piece.data(), length, shift);
  }
  return expected;
}

template <class T>
bool writes(Stores stores, Index offset, const std::vector<Index>& lengths) {
  const Target<T> target(offset,
                         8 + std::accumulate(lengths.begin(), lengths.end(), Index{0}) / line<T>);
  std::vector<T> expected;
  {
    Stream<T> stream(target.begin(), stores);
    expected = append_pieces(stream, lengths);
  }
  return target.holds(expected);
}

/// Checks both kinds of stores.
template <class T>
void check_writes(Index offset, const std::vector<Index>& lengths, const std::string& what) {
  BOOST_TEST(writes<T>(Stores::cached, offset, lengths), "cached, offset " << offset << what);
  BOOST_TEST(writes<T>(Stores::streaming, offset, lengths), "streaming, offset " << offset << what);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stream)

BOOST_AUTO_TEST_CASE_TEMPLATE(one_piece_anywhere_in_a_cache_line, T, Elements) {
  for (Index offset = 0; offset < line<T>; ++offset) {
    for (Index length = 0; length <= 10 * line<T>; ++length) {
      check_writes<T>(offset, {length}, ", length " + std::to_string(length));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(two_pieces_that_share_a_cache_line, T, Elements) {
  for (Index offset = 0; offset < line<T>; ++offset) {
    for (Index first = 0; first <= 2 * line<T>; ++first) {
      for (const Index second : {Index{0}, Index{1}, line<T> - 1, line<T>, line<T> + 1}) {
        check_writes<T>(offset, {first, second},
                        ", lengths " + std::to_string(first) + " and " + std::to_string(second));
      }
    }
  }
}

// Some processors copy them in another way.
BOOST_AUTO_TEST_CASE_TEMPLATE(long_pieces, T, Elements) {
  for (Index offset = 0; offset < line<T>; ++offset) {
    for (const Index length :
         {64 * line<T> - 1, 64 * line<T>, 65 * line<T> + 1, 130 * line<T> - 1}) {
      check_writes<T>(offset, {length, 3, length}, ", twice length " + std::to_string(length));
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(many_pieces, T, Elements) {
  toeplix::test::Random random("many_pieces");
  for (int i = 0; i < 200; ++i) {
    const Index offset = random.between(0, line<T> - 1);
    std::vector<Index> lengths;
    Index room = 15 * line<T>;
    while (room > 0) {
      lengths.push_back(std::min(room, random.between(0, random.pick<Index>({2, 5, 40}))));
      room -= lengths.back() + 1;
    }
    check_writes<T>(offset, lengths, ", case " + std::to_string(i));
  }
}

BOOST_AUTO_TEST_SUITE_END()
