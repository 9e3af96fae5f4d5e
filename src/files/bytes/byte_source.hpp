#pragma once

#include <toeplix/error.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace toeplix::detail {

/// The one form of every message about a damaged file: `name: byte N: what`.
FormatError format_error(std::string_view name, std::uint64_t byte, std::string_view what);
/// `name: what`, if no single byte is to blame.
FormatError format_error(std::string_view name, std::string_view what);

/// Bytes of known number that can be read anywhere.
class ByteSource {
 public:
  explicit ByteSource(std::string name) : name_(std::move(name)) {}
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  /// What messages call it.
  const std::string& name() const { return name_; }
  virtual std::uint64_t size() const = 0;
  /// Fills `into` from `offset` on. Throws FormatError if the source ends before.
  void read_at(std::uint64_t offset, std::span<std::byte> into) const;

 private:
  /// Precondition: the range lies inside.
  virtual void copy_at(std::uint64_t offset, std::span<std::byte> into) const = 0;

  std::string name_;
};

/// Bytes in memory, which must outlive the source.
class MemorySource final : public ByteSource {
 public:
  MemorySource(std::span<const std::byte> bytes, std::string_view name)
      : ByteSource(std::string(name)), bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }

 private:
  void copy_at(std::uint64_t offset, std::span<std::byte> into) const override;

  std::span<const std::byte> bytes_;
};

/// A regular file. Throws FormatError if it cannot be opened or is not a regular file.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(const std::filesystem::path& path);
  ~FileSource() override;
  std::uint64_t size() const override { return size_; }

 private:
  void copy_at(std::uint64_t offset, std::span<std::byte> into) const override;

  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

/// Bytes of known number that are read once, from the first to the last.
class ByteStream {
 public:
  ByteStream(std::string name, std::uint64_t size) : name_(std::move(name)), size_(size) {}
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;
  virtual ~ByteStream() = default;

  const std::string& name() const { return name_; }
  /// For a name that is known once some of the stream is read.
  void rename(std::string name) { name_ = std::move(name); }
  std::uint64_t position() const { return position_; }
  std::uint64_t remaining() const { return size_ - position_; }
  /// Fills `into`. Throws FormatError if fewer bytes remain.
  void read(std::span<std::byte> into);
  /// To be called when everything was read: throws FormatError for bytes left over or a checksum
  /// that is wrong. What was read is not to be trusted before.
  void finish();

 private:
  /// Precondition: that many bytes remain.
  virtual void take(std::span<std::byte> into) = 0;
  virtual void check_end() {}

  std::string name_;
  std::uint64_t size_;
  std::uint64_t position_ = 0;
};

/// A part of a source, as a stream. The source must outlive it.
class SectionStream final : public ByteStream {
 public:
  /// Precondition: the section lies inside the source.
  SectionStream(const ByteSource& source, std::string name, std::uint64_t first, std::uint64_t size)
      : ByteStream(std::move(name), size), source_(source), first_(first) {}
  /// The whole source.
  explicit SectionStream(const ByteSource& source)
      : SectionStream(source, source.name(), 0, source.size()) {}

 private:
  void take(std::span<std::byte> into) override { source_.read_at(first_ + position(), into); }

  const ByteSource& source_;
  std::uint64_t first_;
};

}  // namespace toeplix::detail
