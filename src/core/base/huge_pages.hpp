#pragma once

#include <toeplix/index.hpp>

#include <cstddef>

namespace toeplix::detail {

/// Asks the system to back `[begin, begin + bytes)` with huge pages. Call it before the first
/// touch of freshly allocated memory: faulting in 4 KiB pages costs several times the writing.
/// Does nothing where the system has no such request, and for ranges below one huge page.
void advise_huge_pages(void* begin, std::size_t bytes);

/// Elements to ask an allocator for instead of `count`, all of which will be written, so that huge
/// pages can hold nearly all of them: Linux aligns memory to huge pages if its length is a multiple
/// of theirs, and an unaligned array of 9 MB has a quarter of its bytes at its ends on small pages,
/// which take as long as the rest. What is added is address space; it takes memory where
/// `prepare_new_memory` says so. Counts of less than half a huge page stay. For arrays of elements
/// of `smallest` bytes, and of any others whose size is a multiple of that by a power of two.
Index count_for_huge_pages(Index count, std::size_t smallest);

/// Bytes that `prepare_new_memory` may take beyond either end.
inline constexpr Index most_taken_beyond = Index{3} << 19;

/// Prepares new memory in which `bytes` from `begin` on will all be written, and which belongs to
/// the caller for `room` bytes: most of it is put on huge pages. So are its ends, where that takes
/// at most `most_taken_beyond`, and no more than `bytes`, of the memory around them, which must be
/// the process's; else their small pages are faulted in by one call. The last huge page is left to
/// the first touch, which threads share, if it ends within the room.
///
/// Does nothing for less than 256 KiB, nor at an end that is there already. (A system that gives
/// huge pages unasked may take a whole one at either end.)
///
/// Every step is a request, whose refusal costs speed only. Contents of memory stay.
void prepare_new_memory(void* begin, std::size_t bytes, std::size_t room);

}  // namespace toeplix::detail
