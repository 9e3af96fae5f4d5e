#include <toeplix/files/npy.hpp>
#include <toeplix/memory.hpp>

#include "files/bytes/atomic_file.hpp"
#include "files/bytes/byte_source.hpp"
#include "files/bytes/c_order.hpp"
#include "files/bytes/stored_values.hpp"
#include "files/numpy/npy_header.hpp"
#include "files/numpy/read_array.hpp"
#include "reference/instantiate.hpp"

#include <algorithm>
#include <utility>

namespace toeplix {
namespace {

/// Refuses an array that would make the system run out of memory in the middle of reading.
template <class T>
void check_memory(const NpyHeader& header, std::uint64_t count, const std::string& name) {
  const bool transposes = header.fortran_order && header.shape.size() > 1;
  const double bytes = static_cast<double>(count) * sizeof(T) * (transposes ? 2 : 1);
  if (bytes <= static_cast<double>(available_memory())) return;
  throw CapacityError(
      name + ": " + std::to_string(count) + " values take more memory than is available",
      CapacityCause::memory_budget);
}

NpyHeader read_header(const detail::ByteSource& source) {
  detail::SectionStream stream(source);
  return detail::read_numeric_npy_header(stream);
}

void check_shape(const Extents& shape, std::size_t values) {
  if (detail::number_of_values(shape) == values) return;
  std::string text;
  for (const Index extent : shape) text += (text.empty() ? "" : ",") + std::to_string(extent);
  throw GeometryError("npy: shape (" + text + ") does not hold " + std::to_string(values) +
                      " values");
}

template <class T>
void write_array(detail::ByteSink& sink, const Extents& shape, std::span<const T> values) {
  const std::string header =
      detail::format_npy_header(detail::npy_descriptor(detail::number_type_of<T>()), shape);
  sink.append(std::as_bytes(std::span(header)));
  sink.append(std::as_bytes(values));
}

template <class T>
NpyArray<T> read_whole(const detail::ByteSource& source) {
  detail::SectionStream stream(source);
  return detail::read_array<T>(stream);
}

}  // namespace

template <class T>
NpyArray<T> detail::read_array(ByteStream& stream) {
  NpyHeader header = read_numeric_npy_header(stream);
  check_convertible<T>(header.type, stream.name());
  const std::uint64_t count = *number_of_values(header.shape);
  check_memory<T>(header, count, stream.name());
  std::vector<T> values(static_cast<std::size_t>(count));
  read_values<T>(stream, numbers_of(header), values);
  stream.finish();
  if (header.fortran_order && header.shape.size() > 1) values = to_c_order(header.shape, values);
  return {std::move(header.shape), std::move(values)};
}

template <NumberScalar T>
NpyArray<T> read_npy(const std::filesystem::path& path) {
  return read_whole<T>(detail::FileSource(path));
}

template <NumberScalar T>
NpyArray<T> parse_npy(std::span<const std::byte> bytes, std::string_view name) {
  return read_whole<T>(detail::MemorySource(bytes, name));
}

NpyHeader read_npy_header(const std::filesystem::path& path) {
  return read_header(detail::FileSource(path));
}

NpyHeader parse_npy_header(std::span<const std::byte> bytes, std::string_view name) {
  return read_header(detail::MemorySource(bytes, name));
}

std::uint64_t npy_size(std::span<const std::byte> beginning, std::string_view name) {
  const detail::MemorySource source(beginning, name);
  detail::SectionStream stream(source);
  const NpyHeader header = detail::read_header_alone(stream);
  return header.values_begin + detail::value_bytes(header);
}

template <NumberScalar T>
void write_npy(const std::filesystem::path& path, const Extents& shape, std::span<const T> values) {
  check_shape(shape, values.size());
  detail::AtomicFile file(path);
  write_array(file, shape, values);
  file.commit();
}

template <NumberScalar T>
std::vector<std::byte> format_npy(const Extents& shape, std::span<const T> values) {
  check_shape(shape, values.size());
  detail::MemorySink sink;
  write_array(sink, shape, values);
  return sink.release();
}

#define TOEPLIX_INSTANTIATE(T)                                                               \
  template NpyArray<T> detail::read_array(ByteStream&);                                      \
  template NpyArray<T> read_npy(const std::filesystem::path&);                               \
  template NpyArray<T> parse_npy(std::span<const std::byte>, std::string_view);              \
  template void write_npy(const std::filesystem::path&, const Extents&, std::span<const T>); \
  template std::vector<std::byte> format_npy(const Extents&, std::span<const T>);
TOEPLIX_FOR_EACH_NUMBER(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix
