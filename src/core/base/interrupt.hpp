#pragma once

namespace toeplix::detail {

/// Throws Interrupted if this thread has an `Interruptible` that says so. Costs a look at a pointer
/// if it has none.
void stop_if_asked();

}  // namespace toeplix::detail
