#include "solvers/iterative/preconditioner.hpp"

#include "solvers/base/pieces.hpp"
#include "solvers/transform/kernel_taps.hpp"
#include "solvers/transform/penalty_symbol.hpp"
#include "solvers/transform/smooth_extent.hpp"
#include "solvers/transform/symbol.hpp"

#include <algorithm>
#include <cmath>

namespace toeplix::detail {

namespace {

bool is_circular(const Pattern::Axis& axis) {
  return axis.table.geometry().boundary == Boundary::circular;
}

std::vector<Basis> bases_for(const Pattern& pattern, bool is_embedded) {
  std::vector<Basis> bases;
  for (const Pattern::Axis& axis : pattern.axes()) {
    bases.push_back(is_embedded || is_circular(axis) ? Basis::fourier : Basis::cosine);
  }
  return bases;
}

/// The image with room for unknown surroundings as wide as A^T A reaches, or twice as wide as the
/// image.
Extents embedding_extents(const Pattern& pattern) {
  Extents extents = column_extents(pattern);
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    const Pattern::Axis& here = pattern.axes()[axis];
    if (is_circular(here)) continue;
    const Index reach = std::min(here.table.geometry().span(), extents[axis]);
    extents[axis] = smooth_extent(extents[axis] + 2 * reach);
  }
  return extents;
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

bool TransformPreconditioner::has_symmetric_kernels(const Pattern& pattern,
                                                    std::span<const double> weights) {
  for (Index group = 0; group < pattern.channels().groups; ++group) {
    const KernelTaps taps = taps_of(pattern, weights, {.group = group});
    for (std::size_t axis = 0; axis < pattern.axes().size(); ++axis) {
      if (!is_circular(pattern.axes()[axis]) && !is_symmetric_along(taps, axis)) return false;
    }
  }
  return true;
}

TransformPreconditioner::TransformPreconditioner(const Pattern& pattern,
                                                 std::span<const double> weights,
                                                 const Regularizer& regularizer, double lambda,
                                                 Eigen::VectorXd diagonal, int threads)
    : planes_(Planes::of_columns(pattern)),
      threads_(threads),
      is_embedded_(!has_symmetric_kernels(pattern, weights)),
      extents_(column_extents(pattern)),
      transformed_(is_embedded_ ? embedding_extents(pattern) : extents_),
      bases_(bases_for(pattern, is_embedded_)),
      transform_(transformed_, bases_, threads) {
  std::vector<double> penalty;
  for (Index channel = 0; channel < planes_.channels; ++channel) {
    const KernelTaps taps = autocorrelation(taps_of(pattern, weights, {.group = channel}));
    if (channel == 0 || regularizer.cols()) {
      penalty = penalty_symbol(regularizer, transformed_, bases_, channel, threads);
    }
    inverse_.push_back(reciprocals(real_symbol_of(taps, transformed_, bases_, threads), penalty,
                                   lambda, transform_.scale()));
  }
  const bool is_circulant = std::ranges::all_of(pattern.axes(), is_circular);
  if (!is_circulant) scale_ = scale_for(std::move(diagonal));
}

template <class Work>
void TransformPreconditioner::for_lines(const Work& work) const {
  const Index length = extents_.back();
  const Index lines = planes_.pixels / length;
  const int workers = threads_to_write(planes_.pixels, threads_);
  const Index chunks = std::min<Index>(lines, Index{16} * workers);
  for_each_chunk(workers, chunks, [&] {
    return [&](Index chunk) {
      const Index end = chunk_begin(lines, chunks, chunk + 1);
      for (Index line = chunk_begin(lines, chunks, chunk); line < end; ++line) {
        Index rest = line;
        Index at = 0;
        Index step = transformed_.back();
        for (std::size_t axis = extents_.size() - 1; axis-- > 0;) {
          at += rest % extents_[axis] * step;
          rest /= extents_[axis];
          step *= transformed_[axis];
        }
        for (Index i = 0; i < length; ++i) work(line * length + i, at + i);
      }
    };
  });
}

void TransformPreconditioner::apply(const Eigen::VectorXd& r, Eigen::VectorXd& z) const {
  const bool is_complex = transform_.is_complex();
  std::vector<double> plane(static_cast<std::size_t>(transform_.pixels()));
  std::vector<double> spectrum(is_complex ? static_cast<std::size_t>(transform_.spectrum_size())
                                          : 0);
  const std::span<double> numbers = is_complex ? spectrum : std::span<double>(plane);
  const auto scale = [&](Index element) { return scale_.size() == 0 ? 1.0 : scale_[element]; };
  for (Index channel = 0; channel < planes_.channels; ++channel) {
    const auto element = [&, first = channel * planes_.channel_step](Index pixel) {
      return first + pixel * planes_.pixel_step;
    };
    if (is_embedded_) std::fill(plane.begin(), plane.end(), 0.0);
    for_lines([&](Index pixel, Index at) {
      plane[static_cast<std::size_t>(at)] = r[element(pixel)] * scale(element(pixel));
    });
    transform_.forward(plane, numbers);
    const std::vector<double>& inverse = inverse_[static_cast<std::size_t>(channel)];
    const Index unit = is_complex ? 2 : 1;
    Pieces(threads_).each(static_cast<Index>(inverse.size()), [&](Index begin, Index end) {
      for (Index i = begin * unit; i < end * unit; ++i) {
        numbers[static_cast<std::size_t>(i)] *= inverse[static_cast<std::size_t>(i / unit)];
      }
    });
    transform_.inverse(numbers, plane);
    for_lines([&](Index pixel, Index at) {
      z[element(pixel)] = plane[static_cast<std::size_t>(at)] * scale(element(pixel));
    });
  }
}

std::string TransformPreconditioner::name() const {
  if (is_embedded_) return "circulant with unknown surroundings, by FFT, scaled";
  if (scale_.size() == 0) return "circulant, by FFT";
  return transform_.is_complex() ? "symmetric autocorrelation, by FFT and DCT-II, scaled"
                                 : "symmetric autocorrelation, by DCT-II, scaled";
}

}  // namespace toeplix::detail
