#pragma once

#include <toeplix/index.hpp>

#include <algorithm>

namespace toeplix::detail {

/// Continues what is periodic: of `count` elements the first `period` are there, and every other is
/// the one `period` before it. Calls `copy(to, length, periods)` for pieces in order; each is a
/// copy of the first `length` elements, `periods` periods further on.
///
/// Pieces double until they fill a good part of the nearest cache, so that short periods take no
/// longer than long ones.
template <class T, class Copy>
void repeat_pieces(T* elements, Index period, Index count, const Copy& copy) {
  constexpr Index most_elements = (Index{16} << 10) / static_cast<Index>(sizeof(T));
  if (period == 0) return;
  const Index most_periods = std::max<Index>(1, most_elements / period);
  for (Index done = 1; done * period < count; done += std::min(done, most_periods)) {
    const Index begin = done * period;
    copy(elements + begin, std::min(std::min(done, most_periods) * period, count - begin), done);
  }
}

/// Makes every element after the first `period` a copy of the one `period` before it.
/// Cost, here and below: writing `count` elements once.
template <class Scalar>
void repeat(Scalar* elements, Index period, Index count) {
  repeat_pieces(elements, period, count,
                [=](Scalar* to, Index length, Index) { std::copy_n(elements, length, to); });
}

/// Makes every element after the first `period` the one `period` before it plus `shift`.
template <class Integer>
void repeat_shifted(Integer* elements, Index period, Index count, Index shift) {
  repeat_pieces(elements, period, count, [=](Integer* to, Index length, Index periods) {
    const auto moved = static_cast<Integer>(periods * shift);
    for (Index i = 0; i < length; ++i) to[i] = elements[i] + moved;
  });
}

}  // namespace toeplix::detail
