#pragma once

#include <toeplix/index.hpp>

namespace toeplix::detail {

/// The least even extent from `least` on without prime factors beyond 7, which FFTW is fast for.
inline Index smooth_extent(Index least) {
  const auto is_smooth = [](Index extent) {
    for (const Index prime : {2, 3, 5, 7}) {
      while (extent % prime == 0) extent /= prime;
    }
    return extent == 1;
  };
  Index extent = least + least % 2;
  while (!is_smooth(extent)) extent += 2;
  return extent;
}

}  // namespace toeplix::detail
