#include "solvers/transform/transform_path.hpp"

namespace toeplix::detail {

namespace {

/// The share of b that x follows, at one frequency.
double followed(double normal, double penalty, double lambda) {
  return normal == 0 ? 0 : normal / (normal + lambda * penalty);
}

class TransformPath final : public ResidualPath {
 public:
  TransformPath(std::shared_ptr<const Eigenvalues> eigenvalues,
                std::vector<std::vector<double>> energies, std::vector<double> counts)
      : eigenvalues_(std::move(eigenvalues)),
        energies_(std::move(energies)),
        counts_(std::move(counts)) {}

  std::optional<double> squared_residual(double lambda) override {
    double sum = 0;
    for (std::size_t channel = 0; channel < energies_.size(); ++channel) {
      const auto& normal = eigenvalues_->normal_of(static_cast<Index>(channel));
      const auto& penalty = eigenvalues_->penalty_of(static_cast<Index>(channel));
      for (std::size_t i = 0; i < normal.size(); ++i) {
        const double missed = 1 - followed(normal[i], penalty[i], lambda);
        sum += energies_[channel][i] * missed * missed;
      }
    }
    return sum;
  }

  double freedom(double lambda) override {
    double sum = 0;
    for (std::size_t channel = 0; channel < energies_.size(); ++channel) {
      const auto& normal = eigenvalues_->normal_of(static_cast<Index>(channel));
      const auto& penalty = eigenvalues_->penalty_of(static_cast<Index>(channel));
      for (std::size_t i = 0; i < normal.size(); ++i) {
        sum += counts_[i] * followed(normal[i], penalty[i], lambda);
      }
    }
    return sum;
  }

 private:
  std::shared_ptr<const Eigenvalues> eigenvalues_;
  std::vector<std::vector<double>> energies_;  // of b, for each channel and frequency
  std::vector<double> counts_;
};

}  // namespace

std::vector<double> occurrences(const GridTransform& transform, const Extents& extents,
                                const std::vector<Basis>& bases) {
  const Extents& frequencies = transform.frequencies();
  std::vector<double> counts(1, 1);
  std::size_t halved = bases.size();
  for (std::size_t axis = 0; axis < bases.size(); ++axis) {
    if (bases[axis] == Basis::fourier) halved = axis;
  }
  for (std::size_t axis = 0; axis < frequencies.size(); ++axis) {
    std::vector<double> longer;
    for (const double count : counts) {
      for (Index k = 0; k < frequencies[axis]; ++k) {
        const bool is_alone = axis != halved || k == 0 || 2 * k == extents[axis];
        longer.push_back(is_alone ? count : 2 * count);
      }
    }
    counts = std::move(longer);
  }
  return counts;
}

double energy_factor(const GridTransform& transform, const std::vector<Basis>& bases, Index at) {
  const Extents& frequencies = transform.frequencies();
  double factor = 1 / transform.scale();
  for (std::size_t axis = bases.size(); axis-- > 0;) {
    const Index k = at % frequencies[axis];
    at /= frequencies[axis];
    if (bases[axis] == Basis::cosine && k == 0) factor /= 2;
  }
  return factor;
}

std::unique_ptr<ResidualPath> make_transform_path(std::shared_ptr<const Eigenvalues> eigenvalues,
                                                  std::vector<std::vector<double>> energies,
                                                  std::vector<double> counts) {
  return std::make_unique<TransformPath>(std::move(eigenvalues), std::move(energies),
                                         std::move(counts));
}

}  // namespace toeplix::detail
