// Compiled once for every family of processors, see kernels.cpp.
#if defined(TOEPLIX_PANEL_SCATTER) == defined(HWY_TARGET_TOGGLE)
#ifdef TOEPLIX_PANEL_SCATTER
#undef TOEPLIX_PANEL_SCATTER
#else
#define TOEPLIX_PANEL_SCATTER
#endif

#include "core/panel/gather-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace toeplix::detail::HWY_NAMESPACE {

/// The positions of a line of sums that are rows each by itself.
template <class Real>
HWY_INLINE void scatter_places(const Real* HWY_RESTRICT sums, const Index* HWY_RESTRICT places,
                               Index begin, Index end, Real* HWY_RESTRICT to) {
  for (Index i = begin; i < end; ++i) {
    if (places[i] >= 0) to[places[i]] = sums[i];
  }
}

/// A line of sums.
template <class Real>
HWY_INLINE void scatter_line(const Real* HWY_RESTRICT sums, const TileLines::Positions& map,
                             Index length, Real* HWY_RESTRICT to) {
  scatter_places(sums, map.places, 0, map.begin, to);
  if (map.step == 1) {
    copy_numbers(sums + map.begin, to + map.first + map.begin, map.end - map.begin);
  } else {
    Real* HWY_RESTRICT const plain = to + map.first;
    for (Index i = map.begin; i < map.end; ++i) plain[map.step * i] = sums[i];
  }
  scatter_places(sums, map.places, map.end, length, to);
}

/// Two lines of sums whose positions lie between one another's in turn.
template <class Real>
HWY_INLINE void scatter_pair(const Real* HWY_RESTRICT even, const Real* HWY_RESTRICT odd,
                             Index pairs, Real* HWY_RESTRICT to) {
  const Lanes<Real> d;
  constexpr Index lanes = lane_count<Real>();
  Index i = 0;
  for (; i + lanes <= pairs; i += lanes) {
    hn::StoreInterleaved2(hn::LoadU(d, even + i), hn::LoadU(d, odd + i), d, to + 2 * i);
  }
  for (; i < pairs; ++i) {
    to[2 * i] = even[i];
    to[2 * i + 1] = odd[i];
  }
}

/// Whether a line is made of two phases in turn, with nothing else.
HWY_INLINE bool is_pair(const TileLines& lines) {
  if (lines.phases() != 2) return false;
  const TileLines::Positions& even = lines.positions(0);
  const TileLines::Positions& odd = lines.positions(1);
  return even.step == 2 && odd.first == even.first + 1 && even.begin == 0 && odd.begin == 0 &&
         odd.end > 0 && odd.end <= even.end && even.end <= odd.end + 1;
}

/// Sums beyond the edges are added to the rows that they are folded onto.
template <class Real>
HWY_INLINE void add_line(const Real* HWY_RESTRICT sums, const TileLines::Positions& map,
                         Index length, Real* HWY_RESTRICT to) {
  for (Index i = 0; i < length; ++i) {
    const bool plain = i >= map.begin && i < map.end;
    const Index place = plain ? map.first + i * map.step : map.places[i];
    if (place >= 0) to[place] += sums[i];
  }
}

/// The sums of one channel along one line, of all phases of the fastest axis. `pitch` is from one
/// phase's sums to those of the next.
template <class Real>
HWY_INLINE void scatter_phases(const TileLines& lines, bool beyond, bool pair, const Real* sums,
                               Index pitch, Real* to) {
  if (pair) {
    const TileLines::Positions& even = lines.positions(0);
    const TileLines::Positions& odd = lines.positions(1);
    scatter_pair(sums, sums + pitch, odd.end, to + even.first);
    if (even.end > odd.end) to[even.first + 2 * odd.end] = sums[odd.end];
    return;
  }
  for (Index phase = 0; phase < lines.phases(); ++phase, sums += pitch) {
    if (beyond) {
      add_line(sums, lines.positions(phase), lines.length(), to);
    } else {
      scatter_line(sums, lines.positions(phase), lines.length(), to);
    }
  }
}

/// Writes all lines of a channel, see `has_short_lines`.
template <class Real>
void scatter_short_lines(const TileLines& lines, const Real* sums, Index combination_pitch,
                         Real* channel) {
  const Lanes<Real> d;
  constexpr Index lanes = lane_count<Real>();
  const TileLines::Positions& map = lines.positions(0);
  const ShortLine<Real> part(map.begin, map.end);
  const bool two = map.end > lanes;
  for (Index combination = 0; combination < lines.combinations(); ++combination) {
    const std::span<const Index> begins = lines.begins(combination);
    for (std::size_t line = 0; line < begins.size(); ++line) {
      if (begins[line] < 0) continue;
      const Real* const from = sums + combination * combination_pitch + lines.box_begins()[line];
      Real* const to = channel + begins[line] + map.first;
      hn::BlendedStore(hn::LoadU(d, from), part.first, d, to);
      if (two) hn::BlendedStore(hn::LoadU(d, from + lanes), part.second, d, to + lanes);
    }
  }
}

/// Writes the sums of one group's block to its rows; those beyond the edges are added.
template <class Real>
void scatter(const PanelPlan& plan, const TileLines& lines, bool beyond, Index group, Index block,
             const Real* results, Real* y) {
  const Index first = plan.block_begin(block);
  const Index channels = plan.block_begin(block + 1) - first;
  const Index phase_pitch = plan.most_in_block * plan.result_pitch;
  Real* const image = y + group * (plan.outputs / plan.parts) * plan.row_channel_stride;
  if (!beyond && !plan.channels_innermost && has_short_lines<Real>(lines)) {
    for (Index channel = 0; channel < channels; ++channel) {
      scatter_short_lines(lines, results + channel * plan.result_pitch, phase_pitch,
                          image + channel_offset(plan, plan.row_channel_stride, first + channel));
    }
    return;
  }
  const bool pair = !beyond && is_pair(lines);
  const Index channels_at_once = plan.channels_innermost ? channels : 1;
  for (Index begin = 0; begin < channels; begin += channels_at_once) {
    for (Index combination = 0; combination < lines.combinations(); ++combination) {
      const Real* const sums = results + combination * lines.phases() * phase_pitch;
      const std::span<const Index> begins = lines.begins(combination);
      for (std::size_t line = 0; line < begins.size(); ++line) {
        if (begins[line] < 0) continue;
        for (Index channel = begin; channel < begin + channels_at_once; ++channel) {
          scatter_phases(lines, beyond, pair,
                         sums + channel * plan.result_pitch + lines.box_begins()[line], phase_pitch,
                         image + channel_offset(plan, plan.row_channel_stride, first + channel) +
                             begins[line]);
        }
      }
    }
  }
}

}  // namespace toeplix::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
