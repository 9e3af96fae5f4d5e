#include "solvers/direct/report.hpp"

#include "core/base/memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace toeplix {

std::string_view to_string(SolveStatus status) {
  switch (status) {
    case SolveStatus::solved:
      return "solved";
    case SolveStatus::inaccurate:
      return "inaccurate";
    case SolveStatus::singular:
      return "singular";
  }
  return "";
}

namespace detail {

void check_finite(const char* name, std::span<const double> values) {
  const auto bad = std::ranges::find_if(values, [](double v) { return !std::isfinite(v); });
  if (bad == values.end()) return;
  throw SolverError(std::string(name) + " has " + (std::isnan(*bad) ? "a NaN" : "an infinity") +
                    " at " + std::to_string(bad - values.begin()) + "; expected finite numbers");
}

void check_numbers(const char* name, std::span<const double> values, Index expected) {
  if (static_cast<Index>(values.size()) != expected) {
    throw SolverError(std::string(name) + " has length " + std::to_string(values.size()) +
                      "; expected " + std::to_string(expected));
  }
  check_finite(name, values);
}

void check_factor_budget(const char* what, Index entries, double bytes, Index budget) {
  if (budget <= 0) budget = available_memory();
  if (bytes <= static_cast<double>(budget)) return;
  constexpr double most = static_cast<double>(std::numeric_limits<Index>::max() / 2);
  const auto whole = static_cast<Index>(std::min(bytes, most));
  throw CapacityError(std::string(what) + " with " + std::to_string(entries) + " entries needs " +
                          std::to_string(whole) + " bytes, which exceeds the memory budget of " +
                          std::to_string(budget) + " bytes; use a smaller image or kernel",
                      CapacityCause::memory_budget, entries, whole);
}

std::string format_number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", number);
  return text;
}

double power_of_two(const Eigen::Ref<const Eigen::MatrixXd>& values) {
  const double greatest = values.size() == 0 ? 0 : values.cwiseAbs().maxCoeff();
  if (greatest == 0) return 1;
  int exponent = 0;
  std::frexp(greatest, &exponent);
  return std::ldexp(1.0, exponent - 1);
}

void judge(const Eigen::Ref<const Eigen::MatrixXd>& x, SolveReport& report) {
  const bool finite = x.allFinite();
  if (finite && report.error <= accepted_error) return;
  report.status = SolveStatus::inaccurate;
  report.reason = !finite ? "the solution has numbers beyond what a double holds"
                          : "the equations are missed by " + format_number(report.error) +
                                " of the size of their terms";
}

}  // namespace detail
}  // namespace toeplix
