#include "files/bytes/atomic_file.hpp"

#include <toeplix/files/text_file.hpp>

#include "files/bytes/byte_source.hpp"
#include "files/bytes/links.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

namespace toeplix::detail {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 16;

/// What a write to `path` replaces: that to which its links lead.
std::filesystem::path resolve(const std::filesystem::path& path) {
  if (!path.has_filename()) {
    throw format_error(path.string(), "cannot write: expected the name of a file");
  }
  std::error_code error;
  std::filesystem::path target = follow_links(path, error);
  if (error) throw format_error(path.string(), "cannot write: " + error.message());
  return target;
}

bool is_one_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/// Refuses what a rename would destroy (a directory, a device), a file that the user may not
/// write, and one without a name (which links of the system, such as /dev/stdout, may lead to).
void check_target(const std::filesystem::path& path, const std::filesystem::path& target) {
  struct stat status = {};
  if (::stat(path.c_str(), &status) != 0) return;
  if (!S_ISREG(status.st_mode)) {
    throw format_error(path.string(), "cannot write: expected a regular file");
  }
  struct stat found = {};
  if (::stat(target.c_str(), &found) != 0 || !is_one_file(status, found)) {
    throw format_error(path.string(), "cannot write: expected a file with a name");
  }
  if (::access(target.c_str(), W_OK) != 0) {
    throw format_error(path.string(), "cannot write: " + std::generic_category().message(errno));
  }
}

/// A name in the directory of `target` that no other process uses.
std::filesystem::path temporary_name(const std::filesystem::path& target) {
  static constexpr char digits[] = "0123456789abcdefghijklmnopqrstuv";
  std::random_device random;
  std::string suffix(12, '0');
  for (char& digit : suffix) digit = digits[random() % 32];
  return target.parent_path() / (".toeplix-" + suffix + ".tmp");
}

std::string path_of(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

/// A file in the directory of `target` that has no name yet, so that nothing is left of it even if
/// this process is killed. -1 if the system or the file system knows no such files.
int open_nameless([[maybe_unused]] const std::filesystem::path& target) {
#ifdef O_TMPFILE
  const std::filesystem::path directory = target.has_parent_path() ? target.parent_path() : ".";
  const int descriptor = ::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  // Without /proc it could never be given a name.
  if (descriptor < 0 || ::access(path_of(descriptor).c_str(), F_OK) == 0) return descriptor;
  ::close(descriptor);
#endif
  return -1;
}

void keep_permissions(int descriptor, const std::filesystem::path& target) {
  struct stat status = {};
  if (::stat(target.c_str(), &status) == 0) {
    (void)!::fchmod(descriptor, status.st_mode & 07777);
  }
}

}  // namespace

void MemorySink::append(std::span<const std::byte> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void MemorySink::patch(std::uint64_t offset, std::span<const std::byte> bytes) {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
}

AtomicFile::AtomicFile(const std::filesystem::path& target)
    : name_(target.string()), target_(resolve(target)) {
  check_target(target, target_);
  buffer_.reserve(buffer_bytes);
  create_temporary();
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::create_temporary() {
  descriptor_ = open_nameless(target_);
  for (int attempt = 0; descriptor_ < 0 && attempt < 100; ++attempt) {
    std::filesystem::path name = temporary_name(target_);
    descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ >= 0) temporary_ = std::move(name);
    if (descriptor_ < 0 && errno != EEXIST) break;
  }
  if (descriptor_ < 0) fail("create");
  keep_permissions(descriptor_, target_);
}

void AtomicFile::name_temporary() {
  if (!temporary_.empty()) return;
  std::filesystem::path name = temporary_name(target_);
  const std::string self = path_of(descriptor_);
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    fail("create");
  }
  temporary_ = std::move(name);
}

void AtomicFile::append(std::span<const std::byte> bytes) {
  if (buffer_.size() + bytes.size() > buffer_bytes) flush_buffer();
  if (bytes.size() <= buffer_bytes) {
    buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    return;
  }
  write_at(written_, bytes);
  written_ += bytes.size();
}

void AtomicFile::patch(std::uint64_t offset, std::span<const std::byte> bytes) {
  flush_buffer();
  write_at(offset, bytes);
}

void AtomicFile::commit() {
  flush_buffer();
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) fail("write");
  name_temporary();
  const int descriptor = std::exchange(descriptor_, -1);
  if (::close(descriptor) != 0) fail("write");
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("create");
  temporary_.clear();
}

void AtomicFile::flush_buffer() {
  write_at(written_, buffer_);
  written_ += buffer_.size();
  buffer_.clear();
}

void AtomicFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<::off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("write");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

void AtomicFile::fail(const char* action) const {
  const std::string reason = std::generic_category().message(errno);
  const std::string target = target_.string();
  const std::string link = target == name_ ? "" : " " + target + ", to which it links";
  throw format_error(name_, std::string("cannot ") + action + link + ": " + reason);
}

void write_file(const std::filesystem::path& target, std::span<const std::byte> bytes) {
  AtomicFile file(target);
  file.append(bytes);
  file.commit();
}

}  // namespace toeplix::detail

void toeplix::write_text_file(const std::filesystem::path& path, std::string_view text) {
  detail::write_file(path, std::as_bytes(std::span(text)));
}
