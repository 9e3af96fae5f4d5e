#include "solvers/iterative/preconditioner.hpp"

#include "solvers/base/vector_math.hpp"
#include "solvers/transform/kernel_taps.hpp"
#include "solvers/transform/penalty_symbol.hpp"
#include "solvers/transform/symbol.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {

namespace {

std::vector<Basis> bases_for(const Pattern& pattern) {
  std::vector<Basis> bases;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const bool circular = axis.table.geometry().boundary == Boundary::circular;
    bases.push_back(circular ? Basis::fourier : Basis::cosine);
  }
  return bases;
}

/// The reciprocals of normal + lambda penalty over a scale. Rounding or the symmetric part may have
/// left eigenvalues that are not positive: these count as the least that is allowed.
std::vector<double> reciprocals(std::vector<double> normal, const std::vector<double>& penalty,
                                double lambda, double scale) {
  double most = 0;
  for (std::size_t i = 0; i < normal.size(); ++i) {
    normal[i] += lambda * penalty[i];
    most = std::max(most, normal[i]);
  }
  const double least = 1e-12 * most;
  for (double& value : normal) value = 1 / (scale * std::max(value, least));
  return normal;
}

/// sqrt(median(d) / d); nothing if most of d is zero. A column without entries has nothing to be
/// scaled by.
Eigen::VectorXd scale_for(Eigen::VectorXd diagonal) {
  Eigen::VectorXd sorted = diagonal;
  const Eigen::Index middle = sorted.size() / 2;
  std::nth_element(sorted.begin(), sorted.begin() + middle, sorted.end());
  const double median = sorted[middle];
  if (!(median > 0)) return {};
  for (double& d : diagonal) d = d > 0 ? std::sqrt(median / d) : 1;
  return diagonal;
}

}  // namespace

bool TransformPreconditioner::exists(const Pattern& pattern, const Regularizer& regularizer) {
  const Pattern::Channels& c = pattern.channels();
  if (!has_transforms() || pattern.is_per_pixel() || !has_symbol(regularizer, pattern)) {
    return false;
  }
  if (c.rows_per_group != 1 || c.columns_per_group != 1) return false;
  return std::all_of(pattern.axes().begin(), pattern.axes().end(), [](const Pattern::Axis& axis) {
    const AxisGeometry& g = axis.table.geometry();
    return g.stride == 1 && g.input_dilation == 1;
  });
}

TransformPreconditioner::TransformPreconditioner(const Pattern& pattern,
                                                 std::span<const double> weights,
                                                 const Regularizer& regularizer, double lambda,
                                                 Eigen::VectorXd diagonal, int threads)
    : planes_(Planes::of_columns(pattern)),
      threads_(threads),
      bases_(bases_for(pattern)),
      transform_(column_extents(pattern), bases_, threads) {
  const Extents extents = column_extents(pattern);
  std::vector<double> penalty;
  for (Index channel = 0; channel < planes_.channels; ++channel) {
    const KernelTaps taps = autocorrelation(taps_of(pattern, weights, {.group = channel}));
    if (channel == 0 || regularizer.cols()) {
      penalty = penalty_symbol(regularizer, extents, bases_, channel, threads);
    }
    inverse_.push_back(reciprocals(real_symbol_of(taps, extents, bases_, threads), penalty, lambda,
                                   transform_.scale()));
  }
  const bool is_circulant =
      std::all_of(bases_.begin(), bases_.end(), [](Basis b) { return b == Basis::fourier; });
  if (!is_circulant) scale_ = scale_for(std::move(diagonal));
}

void TransformPreconditioner::apply(const Eigen::VectorXd& r, Eigen::VectorXd& z) const {
  const bool is_complex = transform_.is_complex();
  std::vector<double> plane(static_cast<std::size_t>(planes_.pixels));
  std::vector<double> spectrum(is_complex ? static_cast<std::size_t>(transform_.spectrum_size())
                                          : 0);
  const std::span<double> numbers = is_complex ? spectrum : std::span<double>(plane);
  for (Index channel = 0; channel < planes_.channels; ++channel) {
    const Index first = channel * planes_.channel_step;
    const auto scale = [&](Index pixel) {
      return scale_.size() == 0 ? 1.0 : scale_[first + pixel * planes_.pixel_step];
    };
    planes_.take(r.data(), channel, plane.data(), threads_, scale);
    transform_.forward(plane, numbers);
    const std::vector<double>& inverse = inverse_[static_cast<std::size_t>(channel)];
    const Index unit = is_complex ? 2 : 1;
    for_pieces(static_cast<Index>(inverse.size()), threads_, [&](Index from, Index count) {
      for (Index i = from * unit; i < (from + count) * unit; ++i) {
        numbers[static_cast<std::size_t>(i)] *= inverse[static_cast<std::size_t>(i / unit)];
      }
    });
    transform_.inverse(numbers, plane);
    planes_.put(plane.data(), channel, z.data(), threads_, scale);
  }
}

std::string TransformPreconditioner::name() const {
  if (scale_.size() == 0) return "circulant, by FFT";
  return transform_.is_complex() ? "symmetric autocorrelation, by FFT and DCT-II, scaled"
                                 : "symmetric autocorrelation, by DCT-II, scaled";
}

}  // namespace toeplix::detail
