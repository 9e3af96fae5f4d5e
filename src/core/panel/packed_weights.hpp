#pragma once

#include "core/panel/plan.hpp"

#include <toeplix/pattern.hpp>

#include <complex>
#include <span>
#include <vector>

namespace toeplix::detail {

/// The real numbers that a scalar is made of.
template <class Scalar>
struct Parts {
  using Real = Scalar;
  static constexpr Index count = 1;
};
template <class R>
struct Parts<std::complex<R>> {
  using Real = R;
  static constexpr Index count = 2;
};

/// A real weight as it acts from part `input` of a number on part `output` of another.
template <class Real>
Real part_of(Real weight, Index, Index) {
  return weight;
}
template <class Real>
Real part_of(const std::complex<Real>& weight, Index output, Index input) {
  if (output == input) return weight.real();
  return output == 0 ? -weight.imag() : weight.imag();
}

/// The weights in the order in which micro-kernels read them: by group, row phase, block of output
/// channels, input channel, tap, and output channel.
template <class Scalar>
std::vector<typename Parts<Scalar>::Real> packed_weights(const PanelPlan& plan,
                                                         const Pattern::Channels& channels,
                                                         std::span<const Scalar> weights) {
  std::vector<typename Parts<Scalar>::Real> result;
  result.reserve(static_cast<std::size_t>(plan.groups * plan.packed_group));
  for (Index group = 0; group < plan.groups; ++group) {
    for (const PanelPlan::RowPhase& phase : plan.row_phases) {
      for (Index block = 0; block < plan.blocks; ++block) {
        for (Index input = 0; input < plan.inputs; ++input) {
          for (const Index kernel : phase.kernels) {
            const Index from = group * channels.weight_group_stride +
                               input / plan.parts * channels.weight_column_stride + kernel;
            for (Index o = plan.block_begin(block); o < plan.block_begin(block + 1); ++o) {
              const Index at = from + o / plan.parts * channels.weight_row_stride;
              result.push_back(part_of(weights[static_cast<std::size_t>(at)], o % plan.parts,
                                       input % plan.parts));
            }
          }
        }
      }
    }
  }
  return result;
}

}  // namespace toeplix::detail
