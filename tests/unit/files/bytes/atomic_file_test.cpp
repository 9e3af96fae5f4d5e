#include "files/bytes/atomic_file.hpp"

#include "support/format_bytes.hpp"

#include <toeplix/files/text_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#endif

#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>

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
  if (std::filesystem::exists("/dev/full"))
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

#ifdef __linux__

namespace {

/// From now on this process knows no files without a name, like one on NFS. False if the system
/// does not let it forget them.
bool forget_nameless_files() {
  constexpr auto number = static_cast<std::uint32_t>(offsetof(seccomp_data, nr));
  // The lower half of the third argument.
  constexpr auto flags = static_cast<std::uint32_t>(offsetof(seccomp_data, args) + 16);
  if (std::endian::native != std::endian::little) return false;
  std::array<sock_filter, 6> filter{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, number},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 3, __NR_openat},
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, flags},
      {BPF_JMP | BPF_JSET | BPF_K, 0, 1, O_TMPFILE & ~O_DIRECTORY},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | EOPNOTSUPP},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// What `action` says in a process that knows no files without a name; nothing if there can be no
/// such process.
template <class Action>
std::optional<std::string> said_without_nameless_files(Action action) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return std::nullopt;
  const ::pid_t child = ::fork();
  if (child == 0) {
    std::string said = "-";
    if (forget_nameless_files()) said = '+' + message_of<std::exception>(action);
    const bool written = ::write(ends[1], said.data(), said.size()) > 0;
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::array<char, 1024> buffer{};
  const ::ssize_t count = child < 0 ? 0 : ::read(ends[0], buffer.data(), buffer.size());
  ::close(ends[0]);
  int status = 0;
  if (child < 0) return std::nullopt;
  ::waitpid(child, &status, 0);
  if (count <= 0 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return "the child ended early";
  if (buffer[0] == '-') return std::nullopt;
  return std::string(buffer.data() + 1, static_cast<std::size_t>(count) - 1);
}

}  // namespace

// A network's file systems know no files without a name: there the temporary has one from the
// start.
BOOST_AUTO_TEST_CASE(a_file_system_without_nameless_files) {
  const TemporaryDirectory directory;
  const auto path = directory / "file";
  write_text(path, "old");
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw std::runtime_error(what);
  };
  const auto written = said_without_nameless_files([&] {
    {
      AtomicFile dropped(path);
      dropped.append(Bytes(200'000));
      require(directory.entries() == 2, "no temporary with a name beside the target");
    }
    require(directory.entries() == 1, "the temporary stays without commit");
    require(read_text(path) == "old", "the old file is gone");
    AtomicFile file(path);
    file.append(to_bytes("new"));
    file.commit();
    require(directory.entries() == 1, "the temporary stays after commit");
  });
  if (!written) {
    BOOST_TEST_MESSAGE("the system cannot forget files without a name");
    return;
  }
  BOOST_TEST(*written == "(nothing was thrown)");
  BOOST_TEST(read_text(path) == "new");
  const auto missing = directory / "missing/file";
  BOOST_TEST(said_without_nameless_files([&] { AtomicFile{missing}; }).value() ==
             missing.string() + ": cannot create: No such file or directory");
}

#endif

BOOST_AUTO_TEST_CASE(a_text_replaces_what_was_there) {
  const TemporaryDirectory directory;
  const auto path = directory / "text";
  write_text(path, "something longer than what comes");
  toeplix::write_text_file(path, "two\nlines\n");
  BOOST_TEST(read_text(path) == "two\nlines\n");
  BOOST_TEST(directory.entries() == 1);
  const auto missing = directory / "missing/text";
  BOOST_CHECK_EXCEPTION(toeplix::write_text_file(missing, ""), toeplix::FormatError,
                        [&](const toeplix::FormatError& error) {
                          return error.what() ==
                                 missing.string() + ": cannot create: No such file or directory";
                        });
}

BOOST_AUTO_TEST_SUITE_END()
