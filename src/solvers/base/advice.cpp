#include "solvers/base/advice.hpp"

namespace toeplix::detail {

std::string advice_on_lambda(double normal_norm, double penalty_norm) {
  constexpr double lost = 1e-8;
  if (penalty_norm == 0 || penalty_norm < lost * normal_norm) return "raise lambda";
  if (normal_norm > 0 && normal_norm < lost * penalty_norm) return "lower lambda";
  return "A and L have a null vector in common";
}

}  // namespace toeplix::detail
