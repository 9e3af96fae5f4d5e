// Compiled once for every family of processors, see kernels.cpp.
#if defined(TOEPLIX_PANEL_ROLL) == defined(HWY_TARGET_TOGGLE)
#ifdef TOEPLIX_PANEL_ROLL
#undef TOEPLIX_PANEL_ROLL
#else
#define TOEPLIX_PANEL_ROLL
#endif

#include "core/panel/multiply-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace toeplix::detail::HWY_NAMESPACE {

/// Kernel rows that roll together, at most.
#if HWY_TARGET <= HWY_AVX3
constexpr int most_rolled = 9;
#else
constexpr int most_rolled = 6;
#endif

/// What all strips of a band have in common.
template <class Real>
struct BandSums {
  const std::int32_t* across;
  Index taps;           ///< across the rolled axis
  const Real* weights;  ///< by tap and kernel row, from the last to the first
  Index pitch;          ///< from a row to the next, of the panel and of the results
  Index rows;           ///< of the results
  bool add;             ///< to what other bands have left
};

/// Sums of one output channel at `Vectors` vectors of pixels of every row. `Rows` rows of sums are
/// in registers; with every row of the panel, the first of them is complete, and the others move
/// up.
template <class Real, int Rows, int Vectors>
HWY_NOINLINE void roll_kernel(const BandSums<Real>& band, const Real* HWY_RESTRICT panel,
                              Real* HWY_RESTRICT results) {
  const Lanes<Real> d;
  constexpr Index lanes = lane_count<Real>();
  using Vector = hn::Vec<Lanes<Real>>;
  Vector sums[Rows * Vectors];
#pragma GCC unroll 64
  for (int i = 0; i < Rows * Vectors; ++i) sums[i] = hn::Zero(d);
  for (Index row = 1 - Rows; row < band.rows; ++row, panel += band.pitch) {
    const Real* HWY_RESTRICT weights = band.weights;
    for (Index tap = 0; tap < band.taps; ++tap, weights += Rows) {
      const Real* HWY_RESTRICT const from = panel + band.across[tap];
      Vector pixels[Vectors];
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) pixels[v] = hn::LoadU(d, from + v * lanes);
#pragma GCC unroll 16
      for (int r = 0; r < Rows; ++r) {
        const Vector weight = hn::Set(d, weights[r]);
#pragma GCC unroll 16
        for (int v = 0; v < Vectors; ++v) {
          sums[r * Vectors + v] = hn::MulAdd(weight, pixels[v], sums[r * Vectors + v]);
        }
      }
    }
    if (row >= 0) {
      Real* HWY_RESTRICT const to = results + row * band.pitch;
#pragma GCC unroll 16
      for (int v = 0; v < Vectors; ++v) {
        const Vector before = band.add ? hn::LoadU(d, to + v * lanes) : hn::Zero(d);
        hn::StoreU(hn::Add(before, sums[v]), d, to + v * lanes);
      }
    }
#pragma GCC unroll 64
    for (int i = 0; i < (Rows - 1) * Vectors; ++i) sums[i] = sums[i + Vectors];
#pragma GCC unroll 16
    for (int v = 0; v < Vectors; ++v) sums[(Rows - 1) * Vectors + v] = hn::Zero(d);
  }
}

/// The rolling kernels by their numbers of rows and vectors.
template <class Real>
class RollKernels {
 public:
  using Function = void (*)(const BandSums<Real>&, const Real*, Real*);

  constexpr RollKernels() { set_all(std::make_integer_sequence<int, most_rolled>()); }

  [[nodiscard]] Function get(Index rows, Index vectors) const {
    return functions_[static_cast<std::size_t>(rows)][static_cast<std::size_t>(vectors)];
  }

 private:
  template <int... Rows>
  constexpr void set_all(std::integer_sequence<int, Rows...>) {
    (set_rows<Rows + 1>(std::make_integer_sequence<int, vectors_beside(Rows + 1)>()), ...);
  }
  template <int Rows, int... Vectors>
  constexpr void set_rows(std::integer_sequence<int, Vectors...>) {
    ((functions_[Rows][Vectors + 1] = &roll_kernel<Real, Rows, Vectors + 1>), ...);
  }

  std::array<std::array<Function, KernelShape::most_vectors + 1>, most_rolled + 1> functions_{};
};

/// The sums of a box of two axes, rolled down the first.
template <class Real>
void roll_plane(const PanelPlan& plan, Index rows, Index columns, const Real* panel,
                const Real* weights, Real* results) {
  static constexpr RollKernels<Real> roll_kernels;
  constexpr Index lanes = lane_count<Real>();
  const Index pitch = plan.axes[plan.rolled_axis()].panel_stride;
  const Index vectors = (columns + lanes - 1) / lanes;
  for (const PanelPlan::Band& band : plan.bands) {
    const BandSums<Real> sums{plan.across.data(),
                              std::ssize(plan.across),
                              weights + band.first_packed,
                              pitch,
                              rows,
                              &band != plan.bands.data()};
    const Index at_once = vectors_beside(static_cast<int>(band.rows));
    const Index strips = (vectors + at_once - 1) / at_once;
    for (Index strip = 0; strip < strips; ++strip) {
      const Index begin = vectors * strip / strips;
      const Index end = vectors * (strip + 1) / strips;
      roll_kernels.get(band.rows, end - begin)(sums, panel + band.first * pitch + begin * lanes,
                                               results + begin * lanes);
    }
  }
}

/// The sums of one group's tile by rolling; as `multiply_block`, of a group of one channel.
template <class Real>
void roll_tile(const PanelPlan& plan, const PanelTile& tile, const Real* panel, const Real* weights,
               Real* results) {
  const std::size_t rolled = plan.rolled_axis();
  Index planes = 1;
  for (std::size_t axis = 0; axis < rolled; ++axis) planes *= tile.count[axis];
  for (Index plane = 0; plane < planes; ++plane) {
    Index offset = 0;
    Index rest = plane;
    for (std::size_t axis = rolled; axis-- > 0;) {
      offset += rest % tile.count[axis] * plan.axes[axis].panel_stride;
      rest /= tile.count[axis];
    }
    roll_plane(plan, tile.count[rolled], tile.count[rolled + 1], panel + offset, weights,
               results + offset);
  }
}

}  // namespace toeplix::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
