#include "solvers/transform/penalty_symbol.hpp"

#include "solvers/base/regularizer_state.hpp"
#include "solvers/transform/kernel_taps.hpp"
#include "solvers/transform/symbol.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

/// Whether the rows of L along an axis are the pixels, one by one.
bool keeps_pixels(const AxisGeometry& g) {
  return g.stride == 1 && g.input_dilation == 1 && g.input == g.output && g.lower >= 0 &&
         g.cropped_upper == 0;
}

bool reads_neighbours_at_most(const AxisGeometry& g) {
  return g.lower <= 1 && g.span() - 1 - g.lower <= 1;
}

bool all_symmetric(const CompiledL& l, std::size_t axis) {
  const Pattern::Channels& c = l.pattern.channels();
  for (Index group = 0; group < c.groups; ++group) {
    for (Index row = 0; row < c.rows_per_group; ++row) {
      const KernelTaps taps = taps_of(l.pattern, l.weights, {.group = group, .row = row});
      if (!is_symmetric_along(taps, axis)) return false;
    }
  }
  return true;
}

/// Whether L^T L is diagonal along an axis in a basis that is orthogonal.
bool fits(const CompiledL& l, std::size_t axis, Basis basis) {
  const AxisGeometry& g = l.pattern.axes()[axis].table.geometry();
  if (!keeps_pixels(g)) return false;
  if (g.input == 1 && g.boundary != Boundary::zero) return true;
  if (basis == Basis::fourier) return g.boundary == Boundary::circular;
  const bool is_replicate = g.boundary == Boundary::replicate;
  if (!is_replicate && g.boundary != Boundary::symmetric) return false;
  if (l.stencil == Stencil::gradient) return true;
  // One pixel beyond the border is the same for both boundaries.
  if (is_replicate && !reads_neighbours_at_most(g)) return false;
  return all_symmetric(l, axis);
}

std::string_view name_of(Basis basis) {
  return basis == Basis::fourier ? "circular" : "symmetric";
}

}  // namespace

bool has_symbol(const Regularizer& regularizer, const Pattern& a) {
  const RegularizerState& state = state_of(regularizer);
  if (std::holds_alternative<IdentityL>(state.l)) return true;
  const auto* const l = std::get_if<CompiledL>(&state.l);
  if (l == nullptr || !l->pattern.has_columns_of(a) || l->pattern.is_per_pixel()) return false;
  if (l->pattern.channels().columns_per_group != 1) return false;
  return std::all_of(l->pattern.axes().begin(), l->pattern.axes().end(),
                     [](const Pattern::Axis& axis) {
                       const AxisGeometry& g = axis.table.geometry();
                       return g.stride == 1 && g.input_dilation == 1;
                     });
}

std::string penalty_misfit(const Regularizer& regularizer, const Pattern& a,
                           const std::vector<Basis>& bases) {
  const RegularizerState& state = state_of(regularizer);
  if (std::holds_alternative<IdentityL>(state.l)) return {};
  if (!has_symbol(regularizer, a)) return "L is not a convolution of each channel of the image";
  const auto& l = std::get<CompiledL>(state.l);
  for (std::size_t axis = 0; axis < bases.size(); ++axis) {
    if (fits(l, axis, bases[axis])) continue;
    return "L has another boundary than A along axis " + std::to_string(axis) +
           " of memory, which is " + std::string(name_of(bases[axis])) +
           ": give the regularizer that boundary";
  }
  return {};
}

std::vector<double> penalty_symbol(const Regularizer& regularizer, const Extents& extents,
                                   const std::vector<Basis>& bases, Index channel, int threads) {
  const RegularizerState& state = state_of(regularizer);
  KernelTaps sum{.axes = static_cast<Index>(extents.size())};
  if (const auto* const l = std::get_if<CompiledL>(&state.l)) {
    for (Index row = 0; row < l->pattern.channels().rows_per_group; ++row) {
      const KernelTaps one =
          autocorrelation(taps_of(l->pattern, l->weights, {.group = channel, .row = row}));
      sum.offsets.insert(sum.offsets.end(), one.offsets.begin(), one.offsets.end());
      sum.weights.insert(sum.weights.end(), one.weights.begin(), one.weights.end());
    }
  } else {
    sum.offsets.assign(extents.size(), 0);
    sum.weights = {1};
  }
  return real_symbol_of(sum, extents, bases, threads);
}

}  // namespace toeplix::detail
