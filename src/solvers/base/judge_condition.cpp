#include "solvers/base/judge_condition.hpp"

#include "solvers/base/advice.hpp"
#include "solvers/base/judge.hpp"

#include <cmath>

namespace toeplix::detail {

void judge_condition(double least, double greatest, double normal_norm, double penalty_norm,
                     SolveReport& report) {
  report.status = SolveStatus::singular;
  if (!std::isfinite(greatest)) {
    report.reason = "A^T A + lambda L^T L has numbers beyond what a double holds";
    report.reciprocal_condition.reset();
    return;
  }
  const double condition = greatest == 0 ? 0 : least / greatest;
  report.reciprocal_condition = condition;
  if (!(condition >= lost_condition)) {
    report.reason = singular_to_rounding("A^T A + lambda L^T L", condition) + "; " +
                    advice_on_lambda(normal_norm, penalty_norm);
    return;
  }
  report.status = SolveStatus::solved;
  report.reason.clear();
}

}  // namespace toeplix::detail
