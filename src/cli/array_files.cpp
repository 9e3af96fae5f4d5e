#include "cli/array_files.hpp"

#include "cli/arguments.hpp"
#include "cli/capacity.hpp"

#include <complex>
#include <cstdint>
#include <string_view>

namespace toeplix::cli {
namespace {

/// Standard input, no further than its header says, and a byte more if there is one. What does not
/// begin as a .npy file is not read on.
std::span<const std::byte> array_of_input(Index budget) {
  constexpr std::string_view beginning = "\x93NUMPY";
  const auto first = standard_input(budget, beginning.size());
  if (!begins_with(first, beginning)) return first;
  const std::uint64_t size = npy_size(standard_input(budget, npy_header_most), input_name("-"));
  return standard_input(budget, static_cast<std::size_t>(size));
}

}  // namespace

bool is_array_file(const std::filesystem::path& path) {
  return is_stream(path) || extension_of(path) == ".npy";
}

NpyHeader read_array_header(const std::filesystem::path& path, Index budget) {
  if (!is_stream(path)) return read_npy_header(path);
  return parse_npy_header(array_of_input(budget), input_name(path));
}

void check_array_memory(const NpyHeader& header, std::size_t scalar_bytes, const std::string& name,
                        Index budget) {
  const bool is_turned = header.fortran_order && header.shape.size() > 1;
  double bytes = static_cast<double>(scalar_bytes) * (is_turned ? 2 : 1);
  for (const Index extent : header.shape) bytes *= static_cast<double>(extent);
  check_memory(budget, bytes, name, "raise --memory");
}

template <class T>
NpyArray<T> read_array(const std::filesystem::path& path, Index budget) {
  const std::string name = input_name(path);
  check_array_memory(read_array_header(path, budget), sizeof(T), "the array of " + name, budget);
  if (!is_stream(path)) return read_npy<T>(path);
  NpyArray<T> array = parse_npy<T>(array_of_input(budget), name);
  forget_standard_input();
  return array;
}

template NpyArray<float> read_array(const std::filesystem::path&, Index);
template NpyArray<double> read_array(const std::filesystem::path&, Index);
template NpyArray<Index> read_array(const std::filesystem::path&, Index);
template NpyArray<std::complex<float>> read_array(const std::filesystem::path&, Index);
template NpyArray<std::complex<double>> read_array(const std::filesystem::path&, Index);

}  // namespace toeplix::cli
