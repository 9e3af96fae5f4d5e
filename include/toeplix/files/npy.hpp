#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <bit>
#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace toeplix {

/// What the values of a .npy file can be: NumPy's types of the same names.
enum class NpyType {
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
std::string_view to_string(NpyType type);

/// What a .npy file says of its values before they come.
struct NpyHeader {
  NpyType type = NpyType::float64;
  std::endian byte_order = std::endian::native;
  bool fortran_order = false;      ///< first axis fastest; readers turn it into C order
  Extents shape;                   ///< empty for a single value without axes
  std::uint64_t values_begin = 0;  ///< byte of the file where the values start
};

/// An array in C order: the last axis is the fastest.
template <class T>
struct NpyArray {
  Extents shape;
  std::vector<T> values;
};

namespace detail {
template <class T, class... Types>
concept OneOf = (std::same_as<T, Types> || ...);
}  // namespace detail

/// The types that values are read into and written from.
template <class T>
concept NpyScalar = detail::OneOf<T, std::int8_t, std::int16_t, std::int32_t, std::int64_t,
                                  std::uint8_t, std::uint16_t, std::uint32_t, std::uint64_t, float,
                                  double, std::complex<float>, std::complex<double>>;

/// Reads a .npy file, format version 1 to 3, of any `NpyType`, byte order and array order.
///
/// The result is in C order; a Fortran-ordered file is transposed, which needs twice its memory for
/// a moment. Values are converted to `T` where they keep their meaning:
///
/// - an integer must be exactly representable in `T`, else FormatError;
/// - a floating-point value is rounded to nearest in a narrower type, and must not overflow it;
/// - a real value becomes a complex one; bool becomes 0 or 1;
/// - complex values are never read as real ones, nor floating-point values as integers.
///
/// Throws FormatError (file, byte, what was expected) for a file that is no such array, that is
/// truncated, or that goes on after the array; CapacityError for one that needs more memory than is
/// available. Memory is allocated only when the file is known to be as long as its header promises.
template <NpyScalar T>
NpyArray<T> read_npy(const std::filesystem::path& path);

/// As `read_npy`, from the bytes of a file. Messages call it `name`.
template <NpyScalar T>
NpyArray<T> parse_npy(std::span<const std::byte> bytes, std::string_view name);

/// Reads the header alone; checks that the file holds as many values as it promises.
NpyHeader read_npy_header(const std::filesystem::path& path);

/// As `read_npy_header`, from the bytes of a file. Messages call it `name`.
NpyHeader parse_npy_header(std::span<const std::byte> bytes, std::string_view name);

/// Writes the file that `numpy.save` would: version 1.0, C order, native byte order.
///
/// The file appears whole or not at all. Throws GeometryError where the shape and the number of
/// values disagree, FormatError where the file cannot be written.
template <NpyScalar T>
void write_npy(const std::filesystem::path& path, const Extents& shape, std::span<const T> values);

/// As above, for any contiguous range.
template <VectorArgument Values>
void write_npy(const std::filesystem::path& path, const Extents& shape, const Values& values) {
  write_npy<ScalarOf<Values>>(path, shape, as_span(values));
}

/// The bytes that `write_npy` writes.
template <NpyScalar T>
std::vector<std::byte> format_npy(const Extents& shape, std::span<const T> values);

/// As above, for any contiguous range.
template <VectorArgument Values>
std::vector<std::byte> format_npy(const Extents& shape, const Values& values) {
  return format_npy<ScalarOf<Values>>(shape, as_span(values));
}

}  // namespace toeplix
