#pragma once

#include <toeplix/error.hpp>

#include <functional>

namespace toeplix {

/// Thrown out of a call that was asked to stop. What the call was writing is not whole: a matrix
/// has no entries then, a vector some old and some new numbers.
///
///     try {
///       auto W = toeplix::compile(conv, weights);
///     } catch (const toeplix::Interrupted&) {
///       std::cerr << "stopped\n";
///     }
class Interrupted : public Error {
 public:
  using Error::Error;
};

/// While one exists, long calls of the thread that made it ask it at first, and between two
/// pieces of work, whether to stop, and throw `Interrupted` if so. Compiling, products, and
/// whatever else is shared out among threads can be stopped; a factorization cannot, nor can the
/// oracle.
///
/// `should_stop` is called by the thread that made the object, and by no other; what it throws
/// passes through the call. Of several objects of a thread the last one that was made is asked.
/// Destroy them in the reverse order. Cost: a call of `should_stop` for each piece of work.
///
///     std::atomic<bool> stop = false;  // set by another thread, or by a signal
///     const toeplix::Interruptible guard([&] { return stop.load(); });
///     auto W = toeplix::compile(conv, weights);
class Interruptible {
 public:
  /// From now on long calls of this thread ask `should_stop`.
  explicit Interruptible(std::function<bool()> should_stop);
  Interruptible(const Interruptible&) = delete;
  Interruptible& operator=(const Interruptible&) = delete;
  /// From now on they do not.
  ~Interruptible();

 private:
  std::function<bool()> should_stop_;
  const std::function<bool()>* before_;
};

}  // namespace toeplix
