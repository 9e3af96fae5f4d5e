#pragma once

#include <toeplix/pattern.hpp>

namespace toeplix::detail {

/// Throws GeometryError unless there are as many weights as a pattern has. The message says how
/// weights are given that were meant for every pixel by itself.
void check_weights(std::size_t length, const Pattern& pattern);

/// Throws GeometryError for a pattern with a kernel for every pixel; `what` takes one for all.
void check_one_kernel(const char* what, const Pattern& pattern);

}  // namespace toeplix::detail
