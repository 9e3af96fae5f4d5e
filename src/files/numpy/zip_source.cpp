#include "files/numpy/zip_source.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace toeplix::detail {
namespace {

std::span<std::byte> bytes_of(void* data, zip_uint64_t length) {
  return {static_cast<std::byte*>(data), static_cast<std::size_t>(length)};
}

/// Answers a question for the properties of a source; `size` is null if it is not known.
zip_int64_t answer_stat(void* data, const zip_uint64_t* size) {
  auto* const properties = static_cast<zip_stat_t*>(data);
  ::zip_stat_init(properties);
  if (size != nullptr) {
    properties->valid = ZIP_STAT_SIZE;
    properties->size = *size;
  }
  return sizeof(zip_stat_t);
}

}  // namespace

zip_source_t* ZipSource::make_handle() {
  zip_source_t* const handle = ::zip_source_function_create(call, this, nullptr);
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

zip_int64_t ZipSource::call(void* self, void* data, zip_uint64_t length, zip_source_cmd_t command) {
  auto& source = *static_cast<ZipSource*>(self);
  if (command == ZIP_SOURCE_ERROR) return ::zip_error_to_data(&source.error_, data, length);
  try {
    return source.execute(data, length, command);
  } catch (...) {
    if (!source.failure_) source.failure_ = std::current_exception();
    ::zip_error_set(&source.error_, ZIP_ER_INTERNAL, 0);
    return -1;
  }
}

zip_int64_t ZipInput::execute(void* data, zip_uint64_t length, zip_source_cmd_t command) {
  const zip_uint64_t size = bytes_.size();
  switch (command) {
    case ZIP_SOURCE_SUPPORTS:
      return ZIP_SOURCE_SUPPORTS_SEEKABLE;
    case ZIP_SOURCE_STAT:
      return answer_stat(data, &size);
    case ZIP_SOURCE_OPEN:
      position_ = 0;
      return 0;
    case ZIP_SOURCE_READ:
      length = std::min(length, size - position_);
      bytes_.read_at(position_, bytes_of(data, length));
      position_ += length;
      return static_cast<zip_int64_t>(length);
    case ZIP_SOURCE_SEEK: {
      const zip_int64_t target = seek_target(data, length, position_, size);
      if (target < 0) return -1;
      position_ = static_cast<zip_uint64_t>(target);
      return 0;
    }
    case ZIP_SOURCE_TELL:
      return static_cast<zip_int64_t>(position_);
    default:
      return 0;
  }
}

zip_int64_t ZipOutput::execute(void* data, zip_uint64_t length, zip_source_cmd_t command) {
  switch (command) {
    case ZIP_SOURCE_SUPPORTS:
      return ZIP_SOURCE_SUPPORTS_WRITABLE;
    case ZIP_SOURCE_STAT:
      return answer_stat(data, nullptr);
    case ZIP_SOURCE_WRITE:
      write(bytes_of(data, length));
      return static_cast<zip_int64_t>(length);
    case ZIP_SOURCE_SEEK_WRITE: {
      const zip_int64_t target = seek_target(data, length, position_, sink_.position());
      if (target < 0) return -1;
      position_ = static_cast<zip_uint64_t>(target);
      return 0;
    }
    case ZIP_SOURCE_TELL_WRITE:
      return static_cast<zip_int64_t>(position_);
    default:
      return 0;
  }
}

void ZipOutput::write(std::span<const std::byte> bytes) {
  const std::size_t over =
      static_cast<std::size_t>(std::min<zip_uint64_t>(bytes.size(), sink_.position() - position_));
  if (over > 0) sink_.patch(position_, bytes.first(over));
  if (over < bytes.size()) sink_.append(bytes.subspan(over));
  position_ += bytes.size();
}

zip_int64_t ZipContent::execute(void* data, zip_uint64_t length, zip_source_cmd_t command) {
  if (command == ZIP_SOURCE_SUPPORTS) return ZIP_SOURCE_SUPPORTS_READABLE;
  if (command == ZIP_SOURCE_STAT) return answer_stat(data, nullptr);
  if (command == ZIP_SOURCE_READ) return static_cast<zip_int64_t>(read(bytes_of(data, length)));
  return 0;
}

std::size_t ZipContent::read(std::span<std::byte> into) {
  std::size_t count = 0;
  while (count < into.size()) {
    if (rest_.empty()) rest_ = next_();
    if (rest_.empty()) break;
    const std::size_t part = std::min(into.size() - count, rest_.size());
    std::memcpy(into.data() + count, rest_.data(), part);
    rest_ = rest_.subspan(part);
    count += part;
  }
  return count;
}

}  // namespace toeplix::detail
