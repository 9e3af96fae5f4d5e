#include "fuzz/target.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>

// Feeds files to a fuzz target without libFuzzer: replays the seed corpus in ordinary builds.

namespace {

using Path = std::filesystem::path;

std::vector<Path> files_of(const Path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void replay(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  // A buffer of exactly this size, so that AddressSanitizer sees what is read beyond it.
  const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
  if (!file) throw std::runtime_error("cannot read " + path.string());
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

/// Usage: replay FILE_OR_FOLDER...
int main(int count, char** arguments) {
  std::size_t replayed = 0;
  for (const char* argument : std::span(arguments, static_cast<std::size_t>(count)).subspan(1)) {
    for (const Path& path : files_of(argument)) {
      std::fprintf(stderr, "%s\n", path.c_str());
      replay(path);
      ++replayed;
    }
  }
  std::printf("%zu inputs replayed\n", replayed);
  return replayed > 0 ? 0 : 1;
}
