#pragma once

#include <memory>
#include <string>
#include <thread>

namespace toeplix::cli {

/// Says on standard error what is going on, from the first second until it is destroyed.
/// Says nothing if standard error is not a terminal.
class Progress {
 public:
  explicit Progress(std::string what);

  /// Goes on with another text.
  void say(std::string what);

  /// Whether standard error is a terminal.
  [[nodiscard]] static bool is_shown();

 private:
  struct Text;

  std::shared_ptr<Text> text_;
  std::jthread thread_;
};

}  // namespace toeplix::cli
