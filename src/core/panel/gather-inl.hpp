// Compiled once for every family of processors, see kernels.cpp.
#if defined(TOEPLIX_PANEL_GATHER) == defined(HWY_TARGET_TOGGLE)
#ifdef TOEPLIX_PANEL_GATHER
#undef TOEPLIX_PANEL_GATHER
#else
#define TOEPLIX_PANEL_GATHER
#endif

#include "core/panel/job.hpp"

#include <hwy/highway.h>

#include <algorithm>

HWY_BEFORE_NAMESPACE();
namespace toeplix::detail::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// The widest vector of a number.
template <class Real>
using Lanes = hn::ScalableTag<Real>;

template <class Real>
constexpr Index lane_count() {
  return static_cast<Index>(hn::MaxLanes(Lanes<Real>()));
}

// Where a masked load reads what is masked away, it may read beyond an array: there numbers are
// copied one by one.

/// Copies `count` numbers, and reads and writes no more than those.
template <class Real>
HWY_INLINE void copy_numbers(const Real* HWY_RESTRICT from, Real* HWY_RESTRICT to, Index count) {
  const Lanes<Real> d;
  constexpr Index lanes = lane_count<Real>();
  Index i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(hn::LoadU(d, from + i), d, to + i);
  if (i == count) return;
#if HWY_MEM_OPS_MIGHT_FAULT || HWY_TARGET == HWY_SCALAR
  for (; i < count; ++i) to[i] = from[i];
#else
  const auto rest = hn::FirstN(d, static_cast<std::size_t>(count - i));
  hn::BlendedStore(hn::MaskedLoad(rest, d, from + i), rest, d, to + i);
#endif
}

/// The positions of a line that are at their places each by itself.
template <class Real>
HWY_INLINE void gather_places(const Real* HWY_RESTRICT from, const Index* HWY_RESTRICT places,
                              Index begin, Index end, Real* HWY_RESTRICT to) {
  for (Index i = begin; i < end; ++i) to[i] = places[i] < 0 ? Real(0) : from[places[i]];
}

/// `length` numbers of which those in [begin, end) are copied and the others zero. Writes whole
/// vectors, so that up to one vector beyond the line is written; reads no more than it copies.
template <class Real>
HWY_INLINE void copy_between_zeros(const Real* HWY_RESTRICT from, Index begin, Index end,
                                   Index length, Real* HWY_RESTRICT to) {
#if HWY_MEM_OPS_MIGHT_FAULT || HWY_TARGET == HWY_SCALAR
  for (Index i = 0; i < begin; ++i) to[i] = Real(0);
  copy_numbers(from + begin, to + begin, end - begin);
  for (Index i = end; i < length; ++i) to[i] = Real(0);
#else
  const Lanes<Real> d;
  constexpr Index lanes = lane_count<Real>();
  for (Index i = 0; i < length; i += lanes) {
    if (i >= begin && i + lanes <= end) {
      hn::StoreU(hn::LoadU(d, from + i), d, to + i);
    } else {
      const auto before =
          hn::FirstN(d, static_cast<std::size_t>(std::clamp<Index>(begin - i, 0, lanes)));
      const auto until =
          hn::FirstN(d, static_cast<std::size_t>(std::clamp<Index>(end - i, 0, lanes)));
      hn::StoreU(hn::MaskedLoad(hn::AndNot(before, until), d, from + i), d, to + i);
    }
  }
#endif
}

/// One line of the panel. Lines are written in the order in which they lie there: what is written
/// beyond a line is written again, or beyond the last.
template <class Real>
HWY_INLINE void gather_line(const Real* from, const TileLines::Positions& map, Index length,
                            Real* HWY_RESTRICT to) {
  const Real* HWY_RESTRICT const plain = from + map.first;
  if (map.step == 1) {
    copy_between_zeros(plain, map.begin, map.end, length, to);
    if (!map.shows) return;
  } else if (map.step == 2) {
    for (Index i = map.begin; i < map.end; ++i) to[i] = plain[2 * i];
  } else {
    for (Index i = map.begin; i < map.end; ++i) to[i] = plain[map.step * i];
  }
  gather_places(from, map.places, 0, map.begin, to);
  gather_places(from, map.places, map.end, length, to);
}

/// The numbers [begin, end) of a line, as masks of the two vectors that it fits into.
template <class Real>
struct ShortLine {
  using Mask = hn::Mask<Lanes<Real>>;

  ShortLine(Index begin, Index end)
      : first(mask(begin, end)), second(mask(begin - lanes, end - lanes)) {}

  static Mask mask(Index begin, Index end) {
    const Lanes<Real> d;
    const auto before = static_cast<std::size_t>(std::clamp<Index>(begin, 0, lanes));
    const auto until = static_cast<std::size_t>(std::clamp<Index>(end, 0, lanes));
    return hn::AndNot(hn::FirstN(d, before), hn::FirstN(d, until));
  }

  static constexpr Index lanes = lane_count<Real>();
  Mask first;
  Mask second;
};

/// Whether lines are copied as they are, and fit into two vectors: then masks are made once for all
/// of them, which takes longer than the copying.
template <class Real>
HWY_INLINE bool has_short_lines([[maybe_unused]] const TileLines& lines) {
#if HWY_MEM_OPS_MIGHT_FAULT || HWY_TARGET == HWY_SCALAR
  return false;
#else
  return lines.phases() == 1 && lines.positions(0).step == 1 && !lines.positions(0).shows &&
         lines.length() <= 2 * lane_count<Real>();
#endif
}

/// Gathers all lines of a channel, see `has_short_lines`.
template <class Real>
void gather_short_lines(const PanelPlan& plan, const TileLines& lines, const Real* channel,
                        Real* panel) {
  const Lanes<Real> d;
  constexpr Index lanes = lane_count<Real>();
  const TileLines::Positions& map = lines.positions(0);
  const ShortLine<Real> part(map.begin, map.end);
  const bool two = lines.length() > lanes;
  for (Index combination = 0; combination < lines.combinations(); ++combination) {
    const std::span<const Index> begins = lines.begins(combination);
    Real* const plane = panel + combination * plan.plane;
    for (std::size_t line = 0; line < begins.size(); ++line) {
      Real* const to = plane + lines.box_begins()[line];
      if (begins[line] < 0) {
        hn::StoreU(hn::Zero(d), d, to);
        if (two) hn::StoreU(hn::Zero(d), d, to + lanes);
        continue;
      }
      const Real* const from = channel + begins[line] + map.first;
      hn::StoreU(hn::MaskedLoad(part.first, d, from), d, to);
      if (two) hn::StoreU(hn::MaskedLoad(part.second, d, from + lanes), d, to + lanes);
    }
  }
}

/// One channel's line of all phases of the fastest axis.
template <class Real>
HWY_INLINE void gather_phases(const PanelPlan& plan, const TileLines& lines, const Real* channel,
                              Index begin, Real* HWY_RESTRICT to) {
  for (Index phase = 0; phase < lines.phases(); ++phase, to += plan.plane) {
    if (begin < 0) {
      std::fill(to, to + lines.length(), Real(0));
    } else {
      gather_line(channel + begin, lines.positions(phase), lines.length(), to);
    }
  }
}

/// The offset of a group's real channel in a vector whose channels lie `stride` apart.
HWY_INLINE Index channel_offset(const PanelPlan& plan, Index stride, Index channel) {
  return plan.parts == 1 ? channel * stride : channel / 2 * stride + channel % 2;
}

/// Gathers the panel of one group.
template <class Real>
void gather(const PanelPlan& plan, const TileLines& lines, const Real* x, Index group,
            Real* HWY_RESTRICT panel) {
  const Real* const image = x + group * (plan.inputs / plan.parts) * plan.column_channel_stride;
  if (!plan.channels_innermost && has_short_lines<Real>(lines)) {
    for (Index channel = 0; channel < plan.inputs; ++channel) {
      gather_short_lines(plan, lines,
                         image + channel_offset(plan, plan.column_channel_stride, channel),
                         panel + channel * plan.channel_pitch);
    }
    return;
  }
  const Index combination_pitch = plan.plane * lines.phases();
  // The channels of a pixel lie side by side or far apart: what is near is read together.
  const Index channels_at_once = plan.channels_innermost ? plan.inputs : 1;
  for (Index first = 0; first < plan.inputs; first += channels_at_once) {
    for (Index combination = 0; combination < lines.combinations(); ++combination) {
      const std::span<const Index> begins = lines.begins(combination);
      for (std::size_t line = 0; line < begins.size(); ++line) {
        Real* const to = panel + combination * combination_pitch + lines.box_begins()[line];
        for (Index channel = first; channel < first + channels_at_once; ++channel) {
          gather_phases(plan, lines,
                        image + channel_offset(plan, plan.column_channel_stride, channel),
                        begins[line], to + channel * plan.channel_pitch);
        }
      }
    }
  }
}

}  // namespace toeplix::detail::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
