#include "solvers/base/judge.hpp"

#include "solvers/base/format_number.hpp"

#include <cmath>
#include <limits>

namespace toeplix::detail {

std::string singular_to_rounding(const std::string& what, double reciprocal_condition) {
  return what + " is singular to rounding (reciprocal condition " +
         format_number(reciprocal_condition) + ")";
}

double ratio(double a, double b) {
  if (a == 0) return 0;
  return std::isinf(b) ? std::numeric_limits<double>::quiet_NaN() : a / b;
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

}  // namespace toeplix::detail
