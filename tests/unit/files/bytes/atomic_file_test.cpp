#include "files/bytes/atomic_file.hpp"

#include "support/format_bytes.hpp"

#include <fcntl.h>
#include <unistd.h>

BOOST_AUTO_TEST_SUITE(atomic_file)

using namespace format_test;
using toeplix::detail::AtomicFile;

BOOST_AUTO_TEST_CASE(a_file_appears_when_it_is_committed) {
  const TemporaryDirectory directory;
  const auto path = directory / "file";
  AtomicFile file(path);
  file.append(to_bytes("hello "));
  file.append(to_bytes("world"));
  file.patch(0, to_bytes("H"));
  BOOST_TEST(file.position() == 11U);
  BOOST_TEST(!std::filesystem::exists(path));
  file.commit();
  BOOST_TEST(read_text(path) == "Hello world");
  BOOST_TEST(directory.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(without_commit_the_old_file_stays_and_no_temporary) {
  const TemporaryDirectory directory;
  const auto path = directory / "file";
  write_text(path, "old");
  {
    AtomicFile file(path);
    file.append(Bytes(200'000));
  }
  BOOST_TEST(read_text(path) == "old");
  BOOST_TEST(directory.entries() == 1U);
}

BOOST_AUTO_TEST_CASE(large_and_small_pieces_keep_their_order) {
  const TemporaryDirectory directory;
  const auto path = directory / "file";
  std::string expected;
  AtomicFile file(path);
  for (const std::size_t size : {1U, 65535U, 1U, 65537U, 0U, 200'000U, 3U}) {
    const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    file.append(to_bytes(piece));
    expected += piece;
  }
  file.commit();
  BOOST_TEST((read_text(path) == expected));
}

BOOST_AUTO_TEST_CASE(permissions_and_symbolic_links_are_kept) {
  using std::filesystem::perms;
  const TemporaryDirectory directory;
  const auto path = directory / "file";
  const auto link = directory / "link";
  write_text(path, "old");
  std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
  std::filesystem::create_symlink(path, link);
  toeplix::detail::write_file(link, to_bytes("new"));
  BOOST_TEST(read_text(path) == "new");
  BOOST_TEST(std::filesystem::is_symlink(link));
  BOOST_TEST(
      (std::filesystem::status(path).permissions() == (perms::owner_read | perms::owner_write)));
}

BOOST_AUTO_TEST_CASE(links_are_followed_to_their_end) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "folder");
  std::filesystem::create_directory(directory / "other");
  const auto file = directory / "folder/file";
  // Relative links are read from their own folder; the first leads to the second.
  std::filesystem::create_symlink("../other/second", directory / "folder/first");
  std::filesystem::create_symlink("../folder/file", directory / "other/second");
  std::filesystem::create_symlink("folder", directory / "shortcut");
  const auto write = [&](const char* path, const char* text) {
    toeplix::detail::write_file(directory / path, to_bytes(text));
  };
  write("folder/first", "made");  // a dangling link
  BOOST_TEST(read_text(file) == "made");
  write("other/second", "again");
  BOOST_TEST(read_text(file) == "again");
  write("shortcut/first", "third");
  BOOST_TEST(read_text(file) == "third");
  BOOST_TEST(std::filesystem::is_symlink(directory / "folder/first"));
  BOOST_TEST(std::filesystem::is_symlink(directory / "other/second"));
  BOOST_TEST(!std::filesystem::is_symlink(file));
  BOOST_TEST(directory.entries() == 3U);
}

BOOST_AUTO_TEST_CASE(forty_links_are_followed_as_the_system_does) {
  const TemporaryDirectory directory;
  for (int i = 0; i < 41; ++i) {
    std::filesystem::create_symlink(std::to_string(i + 1), directory / std::to_string(i));
  }
  toeplix::detail::write_file(directory / "1", to_bytes("at the end"));
  BOOST_TEST(read_text(directory / "41") == "at the end");
  const auto path = directory / "0";
  BOOST_TEST(message_of([&] { AtomicFile{path}; }) ==
             path.string() + ": cannot write: Too many levels of symbolic links");
}

BOOST_AUTO_TEST_CASE(links_that_lead_nowhere_are_refused_and_stay) {
  const TemporaryDirectory directory;
  const auto link = directory / "link";
  const auto check = [&](const std::string& target, const std::string& expected) {
    std::filesystem::remove(link);
    std::filesystem::create_symlink(target, link);
    BOOST_TEST(message_of([&] { toeplix::detail::write_file(link, to_bytes("new")); }) ==
               link.string() + ": " + expected);
    BOOST_TEST(std::filesystem::read_symlink(link) == target);
    BOOST_TEST(directory.entries() == 2U);
  };
  std::filesystem::create_symlink("link", directory / "back");
  check("link", "cannot write: Too many levels of symbolic links");
  check("back", "cannot write: Too many levels of symbolic links");
  check("missing/file", "cannot create " + (directory / "missing/file").string() +
                            ", to which it links: No such file or directory");
  check(".", "cannot write: expected a regular file");
  check("/dev/null", "cannot write: expected a regular file");
  check("/dev/full", "cannot write: expected a regular file");
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_written_is_named) {
  if (::geteuid() == 0) return;  // who may write everywhere
  const TemporaryDirectory directory;
  const auto folder = directory / "folder";
  std::filesystem::create_directory(folder);
  write_text(folder / "file", "old");
  std::filesystem::create_symlink("folder/file", directory / "link");
  std::filesystem::permissions(folder, std::filesystem::perms(0555));
  const std::string message =
      message_of([&] { toeplix::detail::write_file(directory / "link", to_bytes("new")); });
  std::filesystem::permissions(folder, std::filesystem::perms(0755));
  BOOST_TEST(message == (directory / "link").string() + ": cannot create " +
                            (folder / "file").string() + ", to which it links: Permission denied");
  BOOST_TEST(read_text(folder / "file") == "old");
  BOOST_TEST(std::filesystem::is_symlink(directory / "link"));
}

BOOST_AUTO_TEST_CASE(other_names_of_a_hard_link_keep_the_old_file) {
  const TemporaryDirectory directory;
  write_text(directory / "a", "old");
  std::filesystem::create_hard_link(directory / "a", directory / "b");
  toeplix::detail::write_file(directory / "a", to_bytes("new"));
  BOOST_TEST(read_text(directory / "a") == "new");
  BOOST_TEST(read_text(directory / "b") == "old");
}

BOOST_AUTO_TEST_CASE(open_files_are_written_by_name_or_not_at_all) {
  const TemporaryDirectory directory;
  const auto path = directory / "file";
  write_text(path, "old");
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  const std::string open_file = "/proc/self/fd/" + std::to_string(descriptor);
  if (!std::filesystem::exists(open_file)) return;  // a system without /proc
  toeplix::detail::write_file(open_file, to_bytes("new"));
  BOOST_TEST(read_text(path) == "new");
  BOOST_TEST(message_of([&] { AtomicFile{open_file}; }) ==
             open_file + ": cannot write: expected a file with a name");  // the old one has none
  write_text(directory / "file (deleted)", "another");  // Linux calls the old one so
  BOOST_TEST(message_of([&] { AtomicFile{open_file}; }) ==
             open_file + ": cannot write: expected a file with a name");
  BOOST_TEST(read_text(directory / "file (deleted)") == "another");
  ::close(descriptor);
  int pipe[2];
  BOOST_REQUIRE(::pipe(pipe) == 0);
  const std::string end = "/proc/self/fd/" + std::to_string(pipe[1]);
  BOOST_TEST(message_of([&] { AtomicFile{end}; }) ==
             end + ": cannot write: expected a regular file");
  ::close(pipe[0]);
  ::close(pipe[1]);
}

BOOST_AUTO_TEST_CASE(names_of_folders_and_no_name_at_all_are_refused) {
  const TemporaryDirectory directory;
  for (const std::string& path : {std::string(), (directory / "").string(), std::string("/"),
                                  (directory / "new/").string()}) {
    BOOST_TEST(message_of([&] { AtomicFile{path}; }) ==
               path + ": cannot write: expected the name of a file");
  }
  BOOST_TEST(directory.entries() == 0U);
}

BOOST_AUTO_TEST_CASE(devices_and_directories_are_never_replaced) {
  const TemporaryDirectory directory;
  BOOST_TEST(message_of([] { AtomicFile("/dev/null"); }) ==
             "/dev/null: cannot write: expected a regular file");
  const auto folder = directory / "folder";
  std::filesystem::create_directory(folder);
  BOOST_TEST(message_of([&] { AtomicFile{folder}; }) ==
             folder.string() + ": cannot write: expected a regular file");
}

BOOST_AUTO_TEST_CASE(a_missing_directory_is_named) {
  const TemporaryDirectory directory;
  const auto path = directory / "missing/file";
  BOOST_TEST(message_of([&] { AtomicFile{path}; }) ==
             path.string() + ": cannot create: No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()
