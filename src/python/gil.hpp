#pragma once

#include <toeplix/interruptible.hpp>

#include <pybind11/pybind11.h>

#include <chrono>

namespace toeplix::python {

/// Whether Ctrl-C was pressed, or another signal's handler has raised an error, which is then set.
/// Python is asked twenty times in a second at most.
class SignalCheck {
 public:
  /// Takes the lock of the interpreter for as long as it asks.
  bool operator()() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return false;
    next_ = now + std::chrono::milliseconds(50);
    const pybind11::gil_scoped_acquire lock;
    return PyErr_CheckSignals() != 0;
  }

 private:
  std::chrono::steady_clock::time_point next_ =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
};

/// Does long work, which must not touch Python, without the lock of the interpreter, so that other
/// threads of the program go on meanwhile, and Ctrl-C stops it.
template <class Work>
auto without_gil(const Work& work) {
  const pybind11::gil_scoped_release unlocked;
  const Interruptible guard{SignalCheck()};
  return work();
}

}  // namespace toeplix::python
