#pragma once

#include <toeplix/index.hpp>

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

/// A cache line.
inline constexpr std::size_t line_bytes = 64;

/// Copies `count` elements from `from` to `to`, with ordinary stores, adding `shift` to every
/// element of an integral T; of other types elements are copied as they are.
template <class T>
using CopyElements = void (*)(T* to, const T* from, Index count, T shift);

/// The same for `lines` cache lines to `to`, aligned to a line, with streaming stores.
template <class T>
using CopyLines = void (*)(T* to, const T* from, Index lines, T shift);

/// The fastest ways that this processor has. Defined for the index and scalar types of a matrix.
template <class T>
CopyElements<T> fastest_copy();
template <class T>
CopyLines<T> fastest_streaming_copy();

/// Bytes that a piece of memory should have from which copies are made again and again, if it can
/// be made as long as one likes. Defined as above.
template <class T>
Index best_piece_bytes();

/// Makes streaming stores visible to other threads, in order with what follows.
void finish_streaming();

}  // namespace toeplix::detail
