#include <toeplix/interruptible.hpp>

#include "core/base/parallel.hpp"

#include <toeplix/compile.hpp>
#include <toeplix/operator.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <thread>
#include <vector>

BOOST_AUTO_TEST_SUITE(interruptible)

namespace {

using toeplix::Index;
using toeplix::Interrupted;
using toeplix::Interruptible;
using toeplix::detail::for_each_chunk;
using toeplix::detail::for_each_own_chunk;

/// Chunks of a hundred that are worked on if an `Interruptible` says stop when it is asked for the
/// `asked_before`-th time.
template <class ForEach>
Index chunks_before_the_stop(int threads, int asked_before, const ForEach& for_each) {
  std::atomic<Index> worked{0};
  int asked = 0;
  const Interruptible guard([&] { return ++asked >= asked_before; });
  BOOST_CHECK_THROW(for_each(threads, 100,
                             [&] {
                               return [&](Index) {
                                 ++worked;
                                 std::this_thread::sleep_for(std::chrono::milliseconds(2));
                               };
                             }),
                    Interrupted);
  BOOST_TEST(asked == asked_before);  // and not again
  return worked;
}

}  // namespace

BOOST_AUTO_TEST_CASE(no_chunk_is_begun_after_the_stop) {
  const auto in_turn = [](auto&&... given) { for_each_chunk(given...); };
  const auto own = [](auto&&... given) { for_each_own_chunk(given...); };
  // It is asked before the first, and before each of its own.
  BOOST_TEST(chunks_before_the_stop(1, 3, in_turn) == 1);
  BOOST_TEST(chunks_before_the_stop(1, 3, own) == 1);
  BOOST_TEST(chunks_before_the_stop(2, 1, in_turn) == 0);
  BOOST_TEST(chunks_before_the_stop(2, 1, own) == 0);
  // The other thread ends what it has begun.
  BOOST_TEST(chunks_before_the_stop(2, 2, in_turn) < 100);
  BOOST_TEST(chunks_before_the_stop(2, 2, own) < 100);
}

BOOST_AUTO_TEST_CASE(no_chunk_is_begun_after_a_failure) {
  for (const int threads : {1, 2}) {
    std::atomic<Index> worked{0};
    const auto make_worker = [&] {
      return [&](Index) {
        if (++worked == 3) throw std::runtime_error("planted");
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      };
    };
    BOOST_CHECK_THROW(for_each_chunk(threads, 100, make_worker), std::runtime_error);
    BOOST_TEST(worked < 100);
    worked = 0;
    BOOST_CHECK_THROW(for_each_own_chunk(threads, 100, make_worker), std::runtime_error);
    BOOST_TEST(worked < 100);
  }
}

BOOST_AUTO_TEST_CASE(the_last_of_a_thread_is_asked_and_no_other_thread) {
  const toeplix::Convolution conv("input=64,64 kernel=3 in=4 out=4");
  const std::vector<double> weights(144, 1.0);
  const Interruptible stop([] { return true; });
  {
    const Interruptible go_on([] { return false; });
    BOOST_CHECK_NO_THROW((void)toeplix::compile(conv, weights));
  }
  BOOST_CHECK_THROW((void)toeplix::compile(conv, weights), Interrupted);
  std::thread([&] { BOOST_CHECK_NO_THROW((void)toeplix::compile(conv, weights)); }).join();
}

BOOST_AUTO_TEST_CASE(a_stopped_matrix_is_empty_and_what_is_thrown_passes) {
  const toeplix::Convolution conv("input=64,64 kernel=3 in=4 out=4");
  const std::vector<double> weights(144, 1.0);
  auto matrix = toeplix::compile(conv, weights);
  const toeplix::Operator op(conv, weights);
  Eigen::VectorXd x = Eigen::VectorXd::Ones(op.cols());
  Eigen::VectorXd y = Eigen::VectorXd::Zero(op.rows());
  {
    const Interruptible stop([] { return true; });
    BOOST_CHECK_THROW(toeplix::compile_into(matrix, conv, weights), Interrupted);
    BOOST_TEST(matrix.nonZeros() == 0);
    BOOST_CHECK_THROW(op.apply(x, y), Interrupted);
  }
  {
    const Interruptible stop([]() -> bool { throw std::out_of_range("mine"); });
    BOOST_CHECK_THROW(op.apply(x, y), std::out_of_range);
  }
  // And it goes on to work, though it was stopped when its memory was in use.
  for (int again = 0; again < 3; ++again) {
    op.apply(x, y);
    BOOST_TEST(y[op.rows() / 2] == 36);
  }
}

BOOST_AUTO_TEST_SUITE_END()
