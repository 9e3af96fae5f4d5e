#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

namespace toeplix::cli {

/// What is said, which two threads share.
struct Progress::Text {
  explicit Text(std::string text) : what(std::move(text)) {}

  std::mutex mutex;
  std::string what;
};

namespace {

/// Writes `what()` every second.
template <class What>
void report(const std::stop_token& stop, const What& what) {
  using namespace std::chrono;
  const auto begin = steady_clock::now();
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock lock(mutex);
  bool shown = false;
  const auto never = [] { return false; };
  while (!stopped.wait_for(lock, stop, seconds(1), never) && !stop.stop_requested()) {
    const auto elapsed = duration_cast<seconds>(steady_clock::now() - begin);
    fmt::print(stderr, "\r{} ... {} s\033[K", what(), elapsed.count());
    std::fflush(stderr);
    shown = true;
  }
  if (shown) fmt::print(stderr, "\r\033[K");
}

}  // namespace

Progress::Progress(std::string what) : text_(std::make_shared<Text>(std::move(what))) {
  if (!is_shown()) return;
  thread_ = std::jthread([text = text_](const std::stop_token& stop) {
    report(stop, [&text] {
      const std::lock_guard lock(text->mutex);
      return text->what;
    });
  });
}

void Progress::say(std::string what) {
  const std::lock_guard lock(text_->mutex);
  text_->what = std::move(what);
}

bool Progress::is_shown() {
  return ::isatty(STDERR_FILENO) != 0;
}

}  // namespace toeplix::cli
