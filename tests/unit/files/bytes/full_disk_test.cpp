#include <toeplix/files/matlab.hpp>
#include <toeplix/files/matrix_market.hpp>
#include <toeplix/files/npy.hpp>
#include <toeplix/files/npz.hpp>

#include "support/format_bytes.hpp"

#include <sys/resource.h>

#include <csignal>

// A disk that is full in the middle of a file: the old file stays, and nothing is beside it.

BOOST_AUTO_TEST_SUITE(full_disk)

using namespace format_test;

namespace {

/// No file of this process can become longer, until it is destroyed.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(::rlim_t bytes) : old_handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &old_);
    const ::rlimit limit{bytes, old_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  ::rlimit old_{};
  void (*old_handler_)(int);
};

template <class Write>
void check_old_file_survives(const std::string& name, Write write) {
  const TemporaryDirectory directory;
  const auto path = directory / name;
  // Once without a limit: LLVM's OpenMP makes a file of its own when it starts.
  write(path);
  write_text(path, "old");
  // From the first byte on; in the middle; at the last flush.
  for (const ::rlim_t bytes : {0U, 100U, 70'000U}) {
    std::string message;
    {
      const FileSizeLimit limit(bytes);
      message = message_of([&] { write(path); });
    }
    BOOST_TEST(message == path.string() + ": cannot write: File too large");
    BOOST_TEST(read_text(path) == "old");
    BOOST_TEST(directory.entries() == 1U);
  }
  write(path);
  BOOST_TEST(read_text(path).size() > 70'000U);
  BOOST_TEST(directory.entries() == 1U);
}

Eigen::SparseMatrix<double> matrix() {
  Eigen::SparseMatrix<double> result(20'000, 1);
  for (int i = 0; i < 20'000; ++i) result.insert(i, 0) = 1.0 / (i + 1);
  result.makeCompressed();
  return result;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_format_leaves_the_old_file) {
  const auto sparse = matrix();
  const std::vector<double> dense(20'000, 0.5);
  check_old_file_survives("m.mtx", [&](const auto& p) { toeplix::write_matrix_market(p, sparse); });
  check_old_file_survives("m.mat", [&](const auto& p) { toeplix::write_matlab(p, sparse); });
  check_old_file_survives("m.npz", [&](const auto& p) { toeplix::write_npz(p, sparse); });
  check_old_file_survives("m.npy", [&](const auto& p) { toeplix::write_npy(p, {20'000}, dense); });
}

BOOST_AUTO_TEST_CASE(a_matrix_that_cannot_be_written_leaves_the_old_file) {
  const TemporaryDirectory directory;
  const auto path = directory / "m.mtx";
  write_text(path, "old");
  BOOST_TEST(message_of([&] {
               toeplix::write_matrix_market(path, matrix(),
                                            {.symmetry = toeplix::MatrixMarketSymmetry::symmetric});
             }) == "cannot be written as symmetric: the matrix is 20000 x 1");
  BOOST_TEST(read_text(path) == "old");
  BOOST_TEST(directory.entries() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
