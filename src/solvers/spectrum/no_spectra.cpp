#include <toeplix/error.hpp>

#include "solvers/spectrum/gram_map.hpp"

// In place of top_vectors.cpp in a build without Spectra.

namespace toeplix::detail {

bool has_top_vectors() {
  return false;
}

TopVectors top_vectors(const GramMap&, const Eigen::VectorXd&, Index, double) {
  throw SolverError(
      "largest_singular_values of a matrix beyond dense_limit needs Spectra, which the library was "
      "built without; spectral_norm bounds the largest value without it");
}

}  // namespace toeplix::detail
