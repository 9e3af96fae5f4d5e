#include <toeplix/files/same_file.hpp>

#include "support/format_bytes.hpp"

BOOST_AUTO_TEST_SUITE(same_file)

using namespace format_test;

namespace {

/// The current folder, until it is destroyed.
class CurrentFolder {
 public:
  explicit CurrentFolder(const std::filesystem::path& folder)
      : old_(std::filesystem::current_path()) {
    std::filesystem::current_path(folder);
  }
  ~CurrentFolder() { std::filesystem::current_path(old_); }
  CurrentFolder(const CurrentFolder&) = delete;
  CurrentFolder& operator=(const CurrentFolder&) = delete;

 private:
  std::filesystem::path old_;
};

}  // namespace

BOOST_AUTO_TEST_CASE(one_file_by_any_spelling) {
  const TemporaryDirectory directory;
  const CurrentFolder current(directory / "");
  std::filesystem::create_directory("folder");
  std::filesystem::create_directory_symlink("folder", "shortcut");
  // Before the files are there, and afterwards.
  for (int round = 0; round < 2; ++round) {
    for (const std::string spelling :
         {"folder/a", "./folder/a", "folder/../folder/./a", "folder//a", "shortcut/a", "link"}) {
      if (round == 0 && spelling == "link") std::filesystem::create_symlink("shortcut/a", "link");
      BOOST_TEST_INFO(spelling);
      BOOST_TEST(toeplix::same_file("folder/a", spelling));
      BOOST_TEST(toeplix::same_file(spelling, directory / "folder/a"));
      BOOST_TEST(!toeplix::same_file(spelling, "folder/b"));
      BOOST_TEST(!toeplix::same_file(spelling, "a"));
    }
    write_text("folder/a", "a");
    if (round == 1) continue;
    BOOST_TEST(!toeplix::same_file("folder/a", "folder/b"));  // one is there, the other is not
    write_text("folder/b", "a");
    write_text("a", "a");
  }
  std::filesystem::create_hard_link("a", "hard");
  BOOST_TEST(toeplix::same_file("a", "hard"));
}

BOOST_AUTO_TEST_CASE(paths_to_nothing) {
  const TemporaryDirectory directory;
  const CurrentFolder current(directory / "");
  BOOST_TEST(toeplix::same_file("missing/a", "./missing/a"));
  BOOST_TEST(!toeplix::same_file("missing/a", "a"));
  std::filesystem::create_directory("folder");
  std::filesystem::create_symlink("new", "folder/link");  // read from its own folder
  BOOST_TEST(toeplix::same_file("folder/link", "folder/new"));
  BOOST_TEST(!toeplix::same_file("folder/link", "new"));
  std::filesystem::create_symlink("loop", "loop");
  BOOST_TEST(toeplix::same_file("loop", "./loop"));
  BOOST_TEST(!toeplix::same_file("loop", "a"));
  BOOST_TEST(!toeplix::same_file("", "a"));
}

BOOST_AUTO_TEST_SUITE_END()
