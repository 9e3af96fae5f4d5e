#pragma once

#include "core/panel/job.hpp"
#include "core/panel/packed_weights.hpp"
#include "core/panel/waves.hpp"

#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace toeplix::detail {

/// Products with the matrix of a pattern by panels, see `PanelPlan`. Any number of threads may
/// multiply at a time; each such product has memory of its own, which is kept for the next.
template <class Scalar>
class PanelProduct {
 public:
  using Real = typename Parts<Scalar>::Real;

  /// Packs the weights. Cost: that of copying them.
  PanelProduct(std::vector<PanelPlan> plans, const PanelKernels<Real>& kernels,
               const Pattern& pattern, std::span<const Scalar> weights);
  ~PanelProduct();

  /// y = A x for `images` images that follow one another in x, and in y. Preconditions: x and y are
  /// apart and as long as that.
  void multiply(const Scalar* x, Scalar* y, Index images, int threads) const;

 private:
  class Memory;
  class Borrowed;

  void multiply_wave(const PanelWave& wave, const Real* x, Real* y, Index images, int threads,
                     Memory& memory) const;

  const std::vector<PanelPlan> plans_;  // of the rows, and then of what is folded onto them
  const std::vector<PanelWave> waves_;  // of their tiles
  const PanelKernels<Real>& kernels_;
  Index rows_;
  Index columns_;
  std::vector<Real> weights_;
  std::vector<Real> turned_weights_;  // for plans that are turned, if there are any
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Memory>> unused_;
};

/// The panel product of a pattern, by the best instructions of this processor; null if panels do
/// not serve it (see `panel_plan`), if a weight is not finite (a zero of the panel times infinity
/// is not zero), or in a build without Highway.
template <class Scalar>
std::unique_ptr<const PanelProduct<Scalar>> panel_product(const Pattern& pattern,
                                                          std::span<const Scalar> weights,
                                                          int threads);

}  // namespace toeplix::detail
