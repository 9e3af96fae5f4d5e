#include "files/bytes/stored_values.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

namespace toeplix::detail {
namespace {

/// Stored forms that C++ has no type of its own for.
struct StoredBool {
  std::uint8_t byte;
};
struct StoredHalf {
  std::uint16_t bits;
};

template <class T>
constexpr bool is_complex = false;
template <class Real>
constexpr bool is_complex<std::complex<Real>> = true;

/// What a type can hold: each class can hold all before it.
enum class NumberClass { integer, real, complex };

template <class T>
constexpr NumberClass class_of_type = is_complex<T>                 ? NumberClass::complex
                                      : std::is_floating_point_v<T> ? NumberClass::real
                                                                    : NumberClass::integer;

NumberClass class_of(NpyType type) {
  if (type >= NpyType::complex64) return NumberClass::complex;
  return type >= NpyType::float16 ? NumberClass::real : NumberClass::integer;
}

/// Calls `action(std::type_identity<Stored>)` with the type that holds the bytes of `type`.
template <class Action>
void with_stored_type(NpyType type, Action&& action) {
  switch (type) {
    case NpyType::boolean:
      return action(std::type_identity<StoredBool>());
    case NpyType::int8:
      return action(std::type_identity<std::int8_t>());
    case NpyType::int16:
      return action(std::type_identity<std::int16_t>());
    case NpyType::int32:
      return action(std::type_identity<std::int32_t>());
    case NpyType::int64:
      return action(std::type_identity<std::int64_t>());
    case NpyType::uint8:
      return action(std::type_identity<std::uint8_t>());
    case NpyType::uint16:
      return action(std::type_identity<std::uint16_t>());
    case NpyType::uint32:
      return action(std::type_identity<std::uint32_t>());
    case NpyType::uint64:
      return action(std::type_identity<std::uint64_t>());
    case NpyType::float16:
      return action(std::type_identity<StoredHalf>());
    case NpyType::float32:
      return action(std::type_identity<float>());
    case NpyType::float64:
      return action(std::type_identity<double>());
    case NpyType::complex64:
      return action(std::type_identity<std::complex<float>>());
    case NpyType::complex128:
      return action(std::type_identity<std::complex<double>>());
  }
}

float decode(StoredHalf half) {
  const int exponent = half.bits >> 10 & 0x1f;
  const int fraction = half.bits & 0x3ff;
  float magnitude = std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  if (exponent == 0) magnitude = std::ldexp(static_cast<float>(fraction), -24);
  if (exponent == 31) {
    magnitude = fraction == 0 ? std::numeric_limits<float>::infinity()
                              : std::numeric_limits<float>::quiet_NaN();
  }
  return half.bits >> 15 != 0 ? -magnitude : magnitude;
}

std::uint8_t decode(StoredBool value) {
  return value.byte != 0 ? 1 : 0;
}

template <class T>
T decode(T value) {
  return value;
}

/// True where the mantissa of `Real` holds every significant bit of the integer.
template <class Real, class Integer>
bool fits_mantissa(Integer value) {
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = value < 0 ? 0 - bits : bits;
  if (magnitude == 0) return true;
  const int significant = 64 - std::countl_zero(magnitude) - std::countr_zero(magnitude);
  return significant <= std::numeric_limits<Real>::digits;
}

/// The conversions that `read_npy` documents; nothing where the value would be lost.
template <class T, class Stored>
std::optional<T> convert(Stored value) {
  if constexpr (class_of_type < Stored >> class_of_type<T>) {
    return std::nullopt;
  } else if constexpr (std::is_same_v<T, Stored>) {
    return value;
  } else if constexpr (is_complex<Stored>) {
    using Real = typename T::value_type;
    const auto real = convert<Real>(value.real());
    const auto imaginary = convert<Real>(value.imag());
    if (!real || !imaginary) return std::nullopt;
    return T(*real, *imaginary);
  } else if constexpr (is_complex<T>) {
    const auto real = convert<typename T::value_type>(value);
    return real ? std::optional<T>(*real) : std::nullopt;
  } else if constexpr (std::is_floating_point_v<Stored>) {
    const T rounded = static_cast<T>(value);
    if (std::isfinite(value) && !std::isfinite(rounded)) return std::nullopt;
    return rounded;
  } else if constexpr (std::is_floating_point_v<T>) {
    return fits_mantissa<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt;
  } else {
    return std::in_range<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt;
  }
}

template <class Stored>
Stored load(const std::byte* from, std::endian order) {
  std::array<std::byte, sizeof(Stored)> bytes;
  std::memcpy(bytes.data(), from, sizeof(Stored));
  if (order != std::endian::native) {
    constexpr std::size_t part = is_complex<Stored> ? sizeof(Stored) / 2 : sizeof(Stored);
    for (auto begin = bytes.begin(); begin != bytes.end(); begin += part) {
      std::reverse(begin, begin + part);
    }
  }
  return std::bit_cast<Stored>(bytes);
}

/// Reads block by block through a small buffer.
template <class T, class Stored>
void read_converted(ByteStream& stream, std::endian order, std::span<T> values) {
  constexpr std::size_t block = 4096;
  std::vector<std::byte> buffer(std::min(block, values.size()) * sizeof(Stored));
  while (!values.empty()) {
    const std::uint64_t first_byte = stream.position();
    const std::size_t count = std::min(block, values.size());
    stream.read(std::span(buffer).first(count * sizeof(Stored)));
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = convert<T>(decode(load<Stored>(&buffer[i * sizeof(Stored)], order)));
      if (!value) {
        throw format_error(stream.name(), first_byte + i * sizeof(Stored),
                           "expected a value that " + npy_descriptor<T>().substr(1) + " can hold");
      }
      values[i] = *value;
    }
    values = values.subspan(count);
  }
}

}  // namespace

template <NpyScalar T>
std::string npy_descriptor() {
  constexpr bool little = std::endian::native == std::endian::little;
  const char order = sizeof(T) == 1 ? '|' : little ? '<' : '>';
  const char kind = is_complex<T>                 ? 'c'
                    : std::is_floating_point_v<T> ? 'f'
                    : std::is_signed_v<T>         ? 'i'
                                                  : 'u';
  return std::string{order, kind} + std::to_string(sizeof(T));
}

template <NpyScalar T>
void check_convertible(const NpyHeader& header, const std::string& name) {
  if (class_of(header.type) <= class_of_type<T>) return;
  const std::string expected = class_of_type<T> == NumberClass::real ? "real" : "integer";
  throw format_error(
      name, "expected " + expected + " values, got " + std::string(to_string(header.type)));
}

template <NpyScalar T>
void read_values(ByteStream& stream, const NpyHeader& header, std::span<T> values) {
  with_stored_type(header.type, [&]<class Stored>(std::type_identity<Stored>) {
    if constexpr (std::is_same_v<T, Stored>) {
      if (sizeof(T) == 1 || header.byte_order == std::endian::native) {
        return stream.read(std::as_writable_bytes(values));
      }
    }
    read_converted<T, Stored>(stream, header.byte_order, values);
  });
}

// clang-format off
template std::string npy_descriptor<std::int8_t>();
template std::string npy_descriptor<std::int16_t>();
template std::string npy_descriptor<std::int32_t>();
template std::string npy_descriptor<std::int64_t>();
template std::string npy_descriptor<std::uint8_t>();
template std::string npy_descriptor<std::uint16_t>();
template std::string npy_descriptor<std::uint32_t>();
template std::string npy_descriptor<std::uint64_t>();
template std::string npy_descriptor<float>();
template std::string npy_descriptor<double>();
template std::string npy_descriptor<std::complex<float>>();
template std::string npy_descriptor<std::complex<double>>();

template void check_convertible<std::int8_t>(const NpyHeader&, const std::string&);
template void check_convertible<std::int16_t>(const NpyHeader&, const std::string&);
template void check_convertible<std::int32_t>(const NpyHeader&, const std::string&);
template void check_convertible<std::int64_t>(const NpyHeader&, const std::string&);
template void check_convertible<std::uint8_t>(const NpyHeader&, const std::string&);
template void check_convertible<std::uint16_t>(const NpyHeader&, const std::string&);
template void check_convertible<std::uint32_t>(const NpyHeader&, const std::string&);
template void check_convertible<std::uint64_t>(const NpyHeader&, const std::string&);
template void check_convertible<float>(const NpyHeader&, const std::string&);
template void check_convertible<double>(const NpyHeader&, const std::string&);
template void check_convertible<std::complex<float>>(const NpyHeader&, const std::string&);
template void check_convertible<std::complex<double>>(const NpyHeader&, const std::string&);

template void read_values(ByteStream&, const NpyHeader&, std::span<std::int8_t>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::int16_t>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::int32_t>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::int64_t>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::uint8_t>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::uint16_t>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::uint32_t>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::uint64_t>);
template void read_values(ByteStream&, const NpyHeader&, std::span<float>);
template void read_values(ByteStream&, const NpyHeader&, std::span<double>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::complex<float>>);
template void read_values(ByteStream&, const NpyHeader&, std::span<std::complex<double>>);
// clang-format on

}  // namespace toeplix::detail
