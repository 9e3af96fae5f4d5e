#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace toeplix::detail {

/// Where a format writes its bytes: one after another.
class ByteSink {
 public:
  ByteSink() = default;
  ByteSink(const ByteSink&) = delete;
  ByteSink& operator=(const ByteSink&) = delete;
  virtual ~ByteSink() = default;

  virtual void append(std::span<const std::byte> bytes) = 0;
  /// Bytes appended so far.
  virtual std::uint64_t position() const = 0;
};

/// The same for a format that corrects earlier bytes later.
class PatchableSink : public ByteSink {
 public:
  /// Overwrites bytes that were appended before.
  virtual void patch(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
};

/// A sink in memory.
class MemorySink final : public PatchableSink {
 public:
  void append(std::span<const std::byte> bytes) override;
  void patch(std::uint64_t offset, std::span<const std::byte> bytes) override;
  std::uint64_t position() const override { return bytes_.size(); }

  std::vector<std::byte> release() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

/// A file that appears whole or not at all.
///
/// Bytes go to a temporary file beside the target, which has no name if the system allows that;
/// `commit` flushes it to the disk and renames it. Without `commit` the temporary disappears and
/// the target is as it was. A target that exists keeps its permissions. A symbolic link stays one:
/// the file to which it leads is written, and made if it is not there. A hard link is parted from
/// the other names of its file, which keep what they had. Every failure is a FormatError that names
/// the target: a loop of links, a missing folder, a directory, a device, a full disk.
class AtomicFile final : public PatchableSink {
 public:
  explicit AtomicFile(const std::filesystem::path& target);
  ~AtomicFile() override;

  void append(std::span<const std::byte> bytes) override;
  void patch(std::uint64_t offset, std::span<const std::byte> bytes) override;
  std::uint64_t position() const override { return written_ + buffer_.size(); }

  /// Makes the file appear. Nothing can be written afterwards.
  void commit();

 private:
  void create_temporary();
  /// Gives a temporary that has none a name beside the target.
  void name_temporary();
  void flush_buffer();
  void write_at(std::uint64_t offset, std::span<const std::byte> bytes);
  [[noreturn]] void fail(const char* action) const;

  std::string name_;
  std::filesystem::path target_;
  std::filesystem::path temporary_;
  int descriptor_ = -1;
  std::uint64_t written_ = 0;
  std::vector<std::byte> buffer_;
};

/// Writes one block of bytes as an AtomicFile.
void write_file(const std::filesystem::path& target, std::span<const std::byte> bytes);

}  // namespace toeplix::detail
