#pragma once

#include <toeplix/files/numbers.hpp>

#include <bit>
#include <complex>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

namespace toeplix::detail {

/// What the numbers of an array are in a file.
struct StoredNumbers {
  NumberType type;
  std::endian byte_order;
};

/// NumPy's letter: b, i, u, f, c for bool, signed, unsigned, floating-point, complex.
char letter_of(NumberType type);

/// Bytes of one number.
std::uint64_t bytes_of(NumberType type);

/// Letter and bytes, e.g. `f8`.
std::string short_name(NumberType type);

/// The type of that letter and size, if there is one.
std::optional<NumberType> find_number_type(char letter, std::uint64_t bytes);

template <class T>
inline constexpr bool is_complex = false;
template <class Real>
inline constexpr bool is_complex<std::complex<Real>> = true;

/// The type that holds a `T` as it is.
template <NumberScalar T>
NumberType number_type_of() {
  const char letter = is_complex<T>                 ? 'c'
                      : std::is_floating_point_v<T> ? 'f'
                      : std::is_signed_v<T>         ? 'i'
                                                    : 'u';
  return *find_number_type(letter, sizeof(T));
}

}  // namespace toeplix::detail
