#include "copy_lines.hpp"

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
void copy_plain(T* to, const T* from, Index lines, T shift) {
  const Index count = lines * static_cast<Index>(line_bytes / sizeof(T));
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
[[gnu::target("avx2")]] __m256i half_line(const T* from, T shift) {
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
[[gnu::target("avx2")]] void copy_plain_avx2(T* to, const T* from, Index lines, T shift) {
  constexpr Index half = line_bytes / 2 / sizeof(T);
  for (const T* const end = from + 2 * half * lines; from < end; from += 2 * half) {
    auto* const target = reinterpret_cast<__m256i*>(to);
    _mm256_store_si256(target, half_line(from, shift));
    _mm256_store_si256(target + 1, half_line(from + half, shift));
    to += 2 * half;
  }
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
void copy_plain_system(T* to, const T* from, Index lines, T shift) {
  constexpr Index long_enough = 64;
  if (lines < long_enough) {
    copy_plain_avx2(to, from, lines, shift);
  } else {
    std::memcpy(to, from, static_cast<std::size_t>(lines) * line_bytes);
  }
}

#endif

}  // namespace

#if defined(__x86_64__) && defined(__GNUC__)

template <class T>
CopyLines<T> fastest_copy_lines(Stores stores) {
  const bool avx2 = __builtin_cpu_supports("avx2") != 0;
  if (stores == Stores::streaming) return avx2 ? copy_streaming_avx2<T> : copy_streaming<T>;
  if (!avx2) return copy_plain<T>;
  if constexpr (std::is_integral_v<T>) return copy_plain_avx2<T>;
  return copies_long_pieces() ? copy_plain_system<T> : copy_plain_avx2<T>;
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
CopyLines<T> fastest_copy_lines(Stores) {
  return copy_plain<T>;
}

template <class T>
Index best_piece_bytes() {
  return short_piece;
}

void finish_streaming() {}

#endif

template CopyLines<std::int32_t> fastest_copy_lines(Stores);
template Index best_piece_bytes<std::int32_t>();
template CopyLines<std::int64_t> fastest_copy_lines(Stores);
template Index best_piece_bytes<std::int64_t>();
template CopyLines<float> fastest_copy_lines(Stores);
template Index best_piece_bytes<float>();
template CopyLines<double> fastest_copy_lines(Stores);
template Index best_piece_bytes<double>();
template CopyLines<std::complex<float>> fastest_copy_lines(Stores);
template Index best_piece_bytes<std::complex<float>>();
template CopyLines<std::complex<double>> fastest_copy_lines(Stores);
template Index best_piece_bytes<std::complex<double>>();

}  // namespace toeplix::detail
