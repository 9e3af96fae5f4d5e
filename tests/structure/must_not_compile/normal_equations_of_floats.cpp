// Refused: normal_equations computes in double
#include <toeplix/normal_equations.hpp>

#include <vector>

#ifdef CORRECT
using Real = double;
#else
using Real = float;
#endif

auto normal(const toeplix::Convolution& conv, const std::vector<Real>& weights) {
  return toeplix::normal_equations(conv, weights);
}
