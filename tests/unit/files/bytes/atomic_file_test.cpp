#include "files/bytes/atomic_file.hpp"

#include "support/format_bytes.hpp"

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
