#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include <string>

namespace toeplix::detail {

/// Throws CapacityError for more border rows, or whatever else a tap table stores, than it may.
inline void check_border(Index count, const char* what, const char* advice) {
  constexpr Index most = Index{1} << 24;
  if (count <= most) return;
  throw CapacityError(std::to_string(count) + " " + what + " exceed the limit of 2^24",
                      CapacityCause::limit, {}, {}, advice);
}

}  // namespace toeplix::detail
