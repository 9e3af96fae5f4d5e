#include "cli/array_files.hpp"

#include "cli/arguments.hpp"

namespace toeplix::cli {

bool is_array_file(const std::filesystem::path& path) {
  return is_stream(path) || extension_of(path) == ".npy";
}

NpyHeader read_array_header(const std::filesystem::path& path, Index budget) {
  if (!is_stream(path)) return read_npy_header(path);
  return parse_npy_header(standard_input(budget), input_name(path));
}

}  // namespace toeplix::cli
