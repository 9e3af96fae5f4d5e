#pragma once

#include <complex>
#include <concepts>
#include <cstdint>
#include <string_view>

namespace toeplix {

/// What the numbers of a file can be: NumPy's types of the same names.
enum class NumberType {
  boolean,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float16,
  float32,
  float64,
  complex64,
  complex128,
};

/// NumPy's name, e.g. `float64`; `bool` for `boolean`.
///
///     toeplix::to_string(toeplix::NumberType::float64);  // "float64"
[[nodiscard]] std::string_view to_string(NumberType type);

namespace detail {
template <class T, class... Types>
concept OneOf = (std::same_as<T, Types> || ...);
}  // namespace detail

/// The types that numbers of a file are read into and written from.
template <class T>
concept NumberScalar = detail::OneOf<T, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                                     std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t,
                                     float, double, std::complex<float>, std::complex<double>>;

/// How the arrays of a matrix lie in a file.
enum class FileCompression {
  stored,    ///< as they are: fast, and as large as the matrix
  deflated,  ///< packed by zlib: smaller, much slower
};

}  // namespace toeplix
