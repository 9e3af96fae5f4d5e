#include "core/base/huge_pages.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

// How memory of a result is asked for, and what is done before anything touches it.

namespace {

using toeplix::Index;
using toeplix::detail::advise_huge_pages;
using toeplix::detail::count_for_huge_pages;
using toeplix::detail::most_taken_beyond;
using toeplix::detail::prepare_new_memory;

}  // namespace

BOOST_AUTO_TEST_SUITE(huge_pages)

BOOST_AUTO_TEST_CASE(counts_below_half_a_huge_page_stay) {
  BOOST_TEST(count_for_huge_pages(0, 4) == 0);
  BOOST_TEST(count_for_huge_pages(1, 8) == 1);
  BOOST_TEST(count_for_huge_pages(262143, 4) == 262143);
  BOOST_TEST(count_for_huge_pages(131071, 8) == 131071);
}

#ifdef __linux__

BOOST_AUTO_TEST_CASE(other_counts_get_a_huge_page_more_and_leave_room_for_a_header) {
  // 2 MiB are 524288 elements of 4 bytes, and 64 bytes are 16.
  BOOST_TEST(count_for_huge_pages(262144, 4) == 2 * 524288 - 16);
  BOOST_TEST(count_for_huge_pages(524288, 4) == 3 * 524288 - 16);
  BOOST_TEST(count_for_huge_pages(1048576 - 16, 4) == 3 * 524288 - 16);
  BOOST_TEST(count_for_huge_pages(1048576 - 15, 4) == 4 * 524288 - 16);
  BOOST_TEST(count_for_huge_pages(262144, 8) == 3 * 262144 - 8);
}

namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;

/// Whether the system gives huge pages to everybody, and so takes more for any write.
bool huge_pages_unasked() {
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string line;
  return std::getline(file, line) && line.find("[always]") != std::string::npos;
}

/// New memory that begins with a huge page.
class Mapping {
 public:
  explicit Mapping(std::size_t bytes) : bytes_(bytes) {
    all_ = static_cast<std::byte*>(mmap(nullptr, bytes_ + huge_page, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    BOOST_REQUIRE(all_ != MAP_FAILED);
    const std::size_t over = reinterpret_cast<std::uintptr_t>(all_) % huge_page;
    begin_ = all_ + (huge_page - over) % huge_page;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { munmap(all_, bytes_ + huge_page); }

  std::byte* begin() const { return begin_; }

  /// For every page whether it takes memory.
  std::vector<unsigned char> pages() const {
    std::vector<unsigned char> present(bytes_ / page_size());
    BOOST_REQUIRE(mincore(begin_, bytes_, present.data()) == 0);
    for (unsigned char& page : present) page &= 1;
    return present;
  }

  static std::size_t page_size() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

 private:
  std::size_t bytes_;
  std::byte* all_;
  std::byte* begin_;
};

struct Array {
  std::size_t offset;
  std::size_t bytes;
  std::size_t more_room = 0;    ///< that belongs to it, behind its bytes
  bool last_page_left = false;  ///< to the first touch
};

/// Offsets as an allocator gives them (after a header), aligned, and anywhere; ends anywhere.
const std::vector<Array> arrays = {
    {0, 100},
    {16, 300'000},
    {4096 + 16, 3'000'000},
    {16, 2 * huge_page - 64},
    {16, 9'000'000},  // 1.5 MB beyond the end: taken
    {16, 8'500'000},  // 2 MB beyond: not
    {16, 1'100'000},
    {16, 900'000},  // more than its bytes: not
    {16, 9'000'000, 1'000'000},
    {16, 9'000'000, 2'000'000, true},
    {16, 8'500'000, 4'000'000},
    {500'000, 1'000'000, 2'000'000},
    {500'000, 300'000, 4'000'000},
    {500'000, 9'000'000, 4'000'000, true},
    {500'000, 9'000'000},
    {2'000'000, 9'000'000},
    {0, 9'000'000},
};

constexpr std::size_t mapping_bytes = 8 * huge_page;

/// Whether the system knows the request that the ends are faulted in by.
bool knows_populate_write() {
  constexpr int populate_write = 23;
  const Mapping mapping(huge_page);
  return madvise(mapping.begin(), Mapping::page_size(), populate_write) == 0;
}

}  // namespace

BOOST_AUTO_TEST_CASE(contents_stay) {
  for (const Array& array : arrays) {
    const Mapping mapping(mapping_bytes);
    // As an allocator writes its header, and an earlier owner something here and there.
    const auto was_written = [&](std::size_t at) { return at % 1'234'567 == array.offset % 9; };
    for (std::size_t at = 0; at < mapping_bytes; ++at) {
      if (was_written(at)) mapping.begin()[at] = std::byte{7};
    }
    prepare_new_memory(mapping.begin() + array.offset, array.bytes, array.bytes + array.more_room);
    bool same = true;
    for (std::size_t at = 0; at < mapping_bytes; ++at) {
      same = same && mapping.begin()[at] == (was_written(at) ? std::byte{7} : std::byte{0});
    }
    BOOST_TEST(same, "offset " << array.offset << ", bytes " << array.bytes);
  }
}

BOOST_AUTO_TEST_CASE(no_more_memory_is_taken_than_was_said) {
  for (const Array& array : arrays) {
    const Mapping mapping(mapping_bytes);
    std::byte* const begin = mapping.begin() + array.offset;
    *begin = std::byte{7};
    prepare_new_memory(begin, array.bytes, array.bytes + array.more_room);
    std::fill_n(begin, array.bytes, std::byte{1});
    const auto pages = mapping.pages();
    const std::size_t page = Mapping::page_size();
    const auto first = static_cast<std::ptrdiff_t>(array.offset / page);
    const auto last = static_cast<std::ptrdiff_t>((array.offset + array.bytes + page - 1) / page);
    const auto taken = [&](auto from, auto to) {
      return static_cast<std::size_t>(std::count(from, to, 1)) * page;
    };
    const std::size_t before = taken(pages.begin(), pages.begin() + first);
    const std::size_t after = taken(pages.begin() + last, pages.end());
    const std::size_t most =
        huge_pages_unasked() ? huge_page
                             : std::min(static_cast<std::size_t>(most_taken_beyond), array.bytes);
    BOOST_TEST(before <= most, "offset " << array.offset << ", bytes " << array.bytes);
    BOOST_TEST(after <= most, "offset " << array.offset << ", bytes " << array.bytes);
  }
}

BOOST_AUTO_TEST_CASE(ends_are_there_before_the_first_touch) {
  if (!knows_populate_write()) return;
  for (const Array& array : arrays) {
    const Mapping mapping(mapping_bytes);
    prepare_new_memory(mapping.begin() + array.offset, array.bytes, array.bytes + array.more_room);
    const auto pages = mapping.pages();
    const std::size_t page = Mapping::page_size();
    const std::size_t first = array.offset / page;
    const std::size_t last = (array.offset + array.bytes - 1) / page;
    const bool expected = array.bytes >= 256 * 1024;
    const std::string what =
        "offset " + std::to_string(array.offset) + ", bytes " + std::to_string(array.bytes);
    // Whole huge pages are left for the first touch.
    if (array.offset % huge_page != 0) BOOST_TEST((pages[first] != 0) == expected, what);
    if ((last + 1) * page % huge_page != 0) {
      BOOST_TEST((pages[last] != 0) == (expected && !array.last_page_left), what);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_last_page_that_is_left_becomes_a_huge_one) {
  const auto present_after_a_touch = [](const auto& prepare, std::size_t at) {
    const Mapping mapping(mapping_bytes);
    prepare(mapping.begin());
    mapping.begin()[at] = std::byte{1};
    const auto pages = mapping.pages();
    const auto first = pages.begin() + static_cast<std::ptrdiff_t>(at / huge_page * huge_page /
                                                                   Mapping::page_size());
    return std::count(first, first + static_cast<std::ptrdiff_t>(huge_page / Mapping::page_size()),
                      1);
  };
  const auto all = static_cast<std::ptrdiff_t>(huge_page / Mapping::page_size());
  const auto system_has_some = [&] {
    const auto ask = [](std::byte* begin) { advise_huge_pages(begin, huge_page); };
    return present_after_a_touch(ask, 0) == all;
  };
  if (huge_pages_unasked()) return;
  for (const Array& array : arrays) {
    if (!array.last_page_left) continue;
    const auto prepare = [&](std::byte* begin) {
      prepare_new_memory(begin + array.offset, array.bytes, array.bytes + array.more_room);
    };
    const std::size_t last = array.offset + array.bytes - 1;
    const bool is_huge = present_after_a_touch(prepare, last) == all;
    BOOST_TEST((is_huge || !system_has_some()), "offset " << array.offset);
  }
}

BOOST_AUTO_TEST_CASE(requests_that_are_refused_do_no_harm) {
  const Mapping mapping(mapping_bytes);
  // A page in the middle that nobody may touch.
  BOOST_REQUIRE(mprotect(mapping.begin() + huge_page, Mapping::page_size(), PROT_NONE) == 0);
  prepare_new_memory(mapping.begin() + 16, 3 * huge_page, 3 * huge_page);
  prepare_new_memory(mapping.begin() + huge_page + 16, 300'000, 300'000);
  mapping.begin()[16] = std::byte{1};
  BOOST_TEST((mapping.begin()[16] == std::byte{1}));
}

#endif

BOOST_AUTO_TEST_SUITE_END()
