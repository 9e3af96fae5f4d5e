#include "fuzz/memory_file.hpp"

#include <toeplix/files/npy.hpp>

// Reading .npy files as every type. What can be read must survive writing and reading again.

namespace toeplix::fuzz::npy {

namespace {

bool same_header(const NpyHeader& a, const NpyHeader& b) {
  return a.type == b.type && a.byte_order == b.byte_order && a.fortran_order == b.fortran_order &&
         a.shape == b.shape && a.values_begin == b.values_begin;
}

template <class T>
bool same_array(const NpyArray<T>& a, const NpyArray<T>& b) {
  return a.shape == b.shape && fuzz::same_bits(a.values, b.values);
}

template <class T>
void check_array(const NpyArray<T>& array, Bytes file) {
  Index count = 1;
  for (const Index extent : array.shape) count *= extent;
  require(array.values.size() == static_cast<std::size_t>(count), "the shape holds other values");
  require(array.values.size() <= file.size(), "more values than bytes");
  const std::vector<std::byte> written = format_npy(array.shape, array.values);
  require(same_array(parse_npy<T>(written, "written"), array), "does not survive writing");
}

template <class T>
void check_read(Bytes bytes, const MemoryFile& file, bool has_header) {
  const auto array = read_both(
      bytes, file, [](auto... from) { return parse_npy<T>(from...); },
      [](const auto& path) { return read_npy<T>(path); }, same_array<T>);
  if (!array) return;
  require(has_header, "an array without a header");
  check_array(*array, bytes);
}

}  // namespace

void run(Bytes bytes) {
  const MemoryFile file(bytes);
  const auto header = read_both(
      bytes, file, [](auto... from) { return parse_npy_header(from...); },
      [](const auto& path) { return read_npy_header(path); }, same_header);
  check_read<double>(bytes, file, header.has_value());
  if (!header) return;
  check_read<float>(bytes, file, true);
  check_read<std::complex<float>>(bytes, file, true);
  check_read<std::complex<double>>(bytes, file, true);
  check_read<std::int8_t>(bytes, file, true);
  check_read<std::uint16_t>(bytes, file, true);
  check_read<std::int32_t>(bytes, file, true);
  check_read<std::int64_t>(bytes, file, true);
  check_read<std::uint64_t>(bytes, file, true);
}

}  // namespace toeplix::fuzz::npy
