// Compiled once for every family of processors, see kernels.cpp.
#if defined(TOEPLIX_PANEL_MULTIPLY) == defined(HWY_TARGET_TOGGLE)
#ifdef TOEPLIX_PANEL_MULTIPLY
#undef TOEPLIX_PANEL_MULTIPLY
#else
#define TOEPLIX_PANEL_MULTIPLY
#endif

#include "core/panel/gather-inl.hpp"

#include <array>
#include <utility>

HWY_BEFORE_NAMESPACE();
namespace toeplix::detail::HWY_NAMESPACE {

/// Vector registers of the family, and the most channels that a micro-kernel has.
#if HWY_TARGET <= HWY_AVX3
constexpr int registers = 32;
constexpr int most_channels = 14;
#else
constexpr int registers = 16;
constexpr int most_channels = 6;
#endif

/// Vectors of pixels beside so many channels: their sums, the pixels themselves and one weight are
/// in registers.
constexpr int vectors_beside(int channels) {
  return std::min(static_cast<int>(KernelShape::most_vectors), (registers - 1) / (channels + 1));
}

/// What all calls for a tile and a block have in common.
template <class Real>
struct BlockSums {
  Index inputs;
  Index channel_pitch;
  const std::int32_t* offsets;
  Index taps;
  const Real* weights;  ///< by input channel, tap and output channel
  Index result_pitch;
};

/// Half of a vector, where there is such a thing.
#if HWY_TARGET == HWY_SCALAR
template <class Real>
using HalfLanes = Lanes<Real>;
#else
template <class Real>
using HalfLanes = hn::Half<Lanes<Real>>;
#endif

/// Sums of `Channels` output channels at `Vectors` vectors of pixels, over all input channels and
/// taps. `panel` is where the pixels' own step lies in the first input channel. With `half_last`
/// the last of the vectors is half of one: images of a few pixels would otherwise be multiplied in
/// vain for a third of the time.
template <class Real, int Channels, int Vectors, bool half_last>
HWY_NOINLINE void micro_kernel(const BlockSums<Real>& block, const Real* HWY_RESTRICT panel,
                               Real* HWY_RESTRICT results) {
  const Lanes<Real> d;
  const HalfLanes<Real> half;
  constexpr Index lanes = lane_count<Real>();
  constexpr int whole = half_last ? Vectors - 1 : Vectors;
  constexpr Index end = whole * lanes;
  using Vector = hn::Vec<Lanes<Real>>;
  Vector sums[Channels * Vectors];
  hn::Vec<HalfLanes<Real>> half_sums[Channels];
#pragma GCC unroll 64
  for (int i = 0; i < Channels * whole; ++i) sums[i] = hn::Zero(d);
#pragma GCC unroll 16
  for (int c = 0; c < Channels; ++c) half_sums[c] = hn::Zero(half);
  const Real* HWY_RESTRICT weights = block.weights;
  const std::int32_t* HWY_RESTRICT const offsets = block.offsets;
  const Index taps = block.taps;
  for (Index input = 0; input < block.inputs; ++input, panel += block.channel_pitch) {
    for (Index tap = 0; tap < taps; ++tap, weights += Channels) {
      const Real* HWY_RESTRICT const from = panel + offsets[tap];
      Vector pixels[Vectors];
#pragma GCC unroll 16
      for (int v = 0; v < whole; ++v) pixels[v] = hn::LoadU(d, from + v * lanes);
      const auto last_pixels = half_last ? hn::LoadU(half, from + end) : hn::Zero(half);
#pragma GCC unroll 16
      for (int c = 0; c < Channels; ++c) {
        const Vector weight = hn::Set(d, weights[c]);
#pragma GCC unroll 16
        for (int v = 0; v < whole; ++v) {
          sums[c * whole + v] = hn::MulAdd(weight, pixels[v], sums[c * whole + v]);
        }
        if constexpr (half_last) {
          half_sums[c] = hn::MulAdd(hn::Set(half, weights[c]), last_pixels, half_sums[c]);
        }
      }
    }
  }
#pragma GCC unroll 16
  for (int c = 0; c < Channels; ++c) {
    Real* HWY_RESTRICT const to = results + c * block.result_pitch;
#pragma GCC unroll 16
    for (int v = 0; v < whole; ++v) hn::StoreU(sums[c * whole + v], d, to + v * lanes);
    if constexpr (half_last) hn::StoreU(half_sums[c], half, to + end);
  }
}

/// The micro-kernels by their numbers of channels and vectors.
template <class Real>
class MicroKernels {
 public:
  using Function = void (*)(const BlockSums<Real>&, const Real*, Real*);

  constexpr MicroKernels() { set_all(std::make_integer_sequence<int, most_channels>()); }

  /// For so many channels and pixels, which are as many as vectors hold, or fewer.
  [[nodiscard]] Function get(Index channels, Index pixels) const {
    constexpr Index lanes = lane_count<Real>();
    const Index vectors = (pixels + lanes - 1) / lanes;
    const bool half_last =
        HWY_TARGET != HWY_SCALAR && vectors <= 2 && 2 * (vectors * lanes - pixels) >= lanes;
    return functions_[half_last][static_cast<std::size_t>(channels)]
                     [static_cast<std::size_t>(vectors)];
  }

 private:
  template <int... Channels>
  constexpr void set_all(std::integer_sequence<int, Channels...>) {
    (set_channels<Channels + 1>(std::make_integer_sequence<int, vectors_beside(Channels + 1)>()),
     ...);
  }
  template <int Channels, int... Vectors>
  constexpr void set_channels(std::integer_sequence<int, Vectors...>) {
    ((functions_[false][Channels][Vectors + 1] = &micro_kernel<Real, Channels, Vectors + 1, false>),
     ...);
    functions_[true][Channels][1] = &micro_kernel<Real, Channels, 1, true>;
    functions_[true][Channels][2] = &micro_kernel<Real, Channels, 2, true>;
  }

  using ByVectors = std::array<Function, KernelShape::most_vectors + 1>;
  std::array<std::array<ByVectors, most_channels + 1>, 2> functions_{};  // the last vector halved?
};

/// The sums of one group's tile, of all row phases and the channels of a block. `weights` are the
/// group's.
template <class Real>
void multiply_block(const PanelPlan& plan, const PanelTile& tile, Index block, const Real* panel,
                    const Real* weights, Real* results) {
  static constexpr MicroKernels<Real> micro_kernels;
  constexpr Index lanes = lane_count<Real>();
  const Index first_channel = plan.block_begin(block);
  const Index channels = plan.block_begin(block + 1) - first_channel;
  // The rows of the tile's box are one run of memory, and so are their sums.
  Index flat = 1;
  for (std::size_t axis = 0; axis < plan.axes.size(); ++axis) {
    flat += (tile.count[axis] - 1) * plan.axes[axis].panel_stride;
  }
  const Index vectors = (flat + lanes - 1) / lanes;
  const Index at_once = vectors_beside(static_cast<int>(channels));
  const Index calls = (vectors + at_once - 1) / at_once;
  for (const PanelPlan::RowPhase& phase : plan.row_phases) {
    const Index taps = std::ssize(phase.offsets);
    const BlockSums<Real> sums{plan.inputs,
                               plan.channel_pitch,
                               phase.offsets.data(),
                               taps,
                               weights + phase.first_packed + plan.inputs * taps * first_channel,
                               plan.result_pitch};
    for (Index call = 0; call < calls; ++call) {
      const Index begin = vectors * call / calls;
      const Index end = vectors * (call + 1) / calls;
      const Index pixels = std::min(flat, end * lanes) - begin * lanes;
      micro_kernels.get(channels, pixels)(sums, panel + begin * lanes, results + begin * lanes);
    }
    results += plan.most_in_block * plan.result_pitch;
  }
}

}  // namespace toeplix::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
