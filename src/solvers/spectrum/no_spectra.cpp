#include <toeplix/error.hpp>

#include "solvers/spectrum/gram_map.hpp"

// In place of top_vectors.cpp in a build without Spectra.

namespace toeplix::detail {

TopVectors top_vectors(const GramMap&, const Eigen::VectorXd&, Index, double) {
  throw SolverError(
      "largest_singular_values of a matrix that is not small needs Spectra, which this build of "
      "toeplix has not; spectral_norm bounds the largest value without it");
}

}  // namespace toeplix::detail
