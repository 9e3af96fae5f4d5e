#pragma once

#include <toeplix/pattern.hpp>

#include <span>

namespace toeplix::detail {

/// y = A x by one loop for every run of taps, line by line of rows: for every pattern, and without
/// any memory. What `PanelProduct` does not serve is multiplied so.
template <class Scalar>
void multiply_by_lines(const Pattern& pattern, std::span<const Scalar> weights, const Scalar* x,
                       Scalar* y, int threads);

}  // namespace toeplix::detail
