#include "cli/standard_streams.hpp"

#include "cli/arguments.hpp"
#include "cli/capacity.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>
#include <system_error>

namespace toeplix::cli {
namespace {

/// The size of what is redirected from a file; nothing of a pipe.
std::optional<std::size_t> size_of_input() {
  struct stat status = {};
  if (::fstat(STDIN_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  const ::off_t begin = ::lseek(STDIN_FILENO, 0, SEEK_CUR);
  if (begin < 0 || begin > status.st_size) return std::nullopt;
  return static_cast<std::size_t>(status.st_size - begin);
}

/// Makes room for as many bytes as there will be. While it grows there are two copies.
void make_room(std::vector<std::byte>& bytes, std::size_t size, Index budget) {
  if (size <= bytes.capacity()) return;
  const std::size_t room = std::max(size, 2 * bytes.capacity());
  check_memory(budget, static_cast<double>(bytes.size()) + static_cast<double>(room),
               "standard input", "raise --memory, or use a file");
  bytes.reserve(room);
}

std::vector<std::byte> read_standard_input(Index budget) {
  std::vector<std::byte> bytes;
  make_room(bytes, size_of_input().value_or(0), budget);
  std::array<std::byte, 65536> block;
  for (;;) {
    const auto count = ::read(STDIN_FILENO, block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw FormatError("standard input: cannot read: " + std::generic_category().message(errno));
    }
    if (count == 0) return bytes;
    make_room(bytes, bytes.size() + static_cast<std::size_t>(count), budget);
    bytes.insert(bytes.end(), block.begin(), block.begin() + count);
  }
}

}  // namespace

bool is_stream(const std::filesystem::path& path) {
  return path == "-";
}

std::string input_name(const std::filesystem::path& path) {
  return is_stream(path) ? "standard input" : path.string();
}

std::string output_name(const std::filesystem::path& path) {
  return is_stream(path) ? "standard output" : path.string();
}

void check_one_stream(const std::vector<std::filesystem::path>& inputs) {
  if (std::count_if(inputs.begin(), inputs.end(), is_stream) < 2) return;
  throw UsageError("-: standard input can be read once; give files for the others");
}

std::span<const std::byte> standard_input(Index budget) {
  static const std::vector<std::byte> bytes = read_standard_input(budget);
  return bytes;
}

void write_standard_output(const std::function<void(std::ostream&)>& write) {
#if defined(SIGPIPE)
  // A pipe without a reader is then an error of the write, which says so.
  std::signal(SIGPIPE, SIG_IGN);
#endif
  errno = 0;
  try {
    write(std::cout);
  } catch (const Error&) {
    if (std::cout) throw;
  }
  if (std::cout && std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  throw std::system_error(errno != 0 ? errno : EIO, std::generic_category(), "standard output");
}

void write_standard_output(std::span<const std::byte> bytes) {
  write_standard_output([bytes](std::ostream& out) {
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  });
}

void print_summary(const std::filesystem::path& output, const std::string& text) {
  std::fputs(text.c_str(), is_stream(output) ? stderr : stdout);
}

}  // namespace toeplix::cli
