#pragma once

#include <string>
#include <thread>

namespace toeplix::cli {

/// Says on a terminal what is going on, once it takes more than a second, until it is destroyed.
/// Says nothing where standard error is not a terminal.
class Progress {
 public:
  explicit Progress(std::string what);

 private:
  std::jthread thread_;
};

}  // namespace toeplix::cli
