#pragma once

#include <toeplix/operator.hpp>
#include <toeplix/solvers/spectral_norm.hpp>

#include "core/base/parallel.hpp"
#include "solvers/spectrum/embedding.hpp"
#include "solvers/spectrum/factor_bound.hpp"
#include "solvers/spectrum/peak.hpp"
#include "solvers/spectrum/rayleigh.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace toeplix::detail {

/// Finds the interval of a matrix whose largest weight is near 1.
class NormSearch {
 public:
  NormSearch(const Pattern& pattern, std::span<const double> weights,
             const SpectralNormOptions& options)
      : pattern_(pattern),
        weights_(weights),
        options_(options),
        threads_(thread_count(options.resources.threads)),
        op_(pattern, weights, {threads_, options.resources.memory_budget}),
        axes_(embed(pattern, weights)) {}

  SpectralNorm run();

 private:
  void bound_by_norms();
  void start_at_the_peak();
  void improve_lower(double gain, int most);
  void lower_upper(double upper, NormBound from);
  bool is_done() const {
    return result_.upper - result_.lower <= options_.tolerance * result_.upper;
  }
  bool encloses() const;
  void bound_by_frequencies();
  void bound_on_circles();
  bool may_factorize();
  void bound_by_factors();
  void bisect(FactorBound& factor);
  void explain();

  const Pattern& pattern_;
  std::span<const double> weights_;
  const SpectralNormOptions& options_;
  int threads_;
  Operator<double> op_;
  std::vector<EmbeddedAxis> axes_;
  std::vector<Peak> peaks_;
  std::optional<RayleighQuotient> quotient_;
  double absolute_norm_ = 0;  // at least the norm of the matrix of absolute weights
  double terms_ = 1;
  std::string why_no_factor_;
  SpectralNorm result_;
};

}  // namespace toeplix::detail
