#include "core/base/huge_pages.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace toeplix::detail {

namespace {

#if defined(__linux__) && defined(MADV_HUGEPAGE)

/// 2 MiB is the size of a huge page on x86-64 and the common one on arm64.
constexpr std::uintptr_t huge_page = std::uintptr_t{2} << 20;

constexpr std::uintptr_t round_down(std::uintptr_t address, std::uintptr_t unit) {
  return address / unit * unit;
}

constexpr std::uintptr_t round_up(std::uintptr_t address, std::uintptr_t unit) {
  return round_down(address + unit - 1, unit);
}

// Since Linux 5.14 and 6.1; the headers may be older than the system.
constexpr int populate_write = 23;
constexpr int collapse = 25;

/// Whether the system did what is asked of [first, last). A refusal costs speed only, so its reason
/// is of no interest.
bool request(std::uintptr_t first, std::uintptr_t last, int advice) {
  return first < last && madvise(reinterpret_cast<void*>(first), last - first, advice) == 0;
}

/// Whether the administrator wants huge pages, which the system does not look at in `collapse`.
bool huge_pages_allowed() {
  static const bool result = [] {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string line;
    return std::getline(file, line) && line.find("[never]") == std::string::npos;
  }();
  return result;
}

std::uintptr_t page_bytes() {
  static const auto result = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  return result;
}

/// Whether a page takes memory already.
bool is_present(std::uintptr_t address) {
  unsigned char present = 0;
  auto* const page = reinterpret_cast<void*>(round_down(address, page_bytes()));
  return mincore(page, 1, &present) == 0 && (present & 1) != 0;
}

/// Faults in [first, last), which is part of one huge page: by that, if no more than `most_beyond`
/// bytes of it lie elsewhere, and by small pages otherwise. (The huge page is made at once and not
/// on the first touch: the allocator's header is there already, or somebody else's memory.)
void fault_in(std::uintptr_t first, std::uintptr_t last, std::uintptr_t most_beyond) {
  // Memory that the allocator has kept is there already, and to ask for it again costs as much as
  // to write it.
  const std::uintptr_t inside = first + (last - first) / 2;
  if (first >= last || is_present(inside)) return;
  const std::uintptr_t whole = round_down(first, huge_page);
  const bool few_beyond = huge_page - (last - first) <= most_beyond;
  // Only where there is a small page can several be collapsed.
  if (few_beyond && huge_pages_allowed() && request(first, first + 1, populate_write) &&
      request(whole, whole + huge_page, collapse) && is_present(inside)) {
    return;
  }
  request(first, last, populate_write);
}

#endif

}  // namespace

void advise_huge_pages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  static_cast<void>(
      request(round_up(address, huge_page), round_down(address + bytes, huge_page), MADV_HUGEPAGE));
#endif
}

Index count_for_huge_pages(Index count, [[maybe_unused]] std::size_t smallest) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // An allocator puts a few bytes before what it hands out.
  constexpr std::size_t header = 64;
  const auto unit = static_cast<Index>(huge_page / smallest);
  const auto header_elements = static_cast<Index>(header / smallest);
  if (count < unit / 2) return count;
  const Index units = (count - 1 + header_elements) / unit + 1;
  // One more, so that the last page that is written ends in the room wherever that begins.
  return (units + 1) * unit - header_elements;
#else
  return count;
#endif
}

void prepare_new_memory([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes,
                        [[maybe_unused]] std::size_t room) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  // Less is seldom new.
  constexpr std::size_t worth_a_call = std::size_t{256} << 10;
  if (bytes < worth_a_call) return;
  const std::uintptr_t page = page_bytes();
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = round_down(address, page);
  std::uintptr_t last = round_up(address + bytes, page);
  const std::uintptr_t most_beyond = std::min<std::uintptr_t>(most_taken_beyond, bytes);
  // An allocator that begins with a huge page has touched that as a small one: by its header.
  const std::uintptr_t huge_begin = round_up(first + (address > first ? 1 : 0), huge_page);
  std::uintptr_t huge_end = round_down(last, huge_page);
  if (huge_begin > huge_end) {
    fault_in(first, last, most_beyond);
    return;
  }
  // A last huge page that is all ours is made by the first touch, as those before it.
  const std::uintptr_t next = round_up(last, huge_page);
  if (next <= round_up(address + room, page) && next - last <= most_beyond) huge_end = last = next;
  request(huge_begin, huge_end, MADV_HUGEPAGE);
  fault_in(first, huge_begin, most_beyond);
  fault_in(huge_end, last, most_beyond);
#endif
}

}  // namespace toeplix::detail
