#include "core/compile/copy_lines.hpp"

#include <complex>
#include <cstring>
#include <type_traits>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace toeplix::detail {

namespace {

/// Bytes that stay in the cache next to the processor, with room for what else is in use.
constexpr Index short_piece = 8 << 10;
/// Bytes that still stay in the cache after that.
[[maybe_unused]] constexpr Index long_piece = 64 << 10;

template <class T>
void copy_plain(T* to, const T* from, Index count, T shift) {
  for (Index i = 0; i < count; ++i) {
    if constexpr (std::is_integral_v<T>) {
      to[i] = static_cast<T>(from[i] + shift);
    } else {
      to[i] = from[i];
    }
  }
}

#if defined(__x86_64__) && defined(__GNUC__)

/// SSE2, which every x86-64 has.
template <class T>
void copy_streaming(T* to, const T* from, Index lines, T shift) {
  auto* const target = reinterpret_cast<__m128i*>(to);
  const auto* const source = reinterpret_cast<const __m128i*>(from);
  for (Index i = 0; i < 4 * lines; ++i) {
    __m128i bits = _mm_loadu_si128(source + i);
    if constexpr (std::is_same_v<T, std::int32_t>) {
      bits = _mm_add_epi32(bits, _mm_set1_epi32(shift));
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      bits = _mm_add_epi64(bits, _mm_set1_epi64x(shift));
    }
    _mm_stream_si128(target + i, bits);
  }
}

/// Half a line from `from`, wherever that lies, with `shift` added.
template <class T>
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i half_line(const T* from, T shift) {
  const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
  if constexpr (std::is_same_v<T, std::int32_t>) {
    return _mm256_add_epi32(bits, _mm256_set1_epi32(shift));
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return _mm256_add_epi64(bits, _mm256_set1_epi64x(shift));
  } else {
    return bits;
  }
}

template <class T>
[[gnu::target("avx2"), gnu::always_inline]] inline void copy_half_line(T* to, const T* from,
                                                                       T shift) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), half_line(from, shift));
}

/// All is loaded before the first is stored: up to a fifth faster than one by one (seen on Zen 3).
template <class T>
[[gnu::target("avx2"), gnu::always_inline]] inline void copy_four_lines(T* to, const T* from,
                                                                        T shift) {
  constexpr Index half = line_bytes / 2 / sizeof(T);
  // An array and a loop would do as well, but not with -O2, where they stay in memory.
  const __m256i bits0 = half_line(from, shift);
  const __m256i bits1 = half_line(from + half, shift);
  const __m256i bits2 = half_line(from + 2 * half, shift);
  const __m256i bits3 = half_line(from + 3 * half, shift);
  const __m256i bits4 = half_line(from + 4 * half, shift);
  const __m256i bits5 = half_line(from + 5 * half, shift);
  const __m256i bits6 = half_line(from + 6 * half, shift);
  const __m256i bits7 = half_line(from + 7 * half, shift);
  auto* const target = reinterpret_cast<__m256i*>(to);
  _mm256_storeu_si256(target, bits0);
  _mm256_storeu_si256(target + 1, bits1);
  _mm256_storeu_si256(target + 2, bits2);
  _mm256_storeu_si256(target + 3, bits3);
  _mm256_storeu_si256(target + 4, bits4);
  _mm256_storeu_si256(target + 5, bits5);
  _mm256_storeu_si256(target + 6, bits6);
  _mm256_storeu_si256(target + 7, bits7);
}

/// Ends that are no whole lines are part of a store that overlaps its neighbour, which is faster
/// than to put them together.
template <class T>
[[gnu::target("avx2")]] void copy_plain_avx2(T* to, const T* from, Index count, T shift) {
  constexpr Index half = line_bytes / 2 / sizeof(T);
  constexpr Index four = 8 * half;
  if (count < half) return copy_plain(to, from, count, shift);
  const T* const from_end = from + count;
  T* const to_end = to + count;
  copy_half_line(to, from, shift);
  const auto address = reinterpret_cast<std::uintptr_t>(to);
  const auto to_boundary =
      static_cast<Index>((line_bytes / 2 - address % (line_bytes / 2)) / sizeof(T));
  to += to_boundary;
  from += to_boundary;
  for (; from_end - from >= four; to += four, from += four) copy_four_lines(to, from, shift);
  for (; from_end - from >= half; to += half, from += half) copy_half_line(to, from, shift);
  copy_half_line(to_end - half, from_end - half, shift);
}

template <class T>
[[gnu::target("avx2")]] void copy_streaming_avx2(T* to, const T* from, Index lines, T shift) {
  constexpr Index half = line_bytes / 2 / sizeof(T);
  for (const T* const end = from + 2 * half * lines; from < end; from += 2 * half) {
    auto* const target = reinterpret_cast<__m256i*>(to);
    _mm256_stream_si256(target, half_line(from, shift));
    _mm256_stream_si256(target + 1, half_line(from + half, shift));
    to += 2 * half;
  }
}

/// Whether long pieces are copied fastest by the system's own copy. On processors with AVX-512
/// (seen on Zen 4) it alone overwrites a line that is in a distant cache without reading it first,
/// and the longer the piece is the better. Older ones (seen on Zen 3) copy fastest from the nearest
/// cache.
bool copies_long_pieces() {
  static const bool result = __builtin_cpu_supports("avx512f") != 0;
  return result;
}

template <class T>
void copy_plain_system(T* to, const T* from, Index count, T) {
  constexpr auto line = static_cast<Index>(line_bytes / sizeof(T));
  constexpr Index long_enough = 64 * line;
  if (count < long_enough) return copy_plain_avx2(to, from, count, T());
  // The system's copy is at its best when it writes whole lines.
  const auto address = reinterpret_cast<std::uintptr_t>(to);
  const auto before = static_cast<Index>((line_bytes - address % line_bytes) / sizeof(T));
  const Index lines = (count - before) / line;
  const Index after = before + lines * line;
  copy_plain_avx2(to, from, before, T());
  std::memcpy(to + before, from + before, static_cast<std::size_t>(lines) * line_bytes);
  copy_plain_avx2(to + after, from + after, count - after, T());
}

#endif

}  // namespace

#if defined(__x86_64__) && defined(__GNUC__)

template <class T>
CopyElements<T> fastest_copy() {
  if (__builtin_cpu_supports("avx2") == 0) return copy_plain<T>;
  if constexpr (std::is_integral_v<T>) return copy_plain_avx2<T>;
  return copies_long_pieces() ? copy_plain_system<T> : copy_plain_avx2<T>;
}

template <class T>
CopyLines<T> fastest_streaming_copy() {
  return __builtin_cpu_supports("avx2") != 0 ? copy_streaming_avx2<T> : copy_streaming<T>;
}

template <class T>
Index best_piece_bytes() {
  if constexpr (std::is_integral_v<T>) return short_piece;
  return copies_long_pieces() ? long_piece : short_piece;
}

void finish_streaming() {
  _mm_sfence();
}

#else

template <class T>
CopyElements<T> fastest_copy() {
  return copy_plain<T>;
}

template <class T>
CopyLines<T> fastest_streaming_copy() {
  return [](T* to, const T* from, Index lines, T shift) {
    copy_plain(to, from, lines * static_cast<Index>(line_bytes / sizeof(T)), shift);
  };
}

template <class T>
Index best_piece_bytes() {
  return short_piece;
}

void finish_streaming() {}

#endif

template CopyElements<std::int32_t> fastest_copy();
template CopyLines<std::int32_t> fastest_streaming_copy();
template Index best_piece_bytes<std::int32_t>();
template CopyElements<std::int64_t> fastest_copy();
template CopyLines<std::int64_t> fastest_streaming_copy();
template Index best_piece_bytes<std::int64_t>();
template CopyElements<float> fastest_copy();
template CopyLines<float> fastest_streaming_copy();
template Index best_piece_bytes<float>();
template CopyElements<double> fastest_copy();
template CopyLines<double> fastest_streaming_copy();
template Index best_piece_bytes<double>();
template CopyElements<std::complex<float>> fastest_copy();
template CopyLines<std::complex<float>> fastest_streaming_copy();
template Index best_piece_bytes<std::complex<float>>();
template CopyElements<std::complex<double>> fastest_copy();
template CopyLines<std::complex<double>> fastest_streaming_copy();
template Index best_piece_bytes<std::complex<double>>();

}  // namespace toeplix::detail
