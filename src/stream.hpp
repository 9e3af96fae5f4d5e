#pragma once

#include <toeplix/spec.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace toeplix::detail {

/// Appends to memory that is written once, front to back, and is larger than any cache.
///
/// Whole cache lines are written past the caches where the processor can do that: an ordinary
/// store would first read the line it is about to overwrite. The line that the end of one piece
/// and the beginning of the next share is put together in `line_` and written once.
///
/// `T` is a column index (`append` adds a shift to every element) or a scalar (`append` copies).
template <class T>
class Stream {
 public:
  /// Elements beyond the end of a piece that `append` may read (and ignores).
  static constexpr Index readable_beyond = 64 / sizeof(T);

  explicit Stream(T* begin) : next_(begin) {
    // Up to the first line boundary, elements are written one by one.
    const auto address = reinterpret_cast<std::uintptr_t>(begin);
    const auto misaligned = static_cast<Index>(address % line_bytes / sizeof(T));
    filled_ = misaligned;
    skipped_ = misaligned;
    next_ -= misaligned;
  }

  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { close(); }

  /// Appends `piece[i] + shift` for i in [0, count). `readable_beyond` elements past the piece must
  /// be readable. For scalars the shift must be T() and is not added.
  void append(const T* piece, Index count, T shift) {
    if (filled_ > 0) {
      const Index taken = std::min(count, line_length - filled_);
      put_line(line_.data() + filled_, piece, shift);
      filled_ += taken;
      piece += taken;
      count -= taken;
      if (filled_ < line_length) return;
      flush_line();
    }
    const Index lines = count / line_length;
    for (Index line = 0; line < lines; ++line) {
      stream_line(next_, piece, shift);
      next_ += line_length;
      piece += line_length;
    }
    filled_ = count - lines * line_length;
    if (filled_ > 0) put_line(line_.data(), piece, shift);
  }

  /// Writes what is left and makes all of it visible to other threads.
  void close() {
    for (Index i = skipped_; i < filled_; ++i) next_[i] = line_[static_cast<std::size_t>(i)];
    filled_ = 0;
    skipped_ = 0;
#ifdef __SSE2__
    _mm_sfence();
#endif
  }

 private:
  static constexpr std::size_t line_bytes = 64;
  static constexpr Index line_length = line_bytes / sizeof(T);
  static constexpr bool shifted = std::is_integral_v<T>;

#ifdef __SSE2__
  static __m128i load(const T* from, T shift, int quarter) {
    const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from) + quarter);
    if constexpr (!shifted) {
      return bits;
    } else if constexpr (sizeof(T) == 4) {
      return _mm_add_epi32(bits, _mm_set1_epi32(shift));
    } else {
      return _mm_add_epi64(bits, _mm_set1_epi64x(shift));
    }
  }

  static void put_line(T* to, const T* from, T shift) {
    for (int quarter = 0; quarter < 4; ++quarter) {
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to) + quarter, load(from, shift, quarter));
    }
  }

  static void stream_line(T* to, const T* from, T shift) {
    for (int quarter = 0; quarter < 4; ++quarter) {
      _mm_stream_si128(reinterpret_cast<__m128i*>(to) + quarter, load(from, shift, quarter));
    }
  }
#else
  static void put_line(T* to, const T* from, T shift) {
    for (Index i = 0; i < line_length; ++i) {
      if constexpr (shifted) {
        to[i] = static_cast<T>(from[i] + shift);
      } else {
        to[i] = from[i];
      }
    }
  }

  static void stream_line(T* to, const T* from, T shift) {
    put_line(to, from, shift);
  }
#endif

  void flush_line() {
    if (skipped_ > 0) {
      for (Index i = skipped_; i < line_length; ++i) {
        next_[i] = line_[static_cast<std::size_t>(i)];
      }
      skipped_ = 0;
    } else {
      stream_line(next_, line_.data(), T());
    }
    next_ += line_length;
    filled_ = 0;
  }

  T* next_;            // where the line being filled belongs; aligned to a line
  Index filled_ = 0;   // elements of `line_` in use, the skipped ones included
  Index skipped_ = 0;  // leading elements of the first line that are not ours
  // One line, and room for the rest of a piece that `put_line` copies whole.
  alignas(line_bytes) std::array<T, 2 * static_cast<std::size_t>(line_length)> line_{};
};

}  // namespace toeplix::detail
