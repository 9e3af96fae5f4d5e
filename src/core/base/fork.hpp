#pragma once

namespace toeplix::detail {

/// To be called before several threads work for the first time, and as often as one likes: from
/// then on children of this process know that its threads are lost to them.
void remember_threads();

/// Whether this process was forked off one that had used several threads. The child does not have
/// them, and GNU's OpenMP would wait for them for ever.
bool threads_are_lost();

}  // namespace toeplix::detail
