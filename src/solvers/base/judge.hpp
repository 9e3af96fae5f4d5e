#pragma once

#include <toeplix/solvers/report.hpp>

#include <string>

namespace toeplix::detail {

/// Above this the equations do not hold to rounding.
inline constexpr double accepted_error = 1e-10;

/// Below this reciprocal condition no digit of x means anything: rounding the matrix's entries can
/// make it singular.
inline constexpr double lost_condition = 1e-15;

/// The reason for a matrix, or whatever is called so, below that condition.
std::string singular_to_rounding(const std::string& what, double reciprocal_condition);

/// a / b, and 0 if a is 0. A NaN if b is infinite: nothing is known of the ratio then.
double ratio(double a, double b);

/// A power of two near the greatest of absolute values: what is divided by it loses no digit, and
/// its squares do not overflow. 1 for zeros.
double power_of_two(const Eigen::Ref<const Eigen::MatrixXd>& values);

/// Sets the status of a solution from `report.error`: it is not solved unless the error is known to
/// be small, which a NaN is not.
void judge(const Eigen::Ref<const Eigen::MatrixXd>& x, SolveReport& report);

}  // namespace toeplix::detail
