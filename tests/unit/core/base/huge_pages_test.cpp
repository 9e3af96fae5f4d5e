#include "core/base/huge_pages.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>

#include <fstream>
#endif

// What is asked of the system before a result is written for the first time.

BOOST_AUTO_TEST_SUITE(huge_pages)

using toeplix::Index;
using toeplix::detail::advise_huge_pages;

BOOST_AUTO_TEST_CASE(nothing_is_too_little) {
  advise_huge_pages(nullptr, 0);
  std::vector<char> few(100, 'x');
  advise_huge_pages(few.data(), 100);
  BOOST_TEST(std::ranges::count(few, 'x') == 100);
}

#ifdef __linux__

namespace {

constexpr Index huge_page = Index{2} << 20;
constexpr Index mapping_bytes = 4 * huge_page;

/// New memory that begins with a huge page.
class Mapping {
 public:
  Mapping() {
    all_ = static_cast<std::byte*>(mmap(nullptr, mapping_bytes + huge_page, PROT_READ | PROT_WRITE,
                                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    BOOST_REQUIRE(all_ != MAP_FAILED);
    const Index over = static_cast<Index>(reinterpret_cast<std::uintptr_t>(all_)) % huge_page;
    begin_ = all_ + (huge_page - over) % huge_page;
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { munmap(all_, mapping_bytes + huge_page); }

  std::byte* begin() const { return begin_; }

  /// Bytes of [first, last) that take memory.
  Index present(Index first, Index last) const {
    const auto page = static_cast<Index>(sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> pages(static_cast<std::size_t>((last - first) / page));
    BOOST_REQUIRE(mincore(begin_ + first, static_cast<std::size_t>(last - first), pages.data()) ==
                  0);
    return page * std::ranges::count_if(pages, [](unsigned char flags) { return flags % 2 == 1; });
  }

 private:
  std::byte* all_;
  std::byte* begin_;
};

/// `[always] madvise never`, or whichever is chosen.
std::string chosen_policy() {
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string line;
  std::getline(file, line);
  return line.substr(line.find('[') + 1, line.find(']') - line.find('[') - 1);
}

/// Whether the system gives a huge page to one who asks by the book.
bool system_has_huge_pages() {
  const Mapping mapping;
  madvise(mapping.begin(), mapping_bytes, MADV_HUGEPAGE);
  *mapping.begin() = std::byte{1};
  return mapping.present(0, huge_page) == huge_page;
}

struct Range {
  Index begin;
  Index bytes;
  Index first_huge;  ///< its whole huge pages, if it has some
  Index last_huge;
};

const std::vector<Range> ranges = {
    {0, 2 * huge_page, 0, 2 * huge_page},
    {16, 3 * huge_page, huge_page, 3 * huge_page},
    {16, 2 * huge_page - 16, huge_page, 2 * huge_page},
    {0, 2 * huge_page - 1, 0, huge_page},
    {500'000, 4'000'000, huge_page, 2 * huge_page},
    {16, 2 * huge_page - 17, 0, 0},
    {100, huge_page, 0, 0},
    {0, huge_page - 1, 0, 0},
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_takes_no_memory) {
  for (const Range& range : ranges) {
    const Mapping mapping;
    advise_huge_pages(mapping.begin() + range.begin, range.bytes);
    BOOST_TEST(mapping.present(0, mapping_bytes) == 0);
  }
}

BOOST_AUTO_TEST_CASE(contents_stay) {
  for (const Range& range : ranges) {
    const Mapping mapping;
    const auto was_written = [](Index at) { return at % 1'234'567 == 7; };
    for (Index at = 7; at < mapping_bytes; at += 1'234'567) mapping.begin()[at] = std::byte{7};
    advise_huge_pages(mapping.begin() + range.begin, range.bytes);
    bool same = true;
    for (Index at = 0; at < mapping_bytes; ++at) {
      same = same && mapping.begin()[at] == (was_written(at) ? std::byte{7} : std::byte{0});
    }
    BOOST_TEST(same, "begin " << range.begin << ", bytes " << range.bytes);
  }
}

// One byte written takes all of a huge page, within the range and nowhere else.
BOOST_AUTO_TEST_CASE(whole_huge_pages_of_the_range_become_huge) {
  if (chosen_policy() != "madvise") return;
  for (const Range& range : ranges) {
    const Mapping mapping;
    advise_huge_pages(mapping.begin() + range.begin, range.bytes);
    for (Index page = 0; page < mapping_bytes; page += huge_page) {
      mapping.begin()[page + 1234] = std::byte{1};
      const bool within = page >= range.first_huge && page < range.last_huge;
      const bool huge = mapping.present(page, page + huge_page) == huge_page;
      const std::string what = "begin " + std::to_string(range.begin) + ", bytes " +
                               std::to_string(range.bytes) + ", page " + std::to_string(page);
      BOOST_TEST((huge == within || (within && !system_has_huge_pages())), what);
    }
  }
}

#endif

BOOST_AUTO_TEST_SUITE_END()
