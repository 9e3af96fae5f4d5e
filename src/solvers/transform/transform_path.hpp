#pragma once

#include "solvers/base/normal_solver.hpp"
#include "solvers/transform/grid_transform.hpp"

#include <memory>
#include <vector>

namespace toeplix::detail {

/// The eigenvalues of A^T A and of L^T L, one vector for each channel, or one for all channels.
struct Eigenvalues {
  std::vector<std::vector<double>> normal;
  std::vector<std::vector<double>> penalty;

  [[nodiscard]] const std::vector<double>& normal_of(Index channel) const {
    return normal[static_cast<std::size_t>(channel)];
  }
  [[nodiscard]] const std::vector<double>& penalty_of(Index channel) const {
    return penalty[penalty.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
  }
};

/// How often each frequency of a spectrum occurs in the full one: a half of it is left out.
std::vector<double> occurrences(const GridTransform& transform, const Extents& extents,
                                const std::vector<Basis>& bases);

/// What a squared number of the spectrum, of the frequency numbered `at`, adds to |image|^2: the
/// transforms are orthogonal but for these factors. The DCT-II counts its constant twice.
double energy_factor(const GridTransform& transform, const std::vector<Basis>& bases, Index at);

/// The path of right-hand sides, from the squares of their spectra: `energies` has one vector for
/// each channel, and `counts` says how often each frequency occurs.
std::unique_ptr<ResidualPath> make_transform_path(std::shared_ptr<const Eigenvalues> eigenvalues,
                                                  std::vector<std::vector<double>> energies,
                                                  std::vector<double> counts);

}  // namespace toeplix::detail
