#pragma once

#include <toeplix/solvers/report.hpp>

namespace toeplix::detail {

/// Sets the status of a system A^T A + lambda L^T L from its least and greatest eigenvalue: solved,
/// or singular to rounding, with advice from norms of its two terms.
void judge_condition(double least, double greatest, double normal_norm, double penalty_norm,
                     SolveReport& report);

}  // namespace toeplix::detail
