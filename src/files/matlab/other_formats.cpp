#include "files/matlab/other_formats.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace toeplix::detail {
namespace {

using namespace std::string_view_literals;

/// How the files of a format begin.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> signatures{{
    {"\x89HDF\r\n\x1a\n"sv, "HDF5"sv},
    {"# Created by Octave"sv, "Octave's text format"sv},
    {"Octave-1-L"sv, "Octave's binary format"sv},
    {"Octave-1-B"sv, "Octave's binary format"sv},
}};

/// The longest name that a MATLAB 4 file may have, its final zero included; MATLAB 4 had 20.
constexpr std::uint32_t longest_name4 = 256;

/// Whether a MATLAB 4 file begins so: type (four digits: byte order, 0, precision, kind of matrix),
/// rows, columns, whether there are imaginary parts, length of the name.
bool begins_matlab4(std::span<const std::byte> start, std::endian order) {
  std::array<std::uint32_t, 5> words;
  if (start.size() < sizeof(words)) return false;
  std::array<std::byte, sizeof(words)> bytes;
  std::copy_n(start.begin(), bytes.size(), bytes.begin());
  for (auto at = bytes.begin(); order != std::endian::native && at != bytes.end(); at += 4) {
    std::reverse(at, at + 4);
  }
  std::memcpy(words.data(), bytes.data(), bytes.size());
  const auto [type, rows, cols, imaginary, name_size] = words;
  const bool is_type =
      type / 1000 <= 4 && type / 100 % 10 == 0 && type / 10 % 10 <= 5 && type % 10 <= 2;
  return is_type && rows < 1U << 31 && cols < 1U << 31 && imaginary <= 1 && name_size > 1 &&
         name_size <= longest_name4;
}

}  // namespace

std::string_view other_format(std::span<const std::byte> start) {
  const std::string_view text(reinterpret_cast<const char*>(start.data()), start.size());
  for (const auto& [signature, format] : signatures) {
    if (text.starts_with(signature)) return format;
  }
  const bool is_matlab4 =
      begins_matlab4(start, std::endian::little) || begins_matlab4(start, std::endian::big);
  return is_matlab4 ? "MATLAB 4"sv : ""sv;
}

}  // namespace toeplix::detail
