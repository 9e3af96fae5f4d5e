#pragma once

#include "cli/standard_streams.hpp"

#include <toeplix/files/npy.hpp>

#include <filesystem>
#include <vector>

/// Arrays of NumPy, in files or on the standard streams.
namespace toeplix::cli {

/// Whether a file is, or will be, a .npy file: its extension says so, or it is a stream.
bool is_array_file(const std::filesystem::path& path);

/// Read a .npy file, or standard input, as `read_npy` and `read_npy_header` do. `budget` is for
/// standard input alone, which is held in memory.
template <class T>
NpyArray<T> read_array(const std::filesystem::path& path, Index budget) {
  if (!is_stream(path)) return read_npy<T>(path);
  return parse_npy<T>(standard_input(budget), input_name(path));
}
NpyHeader read_array_header(const std::filesystem::path& path, Index budget);

/// Writes a .npy file, or the same bytes on standard output.
template <class T>
void write_array(const std::filesystem::path& path, const Extents& shape,
                 const std::vector<T>& values) {
  if (!is_stream(path)) return write_npy(path, shape, values);
  write_standard_output(format_npy(shape, values));
}

}  // namespace toeplix::cli
