#include "core/base/fork.hpp"

#include <atomic>

#if __has_include(<pthread.h>)
#include <pthread.h>
#endif

namespace toeplix::detail {

namespace {

std::atomic<bool> lost{false};

}  // namespace

void remember_threads() {
#if __has_include(<pthread.h>)
  static const int registered = pthread_atfork(nullptr, nullptr, [] { lost = true; });
  static_cast<void>(registered);  // without memory for a handler a child is as it was before
#endif
}

bool threads_are_lost() {
  return lost;
}

}  // namespace toeplix::detail
