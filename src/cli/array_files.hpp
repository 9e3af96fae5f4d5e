#pragma once

#include "cli/standard_streams.hpp"

#include <toeplix/files/npy.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

/// Arrays of NumPy, in files or on the standard streams.
namespace toeplix::cli {

/// Whether a file is, or will be, a .npy file: its extension says so, or it is a stream.
bool is_array_file(const std::filesystem::path& path);

/// Read a .npy file, or standard input, as `read_npy` and `read_npy_header` do. Throws TooLarge if
/// the array takes more than the budget, or standard input, which is held until it is parsed. `T`
/// is float, double, one of their complex types, or Index. After `read_array` standard input is
/// gone.
template <class T>
NpyArray<T> read_array(const std::filesystem::path& path, Index budget);
NpyHeader read_array_header(const std::filesystem::path& path, Index budget);

/// Throws TooLarge if reading an array with this header, as numbers of that many bytes, takes more
/// than the budget (as `check_memory`).
void check_array_memory(const NpyHeader& header, std::size_t scalar_bytes, const std::string& name,
                        Index budget);

/// Writes a .npy file, or the same bytes on standard output.
template <class T>
void write_array(const std::filesystem::path& path, const Extents& shape,
                 const std::vector<T>& values) {
  if (!is_stream(path)) return write_npy(path, shape, values);
  write_standard_output(format_npy(shape, values));
}

}  // namespace toeplix::cli
