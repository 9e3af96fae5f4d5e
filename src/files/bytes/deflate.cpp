#include "files/bytes/deflate.hpp"

#include <algorithm>
#include <new>

namespace toeplix::detail {
namespace {

/// The most that one call of zlib is asked for; its counters have 32 bits.
constexpr std::size_t largest_block = std::size_t{1} << 30;

Bytef* as_zlib(std::byte* bytes) {
  return reinterpret_cast<Bytef*>(bytes);
}

}  // namespace

InflateStream::InflateStream(std::unique_ptr<ByteStream> packed, std::uint64_t size)
    : ByteStream(packed->name(), size), packed_(std::move(packed)) {
  if (::inflateInit(&state_) != Z_OK) throw std::bad_alloc();
}

InflateStream::~InflateStream() {
  ::inflateEnd(&state_);
}

void InflateStream::take(std::span<std::byte> into) {
  while (!into.empty()) {
    const std::size_t block = std::min(into.size(), largest_block);
    state_.next_out = as_zlib(into.data());
    state_.avail_out = static_cast<uInt>(block);
    inflate_block();
    if (state_.avail_out > 0) {
      throw format_error(name(), state_.total_out, "the compressed data end too early");
    }
    into = into.subspan(block);
  }
}

void InflateStream::check_end() {
  std::byte none{};
  state_.next_out = as_zlib(&none);
  state_.avail_out = 1;
  inflate_block();
  if (state_.avail_out == 0) {
    throw format_error(name(), position(), "the compressed data hold more than the directory says");
  }
  if (state_.avail_in != 0) throw format_error(name(), "bytes follow the compressed data");
  packed_->finish();
}

void InflateStream::refill() {
  const std::uint64_t count = std::min<std::uint64_t>(packed_->remaining(), buffer_.size());
  packed_->read(std::span(buffer_).first(static_cast<std::size_t>(count)));
  state_.next_in = as_zlib(buffer_.data());
  state_.avail_in = static_cast<uInt>(count);
}

void InflateStream::inflate_block() {
  while (state_.avail_out > 0 && !ended_) {
    if (state_.avail_in == 0) refill();
    const int status = ::inflate(&state_, Z_NO_FLUSH);
    if (status == Z_STREAM_END) {
      ended_ = true;
    } else if (status == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (status != Z_OK) {
      const char* reason = state_.msg != nullptr ? state_.msg : "they end too early";
      throw format_error(name(), state_.total_out, std::string("compressed data: ") + reason);
    }
  }
}

}  // namespace toeplix::detail
