#pragma once

#include <toeplix/solvers/solve.hpp>

#include <chrono>
#include <cmath>
#include <limits>
#include <span>
#include <string>

namespace toeplix::detail {

/// Throws SolverError unless a vector has the length that a system expects, and finite numbers
/// only.
void check_numbers(const char* name, std::span<const double> values, Index expected);
/// Throws SolverError for a number that is not finite.
void check_finite(const char* name, std::span<const double> values);

/// Throws CapacityError for factors of this predicted size over the budget (0: what is free).
void check_factor_budget(const char* what, Index entries, double bytes, Index budget);

/// Seconds since the last call, or since it was made.
class Stopwatch {
 public:
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - begin_).count();
    begin_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// a / b, and 0 where a is. A NaN where b is infinite: nothing is known of the ratio then.
inline double ratio(double a, double b) {
  if (a == 0) return 0;
  return std::isinf(b) ? std::numeric_limits<double>::quiet_NaN() : a / b;
}

/// Above this the equations do not hold to rounding.
inline constexpr double accepted_error = 1e-10;

/// `1.2e-17`
std::string format_number(double number);

/// A power of two near the greatest of absolute values: what is divided by it loses no digit, and
/// its squares do not overflow. 1 for zeros.
double power_of_two(const Eigen::Ref<const Eigen::MatrixXd>& values);

/// Sets the status of a solution from `report.error`: whatever is not known to be small, as a
/// NaN, is not solved.
void judge(const Eigen::Ref<const Eigen::MatrixXd>& x, SolveReport& report);

}  // namespace toeplix::detail
