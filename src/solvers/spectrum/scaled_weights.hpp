#pragma once

#include <toeplix/pattern.hpp>

#include <span>
#include <vector>

namespace toeplix::detail {

/// Weights over a power of two, so that the largest of those that the matrix has is near 1 and
/// squares neither overflow nor vanish. Weights that no pixel meets are zero.
struct ScaledWeights {
  std::vector<double> values;
  double unit = 1;
};

/// Throws SolverError for weights of the wrong length or not finite, and for a pattern with a
/// kernel for every pixel. `what` is the caller's name.
ScaledWeights scale_weights(const char* what, const Pattern& pattern,
                            std::span<const double> weights);

}  // namespace toeplix::detail
