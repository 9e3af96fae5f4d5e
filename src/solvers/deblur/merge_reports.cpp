#include "solvers/deblur/merge_reports.hpp"

#include "solvers/base/judge.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace toeplix::detail {

namespace {

/// The place of a status in a list from good to bad.
template <class Status, std::size_t count>
std::ptrdiff_t badness(const std::array<Status, count>& from_good_to_bad, Status status) {
  return std::find(from_good_to_bad.begin(), from_good_to_bad.end(), status) -
         from_good_to_bad.begin();
}

constexpr std::array solve_statuses{SolveStatus::solved, SolveStatus::iteration_limit,
                                    SolveStatus::inaccurate, SolveStatus::singular};
constexpr std::array iteration_statuses{
    IterationStatus::converged, IterationStatus::iteration_limit, IterationStatus::overflow};

/// The greater of two; a NaN if either is.
double worse(double a, double b) {
  return std::isnan(a) || a >= b ? a : b;
}

/// What both kinds of report have.
template <class Report, class Statuses>
double merge_common(const Report& channel, double size, double before, const Statuses& statuses,
                    Report& all) {
  if (badness(statuses, channel.status) > badness(statuses, all.status)) {
    all.status = channel.status;
    all.reason = channel.reason;
  }
  const double length = std::hypot(before, size);
  all.residual = std::hypot(all.residual, channel.residual);
  all.relative_residual = ratio(std::hypot(all.relative_residual * ratio(before, length),
                                           channel.relative_residual * ratio(size, length)),
                                1);
  all.error = worse(all.error, channel.error);
  if (channel.iterations > all.iterations) {
    all.iterations = channel.iterations;
    all.history = channel.history;
  }
  return length;
}

}  // namespace

double merge(const SolveReport& channel, double size, double before, SolveReport& all) {
  all.seconds.solution += channel.seconds.solution;
  return merge_common(channel, size, before, solve_statuses, all);
}

double merge(const IterationReport& channel, double size, double before, IterationReport& all) {
  all.seconds += channel.seconds;
  all.last_change = worse(all.last_change, channel.last_change);
  all.bytes = std::max(all.bytes, channel.bytes);
  return merge_common(channel, size, before, iteration_statuses, all);
}

}  // namespace toeplix::detail
