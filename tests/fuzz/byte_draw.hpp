#pragma once

#include <toeplix/spec.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace toeplix::fuzz {

/// Numbers from the bytes of an input, one byte each, so that a changed byte changes one thing.
/// After the last byte they go on at random, the same for every input.
class ByteDraw {
 public:
  explicit ByteDraw(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// A number from `lowest` to `highest`, both included; fewer than 256 of them.
  Index between(Index lowest, Index highest) { return lowest + next() % (highest - lowest + 1); }
  bool once_in(Index times) { return between(1, times) == 1; }
  template <class T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[between(0, static_cast<Index>(choices.size()) - 1)];
  }

 private:
  Index next() {
    if (at_ < bytes_.size()) return static_cast<Index>(bytes_[at_++]);
    // Knuth's MMIX generator, of which the upper bits are good.
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<Index>(state_ >> 56);
  }

  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  std::uint64_t state_ = 0;
};

}  // namespace toeplix::fuzz
