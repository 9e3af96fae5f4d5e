#include "core/base/interrupt.hpp"

#include <toeplix/interruptible.hpp>

#include <utility>

namespace toeplix {

namespace {

/// What the last `Interruptible` of this thread asks.
thread_local const std::function<bool()>* asked = nullptr;

}  // namespace

Interruptible::Interruptible(std::function<bool()> should_stop)
    : should_stop_(std::move(should_stop)), before_(asked) {
  asked = &should_stop_;
}

Interruptible::~Interruptible() {
  asked = before_;
}

void detail::stop_if_asked() {
  if (asked != nullptr && *asked && (*asked)()) throw Interrupted("stopped, as was asked for");
}

}  // namespace toeplix
