#include "cli/standard_streams.hpp"

#include "cli/arguments.hpp"
#include "cli/capacity.hpp"

#include <toeplix/memory.hpp>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace toeplix::cli {
namespace {

/// What is known of the file that standard input is redirected from; nothing of a pipe.
std::optional<struct stat> file_of_input() {
  struct stat status = {};
  if (::fstat(STDIN_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return status;
}

/// How much of such a file is left to read; nothing of a pipe.
std::optional<std::size_t> size_of_input() {
  const auto file = file_of_input();
  const ::off_t begin = ::lseek(STDIN_FILENO, 0, SEEK_CUR);
  if (!file || begin < 0 || begin > file->st_size) return std::nullopt;
  return static_cast<std::size_t>(file->st_size - begin);
}

constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

/// Standard input on the way into memory. It grows in place, as `realloc` moves large memory
/// without a copy.
class StandardInput {
 public:
  explicit StandardInput(Index budget)
      : budget_(budget),
        most_(static_cast<std::size_t>(budget > 0 ? budget : default_budget())),
        file_size_(size_of_input().value_or(0)) {}

  Index budget() const { return budget_; }

  /// Reads until there are that many bytes and one more, or no more.
  void read(std::size_t wanted) {
    if (wanted > least_room) make_room(wanted);
    if (wanted != all) ++wanted;
    while (size_ < wanted && !ended_) {
      if (size_ == room_) grow(std::max(least_room, room_ + room_ / 2));
      const std::size_t part = std::min(std::min(room_, wanted) - size_, largest_part);
      const auto count = ::read(STDIN_FILENO, bytes_.get() + size_, part);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        throw FormatError("standard input: cannot read: " + std::generic_category().message(errno));
      }
      size_ += static_cast<std::size_t>(count);
      ended_ = count == 0;
    }
  }

  std::span<const std::byte> bytes() const { return {bytes_.get(), size_}; }

 private:
  static constexpr std::size_t least_room = 131072;
  static constexpr std::size_t largest_part = std::size_t{1} << 20;

  /// What is made of the input takes memory as well.
  static Index default_budget() { return std::max<Index>(2, available_memory()) / 2; }

  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };

  /// Checks that what comes fits, as far as it is known. Makes room for a file at once.
  void make_room(std::size_t wanted) {
    const bool is_file = file_size_ > 0;
    const std::size_t coming = is_file ? std::min(wanted, file_size_) : wanted == all ? 0 : wanted;
    check_memory(static_cast<Index>(most_), static_cast<double>(coming), "standard input",
                 "raise --memory, or use a file");
    if (is_file && coming >= room_) grow(coming + 1);
  }

  /// Makes room for that many bytes, at most for one more than may come: whether it comes, reading
  /// will show.
  void grow(std::size_t room) {
    if (size_ > most_) {
      throw TooLarge(fmt::format("standard input takes more than {} {} bytes; {}use a file",
                                 budget_ > 0 ? "the memory budget of" : "half of what is free,",
                                 most_, budget_ > 0 ? "raise --memory, or " : ""));
    }
    room = std::min(room, most_ + 1);
    void* const moved = std::realloc(bytes_.get(), room);
    if (moved == nullptr) throw std::bad_alloc();
    static_cast<void>(bytes_.release());
    bytes_.reset(static_cast<std::byte*>(moved));
    room_ = room;
  }

  Index budget_;
  std::size_t most_;
  std::size_t file_size_;  ///< 0 of a pipe
  std::unique_ptr<std::byte, Free> bytes_;
  std::size_t size_ = 0;
  std::size_t room_ = 0;
  bool ended_ = false;
};

std::optional<StandardInput>& held_input() {
  static std::optional<StandardInput> value;
  return value;
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

bool is_read_by_standard_input(const std::filesystem::path& path) {
  const auto input = file_of_input();
  struct stat file = {};
  return input && ::stat(path.c_str(), &file) == 0 && file.st_dev == input->st_dev &&
         file.st_ino == input->st_ino;
}

std::span<const std::byte> standard_input(Index budget, std::size_t wanted) {
  std::optional<StandardInput>& input = held_input();
  if (!input) input.emplace(budget);
  if (input->budget() != budget) {
    throw std::logic_error("standard input is read within one budget");
  }
  input->read(wanted);
  const auto bytes = input->bytes();
  return wanted < bytes.size() ? bytes.first(wanted + 1) : bytes;
}

std::span<const std::byte> all_of_standard_input(Index budget, std::string_view beginning) {
  const auto first = standard_input(budget, beginning.size());
  return begins_with(first, beginning) ? standard_input(budget, all) : first;
}

bool begins_with(std::span<const std::byte> bytes, std::string_view beginning) {
  const auto expected = std::as_bytes(std::span(beginning));
  return bytes.size() >= expected.size() &&
         std::ranges::equal(bytes.first(expected.size()), expected);
}

void forget_standard_input() {
  held_input().reset();
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
