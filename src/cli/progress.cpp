#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace toeplix::cli {
namespace {

void report(const std::stop_token& stop, const std::string& what) {
  using namespace std::chrono;
  const auto begin = steady_clock::now();
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  bool shown = false;
  const auto never = [] { return false; };
  while (!stopped.wait_for(lock, stop, seconds(1), never) && !stop.stop_requested()) {
    const auto elapsed = duration_cast<seconds>(steady_clock::now() - begin);
    fmt::print(stderr, "\r{} ... {} s", what, elapsed.count());
    std::fflush(stderr);
    shown = true;
  }
  if (shown) fmt::print(stderr, "\r\033[K");
}

}  // namespace

Progress::Progress(std::string what) {
  if (!is_shown()) return;
  thread_ =
      std::jthread([what = std::move(what)](const std::stop_token& stop) { report(stop, what); });
}

bool Progress::is_shown() {
  return ::isatty(STDERR_FILENO) != 0;
}

}  // namespace toeplix::cli
