#pragma once

#include <toeplix/tap_table.hpp>

namespace toeplix::detail {

/// Preconditions: factor and modulus are positive. Cost: that of Euclid's algorithm.
Congruence congruence_of(Index factor, Index modulus);

}  // namespace toeplix::detail
