#include "fuzz/target.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

// Feeds files to a fuzz target without libFuzzer: replays the seed corpus in ordinary builds.

namespace {

using namespace toeplix;

using Path = std::filesystem::path;

const std::map<std::string, void (*)(fuzz::Bytes)> targets = {
    {"differential", fuzz::differential::run},
    {"spec_text", fuzz::spec_text::run},
#ifdef TOEPLIX_FUZZ_ONNX
    {"onnx", fuzz::onnx::run},
#endif
#ifdef TOEPLIX_FUZZ_FILES
    {"matlab", fuzz::matlab::run},
    {"matrix_market", fuzz::matrix_market::run},
    {"npy", fuzz::npy::run},
    {"npz", fuzz::npz::run},
    {"png", fuzz::png::run},
#endif
};

std::vector<Path> files_of(const Path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<Path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<char> read_file(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  // A buffer of exactly this size, so that AddressSanitizer sees what is read beyond it.
  std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
  bytes.shrink_to_fit();
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return bytes;
}

}  // namespace

/// Usage: replay TARGET FILE_OR_FOLDER...
int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.empty() || !targets.contains(words[0])) {
    std::fprintf(stderr, "Usage: replay TARGET FILE_OR_FOLDER...\n");
    return 2;
  }
  std::size_t replayed = 0;
  for (const std::string& word : std::span(words).subspan(1)) {
    for (const Path& path : files_of(word)) {
      std::fprintf(stderr, "%s\n", path.c_str());
      const std::vector<char> bytes = read_file(path);
      targets.at(words[0])(std::as_bytes(std::span(bytes)));
      ++replayed;
    }
  }
  std::printf("%zu inputs replayed\n", replayed);
  return replayed > 0 ? 0 : 1;
}
