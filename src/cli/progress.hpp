#pragma once

#include <string>
#include <thread>

namespace toeplix::cli {

/// Says on standard error what is going on, from the first second until it is destroyed.
/// Says nothing if standard error is not a terminal.
class Progress {
 public:
  explicit Progress(std::string what);

  /// Whether standard error is a terminal.
  [[nodiscard]] static bool is_shown();

 private:
  std::jthread thread_;
};

}  // namespace toeplix::cli
