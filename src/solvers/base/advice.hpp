#pragma once

#include <string>

namespace toeplix::detail {

/// What to do about a singular A^T A + lambda L^T L: one of its terms may be lost beside the other.
/// Takes norms of A^T A and of lambda L^T L.
std::string advice_on_lambda(double normal_norm, double penalty_norm);

}  // namespace toeplix::detail
