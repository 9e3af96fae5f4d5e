#include "solvers/iterative/certified_norm.hpp"

#include <toeplix/solvers/spectral_norm.hpp>

#include <algorithm>
#include <cmath>

namespace toeplix::detail {

double certified_norm(const Operator<double>& a) {
  // More than the rounding of the sums, and of a product axis by axis.
  constexpr double above_rounding = 1 + 1e-10;
  const double by_sums = std::sqrt(a.norm_1()) * std::sqrt(a.norm_inf()) * above_rounding;
  const auto is_negative = [](double weight) { return weight < 0; };
  // Without negative weights the sums are nearly all there is to know.
  if (std::none_of(a.weights().begin(), a.weights().end(), is_negative)) return by_sums;
  const SpectralNorm norm = spectral_norm(
      a.pattern(), a.weights(), {.certify = Certify::transforms, .resources = a.resources()});
  return std::min(by_sums, norm.upper * above_rounding);
}

}  // namespace toeplix::detail
