#pragma once

#include "core/compile/copy_lines.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace toeplix::detail {

/// Appends to memory that is written once, front to back. Streaming stores write whole cache lines:
/// the one that the end of one piece and the beginning of the next share is put together in
/// `line_`.
///
/// `T` is a column index (`append` adds a shift to every element) or a scalar (`append` copies).
template <class T>
class Stream {
 public:
  static constexpr Index line_length = line_bytes / sizeof(T);
  /// Elements beyond the end of a piece that `append` may read (and ignores).
  static constexpr Index readable_beyond = line_length;

  Stream(T* begin, Stores stores) : next_(begin) {
    if (stores == Stores::cached) {
      copy_ = fastest_copy<T>();
      return;
    }
    copy_lines_ = fastest_streaming_copy<T>();
    // The part of the first line before `begin` is not ours.
    skipped_ = misalignment(begin);
    filled_ = skipped_;
    next_ -= skipped_;
  }

  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Writes what is left, and makes all of it visible to other threads.
  ~Stream() {
    if (copy_ != nullptr) return;
    std::copy(line_.begin() + skipped_, line_.begin() + filled_, next_ + skipped_);
    finish_streaming();
  }

  /// How many elements to skip in an array so that it lies in its lines as the destination does.
  /// Pieces copied from there are read without crossing lines, which is a third faster in a cache.
  Index matching_offset(const T* array) const {
    return (misalignment(next_) + filled_ - misalignment(array) + line_length) % line_length;
  }

  /// Appends `piece[i] + shift` for i in [0, count). `readable_beyond` elements past the piece must
  /// be readable. For scalars the shift must be T() and is not added.
  void append(const T* piece, Index count, T shift) {
    if (copy_ != nullptr) {
      copy_(next_, piece, count, shift);
      next_ += count;
    } else {
      append_lines(piece, count, shift);
    }
  }

 private:
  /// Elements between the beginning of a cache line and `address`.
  static Index misalignment(const T* address) {
    return static_cast<Index>(reinterpret_cast<std::uintptr_t>(address) % line_bytes / sizeof(T));
  }

  void append_lines(const T* piece, Index count, T shift) {
    if (filled_ > 0) {
      put_line(line_.data() + filled_, piece, shift);
      const Index taken = std::min(count, line_length - filled_);
      filled_ += taken;
      if (filled_ < line_length) return;
      flush_line();
      piece += taken;
      count -= taken;
    }
    const Index lines = count / line_length;
    if (lines > 0) copy_lines_(next_, piece, lines, shift);
    next_ += lines * line_length;
    piece += lines * line_length;
    filled_ = count - lines * line_length;
    if (filled_ > 0) put_line(line_.data(), piece, shift);
  }

  /// A whole line, wherever it lies: a fixed length compiles to a few instructions.
  static void put_line(T* to, const T* from, T shift) {
    for (Index i = 0; i < line_length; ++i) {
      if constexpr (std::is_integral_v<T>) {
        to[i] = static_cast<T>(from[i] + shift);
      } else {
        to[i] = from[i];
      }
    }
  }

  void flush_line() {
    if (skipped_ > 0) {
      std::copy(line_.begin() + skipped_, line_.begin() + line_length, next_ + skipped_);
      skipped_ = 0;
    } else {
      copy_lines_(next_, line_.data(), 1, T());
    }
    next_ += line_length;
    filled_ = 0;
  }

  T* next_;                         // where the next element belongs; streaming: its line
  CopyElements<T> copy_ = nullptr;  // null: streaming
  CopyLines<T> copy_lines_ = nullptr;
  Index filled_ = 0;   // elements of `line_` in use, the skipped ones included
  Index skipped_ = 0;  // leading elements of the first line that are not ours
  // One line, and room for the rest of a piece that `put_line` copies whole.
  alignas(line_bytes) std::array<T, 2 * static_cast<std::size_t>(line_length)> line_{};
};

}  // namespace toeplix::detail
