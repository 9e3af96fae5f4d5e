#include "files/bytes/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace toeplix::detail {
namespace {

std::string describe_errno() {
  return std::generic_category().message(errno);
}

[[noreturn]] void fail_end(std::string_view name, std::uint64_t size, std::uint64_t offset,
                           std::size_t wanted) {
  throw format_error(name, offset,
                     "expected " + std::to_string(wanted) + " more bytes, the file ends at byte " +
                         std::to_string(size));
}

/// Size of an open regular file; throws for a directory, a pipe or a device.
std::uint64_t regular_file_size(int descriptor, const std::string& name) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) throw format_error(name, describe_errno());
  if (!S_ISREG(status.st_mode)) throw format_error(name, "expected a regular file");
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

FormatError format_error(std::string_view name, std::uint64_t byte, std::string_view what) {
  return format_error(name, "byte " + std::to_string(byte) + ": " + std::string(what));
}

FormatError format_error(std::string_view name, std::string_view what) {
  return FormatError(std::string(name) + ": " + std::string(what));
}

void ByteSource::read_at(std::uint64_t offset, std::span<std::byte> into) const {
  if (offset > size() || into.size() > size() - offset) {
    fail_end(name_, size(), offset, into.size());
  }
  if (!into.empty()) copy_at(offset, into);
}

void MemorySource::copy_at(std::uint64_t offset, std::span<std::byte> into) const {
  std::memcpy(into.data(), bytes_.data() + offset, into.size());
}

FileSource::FileSource(const std::filesystem::path& path) : ByteSource(path.string()) {
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) throw format_error(name(), "cannot open: " + describe_errno());
  try {
    size_ = regular_file_size(descriptor_, name());
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

FileSource::~FileSource() {
  ::close(descriptor_);
}

void FileSource::copy_at(std::uint64_t offset, std::span<std::byte> into) const {
  while (!into.empty()) {
    const auto count = ::pread(descriptor_, into.data(), into.size(), static_cast<::off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw format_error(name(), offset, "cannot read: " + describe_errno());
    if (count == 0) fail_end(name(), offset, offset, into.size());
    into = into.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

void ByteStream::read(std::span<std::byte> into) {
  if (into.size() > remaining()) fail_end(name_, size_, position_, into.size());
  if (into.empty()) return;
  take(into);
  position_ += into.size();
}

void ByteStream::finish() {
  if (remaining() != 0) {
    throw format_error(name_, position_,
                       "expected the end, got " + std::to_string(remaining()) + " more bytes");
  }
  check_end();
}

}  // namespace toeplix::detail
