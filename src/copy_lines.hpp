#pragma once

#include <toeplix/spec.hpp>

namespace toeplix::detail {

/// How memory is written.
enum class Stores {
  /// Ordinary stores: for memory that is in a cache, or that the system has yet to fault in (it
  /// clears a page by writing it, so that the page is in the cache when its turn comes).
  cached,
  /// Past the caches, where the processor can: for memory that is not in a cache. An ordinary
  /// store would first read the line it is about to overwrite.
  streaming,
};

/// What is copied at a time, and the alignment of its destination.
inline constexpr std::size_t line_bytes = 64;

/// Copies `lines` lines from `from` (aligned as T) to `to` (aligned to a line), adding `shift` to
/// every element of an integral T; of other types elements are copied as they are.
template <class T>
using CopyLines = void (*)(T* to, const T* from, Index lines, T shift);

/// The fastest way that this processor has. Defined for the index and scalar types of a matrix.
template <class T>
CopyLines<T> fastest_copy_lines(Stores stores);

/// Bytes that a piece of memory should have from which copies are made again and again, if it can
/// be made as long as one likes. Defined as above.
template <class T>
Index best_piece_bytes();

/// Makes streaming stores visible to other threads, in order with what follows.
void finish_streaming();

}  // namespace toeplix::detail
