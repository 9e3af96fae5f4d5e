#pragma once

#include "files/bytes/atomic_file.hpp"
#include "files/bytes/byte_source.hpp"

#include <zip.h>

#include <exception>
#include <functional>
#include <memory>
#include <span>

// What libzip reads and writes, as it wants it: functions that take commands.

namespace toeplix::detail {

/// The next part of some content, from the first to the last; an empty one at the end.
using NextBytes = std::function<std::span<const std::byte>()>;

/// Bytes that libzip asks for by commands. An exception cannot pass through libzip: it is kept.
class ZipSource {
 public:
  ZipSource() { ::zip_error_init(&error_); }
  virtual ~ZipSource() { ::zip_error_fini(&error_); }
  ZipSource(const ZipSource&) = delete;
  ZipSource& operator=(const ZipSource&) = delete;

  /// A handle for libzip, which frees it but not this object.
  zip_source_t* make_handle();
  /// Throws what a command threw, if one did.
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 protected:
  /// Executes a command of zip_source_function(3); -1 if it failed.
  virtual zip_int64_t execute(void* data, zip_uint64_t length, zip_source_cmd_t command) = 0;
  /// Where a command to seek wants to go, in `size` bytes; -1 for nowhere.
  zip_int64_t seek_target(void* data, zip_uint64_t length, zip_uint64_t position,
                          zip_uint64_t size) {
    return ::zip_source_seek_compute_offset(position, size, data, length, &error_);
  }

 private:
  static zip_int64_t call(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command);

  zip_error_t error_ = {};
  std::exception_ptr failure_;
};

/// An archive that is read.
class ZipInput final : public ZipSource {
 public:
  /// The bytes must outlive it.
  explicit ZipInput(const ByteSource& bytes) : bytes_(bytes) {}

 private:
  zip_int64_t execute(void* data, zip_uint64_t length, zip_source_cmd_t command) override;

  const ByteSource& bytes_;
  zip_uint64_t position_ = 0;
};

/// An archive that is written.
class ZipOutput final : public ZipSource {
 public:
  /// The sink must outlive it and be empty.
  explicit ZipOutput(PatchableSink& sink) : sink_(sink) {}

 private:
  zip_int64_t execute(void* data, zip_uint64_t length, zip_source_cmd_t command) override;
  void write(std::span<const std::byte> bytes);

  PatchableSink& sink_;
  zip_uint64_t position_ = 0;
};

/// The content of a member that is written, of a length that nobody knows before.
class ZipContent final : public ZipSource {
 public:
  explicit ZipContent(NextBytes next) : next_(std::move(next)) {}

 private:
  zip_int64_t execute(void* data, zip_uint64_t length, zip_source_cmd_t command) override;
  std::size_t read(std::span<std::byte> into);

  NextBytes next_;
  std::span<const std::byte> rest_;  ///< of the part that is being read
};

}  // namespace toeplix::detail
