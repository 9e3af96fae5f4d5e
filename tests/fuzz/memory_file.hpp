#pragma once

#include "fuzz/target.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>

namespace toeplix::fuzz {

/// A file without a disk, for the readers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(std::span<const std::byte> bytes) : descriptor_(::memfd_create("fuzz", 0)) {
    const auto written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written == static_cast<::ssize_t>(bytes.size())) return;
    std::perror("memfd");
    std::exit(2);
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

/// Reads the same bytes from memory and from a file. Both must give the same value or message.
/// `parse` is called with the bytes and a name, `read` with a path; `same` compares two values.
template <class Parse, class Read, class Same>
auto read_both(std::span<const std::byte> bytes, const MemoryFile& file, Parse parse, Read read,
               Same same) {
  auto parsed = attempt([&] { return parse(bytes, file.path().string()); });
  const auto from_file = attempt([&] { return read(file.path()); });
  require(parsed.message == from_file.message, "memory and file give different messages");
  require(!parsed.value || same(*parsed.value, *from_file.value),
          "memory and file give different values");
  return std::move(parsed.value);
}

}  // namespace toeplix::fuzz
