#pragma once

#include "cli/progress.hpp"

#include <toeplix/solvers/deblur.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace toeplix::cli {

/// Says on standard error what a deblurring is doing: on a terminal as it goes on; elsewhere a line
/// of what will take some seconds, or has taken them.
class WorkReport {
 public:
  /// `method` is the one that is wished for.
  WorkReport(Index channels, SolveMethod method) : channels_(channels), method_(method) {}

  /// Work that begins.
  void begin(const DeblurWork& work);
  /// An iteration that is done.
  void iterate(Index channel, Index iteration, double residual);

  /// That of the work that began last; before any, the one that is wished for.
  [[nodiscard]] SolveMethod method() const { return method_; }

 private:
  using Clock = std::chrono::steady_clock;

  Index channels_;
  SolveMethod method_;
  std::string stage_;
  std::optional<Progress> progress_;
  Clock::time_point begin_ = Clock::now();
  bool is_line_said_ = false;
};

}  // namespace toeplix::cli
