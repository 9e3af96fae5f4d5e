#pragma once

#include <toeplix/solvers/iteration_report.hpp>
#include <toeplix/solvers/report.hpp>

namespace toeplix::detail {

/// Adds a channel's report to that of the channels before, whose right-hand sides have the length
/// `before`; that of this channel has the length `size`. Returns the length of all of them.
double merge(const SolveReport& channel, double size, double before, SolveReport& all);
double merge(const IterationReport& channel, double size, double before, IterationReport& all);

}  // namespace toeplix::detail
