#pragma once

#include <toeplix/concepts.hpp>
#include <toeplix/error.hpp>
#include <toeplix/files/numbers.hpp>
#include <toeplix/index.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace toeplix {

/// What a .npy file says of its values before they come.
struct NpyHeader {
  NumberType type = NumberType::float64;         ///< of the values
  std::endian byte_order = std::endian::native;  ///< of the values
  bool fortran_order = false;      ///< first axis fastest; readers turn it into C order
  Extents shape;                   ///< empty for a single value without axes
  std::uint64_t values_begin = 0;  ///< byte of the file where the values start
};

/// An array in C order: the last axis is the fastest.
template <class T>
struct NpyArray {
  Extents shape;          ///< extents of its axes
  std::vector<T> values;  ///< all of them, in C order
};

/// Reads a .npy file, format version 1 to 3, of any `NumberType`, byte order and array order.
///
/// The result is in C order; a Fortran-ordered file is transposed, which needs twice its memory for
/// a moment. Values are converted to `T` if they keep their meaning:
///
/// - an integer must be exactly representable in `T`, else FormatError;
/// - a floating-point value is rounded to nearest in a narrower type, and must not overflow it;
/// - a real value becomes a complex one; bool becomes 0 or 1;
/// - complex values are never read as real ones, nor floating-point values as integers.
///
/// Throws FormatError (file, byte, what was expected) for a file without such an array, that is
/// truncated, or that goes on after the array; CapacityError for one that needs more memory than is
/// available. Memory is allocated only when the file is known to be as long as its header promises.
///
///     const auto [shape, values] = toeplix::read_npy<float>("kernel.npy");
template <NumberScalar T>
[[nodiscard]] NpyArray<T> read_npy(const std::filesystem::path& path);

/// As `read_npy`, from the bytes of a file. Messages call it `name`.
///
///     auto array = toeplix::parse_npy<double>(bytes, "kernel.npy");
template <NumberScalar T>
[[nodiscard]] NpyArray<T> parse_npy(std::span<const std::byte> bytes, std::string_view name);

/// Reads the header alone; checks that the file holds as many values as it promises.
///
///     toeplix::Extents shape = toeplix::read_npy_header("kernel.npy").shape;
[[nodiscard]] NpyHeader read_npy_header(const std::filesystem::path& path);

/// As `read_npy_header`, from the bytes of a file. Messages call it `name`.
///
///     auto header = toeplix::parse_npy_header(bytes, "kernel.npy");
[[nodiscard]] NpyHeader parse_npy_header(std::span<const std::byte> bytes, std::string_view name);

/// More bytes than the header of any .npy file has that is read.
inline constexpr std::size_t npy_header_most = 65547;

/// The bytes of a whole .npy file, as its header says. Of the file there need be the header alone,
/// which the first `npy_header_most` bytes have for sure. Throws FormatError as `read_npy` does.
///
///     std::uint64_t size = toeplix::npy_size(beginning, "kernel.npy");  // 128 + 8 * 9
[[nodiscard]] std::uint64_t npy_size(std::span<const std::byte> beginning, std::string_view name);

/// Writes the file that `numpy.save` would: version 1.0, C order, native byte order. `values` may
/// be any contiguous range of a `NumberScalar`.
///
/// The file appears whole or not at all. Throws GeometryError if the shape and the number of values
/// disagree, FormatError if the file cannot be written.
///
///     toeplix::write_npy("kernel.npy", {2, 2}, std::vector<float>{0, 1, 2, 3});
template <NumberScalar T>
void write_npy(const std::filesystem::path& path, const Extents& shape, std::span<const T> values);

template <VectorArgument Values>
void write_npy(const std::filesystem::path& path, const Extents& shape, const Values& values) {
  write_npy<ScalarOf<Values>>(path, shape, as_span(values));
}

/// The bytes that `write_npy` writes.
///
///     std::vector<std::byte> bytes = toeplix::format_npy({2, 2}, kernel);
template <NumberScalar T>
[[nodiscard]] std::vector<std::byte> format_npy(const Extents& shape, std::span<const T> values);

template <VectorArgument Values>
[[nodiscard]] std::vector<std::byte> format_npy(const Extents& shape, const Values& values) {
  return format_npy<ScalarOf<Values>>(shape, as_span(values));
}

}  // namespace toeplix
