#include "solvers/iterative/certified_norm.hpp"

#include <cmath>

namespace toeplix::detail {

double certified_norm(const Operator<double>& a) {
  // More than the rounding of the sums, and of a product axis by axis.
  constexpr double above_rounding = 1 + 1e-10;
  return std::sqrt(a.norm_1()) * std::sqrt(a.norm_inf()) * above_rounding;
}

}  // namespace toeplix::detail
