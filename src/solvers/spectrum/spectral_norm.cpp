#include <toeplix/solvers/spectral_norm.hpp>

#include "core/base/check_resources.hpp"
#include "solvers/base/check.hpp"
#include "solvers/base/format_number.hpp"
#include "solvers/spectrum/norm_search.hpp"
#include "solvers/spectrum/scaled_weights.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

namespace toeplix {

namespace {

/// Times a power of two, which rounds only numbers below the normal ones: outwards.
double scaled(double number, double unit, double towards) {
  const double product = number * unit;
  return product / unit == number ? product : std::nextafter(product, towards);
}

void unscale(double unit, SpectralNorm& norm) {
  norm.lower = scaled(norm.lower, unit, 0);
  norm.upper = scaled(norm.upper, unit, std::numeric_limits<double>::infinity());
  norm.norm_1 *= unit;
  norm.norm_inf *= unit;
  norm.frobenius *= unit;
  const std::array all{norm.upper, norm.norm_1, norm.norm_inf, norm.frobenius};
  if (std::ranges::all_of(all, [](double value) { return std::isfinite(value); })) return;
  throw SolverError("the norms of the matrix are beyond what a double holds");
}

}  // namespace

std::string_view to_string(NormBound bound) {
  switch (bound) {
    case NormBound::rayleigh_quotient:
      return "rayleigh quotient";
    case NormBound::norms:
      return "norms";
    case NormBound::frobenius:
      return "frobenius";
    case NormBound::frequencies:
      return "frequencies";
    case NormBound::embedding:
      return "embedding";
    case NormBound::factorization:
      return "factorization";
    case NormBound::zero:
      return "zero";
  }
  return "";
}

SpectralNorm spectral_norm(const Pattern& pattern, std::span<const double> weights,
                           const SpectralNormOptions& options) {
  detail::check_resources(options.resources);
  if (!(options.tolerance > 0 && options.tolerance < 1)) {
    throw SolverError("tolerance " + detail::format_number(options.tolerance) +
                      "; expected a number between 0 and 1");
  }
  // Two quotients, one of them in a step: x, its image and the step before of each; the gradient,
  // what x moves by, and the images of these side by side.
  detail::check_vectors("spectral_norm", pattern, 7, 10, options.resources.memory_budget);
  const detail::ScaledWeights scaled_weights =
      detail::scale_weights("spectral_norm", pattern, weights);
  SpectralNorm norm = detail::NormSearch(pattern, scaled_weights.values, options).run();
  unscale(scaled_weights.unit, norm);
  return norm;
}

}  // namespace toeplix
