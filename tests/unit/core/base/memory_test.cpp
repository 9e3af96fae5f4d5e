#include "core/base/memory.hpp"

#include "support/format_bytes.hpp"

#include <limits>

// What a process may take where control groups limit it: groups as files in a folder.

BOOST_AUTO_TEST_SUITE(memory)

using namespace format_test;
using toeplix::Index;
using toeplix::detail::group_available;

namespace {

constexpr Index unlimited = std::numeric_limits<Index>::max();

struct Groups {
  TemporaryDirectory directory;

  void write(const std::string& file, const std::string& text) const {
    const auto path = directory / file;
    std::filesystem::create_directories(path.parent_path());
    write_text(path, text);
  }

  Index available(const std::string& membership) const {
    write("membership", membership);
    return group_available(directory / "membership", directory / "groups");
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(no_group_and_no_limit) {
  const Groups groups;
  BOOST_TEST(groups.available("") == unlimited);
  BOOST_TEST(groups.available("0::/somewhere\n") == unlimited);
  groups.write("groups/somewhere/memory.max", "max\n");
  groups.write("groups/somewhere/memory.current", "17\n");
  BOOST_TEST(groups.available("0::/somewhere\n") == unlimited);
}

BOOST_AUTO_TEST_CASE(every_group_around_has_its_limit) {
  const Groups groups;
  groups.write("groups/outer/inner/memory.max", "1000\n");
  groups.write("groups/outer/inner/memory.current", "300\n");
  BOOST_TEST(groups.available("0::/outer/inner\n") == 700);
  groups.write("groups/outer/memory.max", "900\n");
  groups.write("groups/outer/memory.current", "500\n");
  BOOST_TEST(groups.available("0::/outer/inner\n") == 400);
  groups.write("groups/memory.max", "100\n");
  groups.write("groups/memory.current", "120\n");
  BOOST_TEST(groups.available("0::/outer/inner\n") == 0);
}

BOOST_AUTO_TEST_CASE(cached_files_are_given_up_first) {
  const Groups groups;
  groups.write("groups/a/memory.max", "1000\n");
  groups.write("groups/a/memory.current", "900\n");
  groups.write("groups/a/memory.stat", "anon 200\nfile 700\ninactive_file 600\nactive_file 100\n");
  BOOST_TEST(groups.available("0::/a\n") == 700);
}

BOOST_AUTO_TEST_CASE(version_1_has_its_own_names) {
  const Groups groups;
  groups.write("groups/memory/job/memory.limit_in_bytes", "1000\n");
  groups.write("groups/memory/job/memory.usage_in_bytes", "900\n");
  groups.write("groups/memory/job/memory.stat", "cache 1\ntotal_inactive_file 50\n");
  BOOST_TEST(groups.available("5:cpu,cpuacct:/job\n4:memory:/job\n0::/\n") == 150);
  BOOST_TEST(groups.available("4:hugetlb,memory:/job\n") == 150);
  // A container sees its own group as the root, under a path that only the host knows.
  groups.write("groups/memory/memory.limit_in_bytes", "500\n");
  groups.write("groups/memory/memory.usage_in_bytes", "420\n");
  BOOST_TEST(groups.available("4:memory:/of/the/host\n") == 80);
}

BOOST_AUTO_TEST_CASE(version_1_writes_a_number_for_no_limit) {
  const Groups groups;
  groups.write("groups/memory/memory.limit_in_bytes", "9223372036854771712\n");
  groups.write("groups/memory/memory.usage_in_bytes", "400\n");
  BOOST_TEST(groups.available("4:memory:/\n") == unlimited);
}

BOOST_AUTO_TEST_SUITE_END()
