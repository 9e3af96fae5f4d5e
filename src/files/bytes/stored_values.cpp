#include "files/bytes/stored_values.hpp"

#include "reference/instantiate.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace toeplix::detail {
namespace {

/// Stored forms that C++ has no type of its own for.
struct StoredBool {
  std::uint8_t byte;
};
struct StoredHalf {
  std::uint16_t bits;
};

/// What a type can hold: each class can hold all before it.
enum class NumberClass { integer, real, complex };

template <class T>
constexpr NumberClass class_of_type = is_complex<T>                 ? NumberClass::complex
                                      : std::is_floating_point_v<T> ? NumberClass::real
                                                                    : NumberClass::integer;

NumberClass class_of(NumberType type) {
  if (type >= NumberType::complex64) return NumberClass::complex;
  return type >= NumberType::float16 ? NumberClass::real : NumberClass::integer;
}

/// Calls `action(std::type_identity<Stored>)` with the type that holds the bytes of `type`.
template <class Action>
void with_stored_type(NumberType type, Action&& action) {
  switch (type) {
    case NumberType::boolean:
      return action(std::type_identity<StoredBool>());
    case NumberType::int8:
      return action(std::type_identity<std::int8_t>());
    case NumberType::int16:
      return action(std::type_identity<std::int16_t>());
    case NumberType::int32:
      return action(std::type_identity<std::int32_t>());
    case NumberType::int64:
      return action(std::type_identity<std::int64_t>());
    case NumberType::uint8:
      return action(std::type_identity<std::uint8_t>());
    case NumberType::uint16:
      return action(std::type_identity<std::uint16_t>());
    case NumberType::uint32:
      return action(std::type_identity<std::uint32_t>());
    case NumberType::uint64:
      return action(std::type_identity<std::uint64_t>());
    case NumberType::float16:
      return action(std::type_identity<StoredHalf>());
    case NumberType::float32:
      return action(std::type_identity<float>());
    case NumberType::float64:
      return action(std::type_identity<double>());
    case NumberType::complex64:
      return action(std::type_identity<std::complex<float>>());
    case NumberType::complex128:
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

/// True if the mantissa of `Real` holds every significant bit of the integer.
template <class Real, class Integer>
bool fits_mantissa(Integer value) {
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = value < 0 ? 0 - bits : bits;
  if (magnitude == 0) return true;
  const int significant = 64 - std::countl_zero(magnitude) - std::countr_zero(magnitude);
  return significant <= std::numeric_limits<Real>::digits;
}

/// The conversions that `read_npy` documents; nothing if the value would be lost.
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

/// Whether `Class` has a real number, which is stored as another type.
template <class Class, class Stored>
bool has_value(Stored value) {
  if constexpr (std::is_floating_point_v<Class>) {
    const std::optional<Class> same = convert<Class>(value);
    return same && (std::isnan(*same) || static_cast<Stored>(*same) == value);
  } else if constexpr (std::is_floating_point_v<Stored>) {
    // Both bounds are powers of 2, or 0, and so they are exact.
    const Stored least = static_cast<Stored>(std::numeric_limits<Class>::min());
    const Stored beyond = std::ldexp(Stored{1}, std::numeric_limits<Class>::digits);
    return value >= least && value < beyond && std::trunc(value) == value;
  } else {
    return std::in_range<Class>(value);
  }
}

/// The number as its class has it; nothing if the class does not have it.
template <class Stored>
std::optional<Stored> as_class(NumberType meant, Stored value) {
  if constexpr (is_complex<Stored>) {
    return value;
  } else {
    if (meant == NumberType::boolean) return static_cast<Stored>(value != 0 ? 1 : 0);
    bool has = true;
    with_stored_type(meant, [&]<class Class>(std::type_identity<Class>) {
      if constexpr (std::is_arithmetic_v<Class>) has = has_value<Class>(value);
    });
    return has ? std::optional(value) : std::nullopt;
  }
}

template <class T>
std::string shown(T value) {
  if constexpr (is_complex<T>) {
    const std::string imaginary = shown(value.imag());
    return shown(value.real()) + (imaginary.starts_with('-') ? "" : "+") + imaginary + "j";
  } else {
    std::array<char, 32> text;
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
  }
}

/// Refuses a value that is not one of its class, or not one of `T`.
template <class T, class Stored>
[[noreturn]] void refuse(const ByteStream& stream, std::uint64_t at, Stored value,
                         std::optional<NumberType> meant) {
  const bool is_of_class = !meant || as_class(*meant, value);
  const std::string expected = is_of_class
                                   ? std::string(to_string(number_type_of<T>())) + " can hold"
                                   : "its class, " + std::string(to_string(*meant)) + ", has";
  throw format_error(stream.name(), at,
                     "expected a value that " + expected + ", got " + shown(value));
}

/// Reads block by block through a small buffer. `meant` is the class of the numbers, if it is not
/// the type that they are stored in.
template <class T, class Stored>
void read_converted(ByteStream& stream, std::endian order, std::span<T> values,
                    std::optional<NumberType> meant = {}) {
  constexpr std::size_t block = 4096;
  std::vector<std::byte> buffer(std::min(block, values.size()) * sizeof(Stored));
  while (!values.empty()) {
    const std::uint64_t first_byte = stream.position();
    const std::size_t count = std::min(block, values.size());
    stream.read(std::span(buffer).first(count * sizeof(Stored)));
    for (std::size_t i = 0; i < count; ++i) {
      const auto stored = decode(load<Stored>(&buffer[i * sizeof(Stored)], order));
      const auto number = meant ? as_class(*meant, stored) : std::optional(stored);
      const auto value = number ? convert<T>(*number) : std::nullopt;
      if (!value) refuse<T>(stream, first_byte + i * sizeof(Stored), stored, meant);
      values[i] = *value;
    }
    values = values.subspan(count);
  }
}

}  // namespace

template <NumberScalar T>
void check_convertible(NumberType type, const std::string& name) {
  if (class_of(type) <= class_of_type<T>) return;
  const std::string expected = class_of_type<T> == NumberClass::real ? "real" : "integer";
  throw format_error(name, "expected " + expected + " values, got " + std::string(to_string(type)));
}

template <NumberScalar T>
void read_values(ByteStream& stream, StoredNumbers stored, std::span<T> values) {
  with_stored_type(stored.type, [&]<class Stored>(std::type_identity<Stored>) {
    if constexpr (std::is_same_v<T, Stored>) {
      if (sizeof(T) == 1 || stored.byte_order == std::endian::native) {
        return stream.read(std::as_writable_bytes(values));
      }
    }
    read_converted<T, Stored>(stream, stored.byte_order, values);
  });
}

template <NumberScalar T>
void read_values_of_class(ByteStream& stream, StoredNumbers stored, NumberType meant,
                          std::span<T> values) {
  if (stored.type == meant) return read_values(stream, stored, values);
  with_stored_type(stored.type, [&]<class Stored>(std::type_identity<Stored>) {
    read_converted<T, Stored>(stream, stored.byte_order, values, meant);
  });
}

#define TOEPLIX_INSTANTIATE(T)                                             \
  template void check_convertible<T>(NumberType type, const std::string&); \
  template void read_values(ByteStream&, StoredNumbers, std::span<T>);     \
  template void read_values_of_class(ByteStream&, StoredNumbers, NumberType, std::span<T>);
TOEPLIX_FOR_EACH_NUMBER(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
