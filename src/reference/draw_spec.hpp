#pragma once

#include <toeplix/random_spec.hpp>
#include <toeplix/reference.hpp>

#include <random>

namespace toeplix::reference::detail {

/// A spec within bounds that hold, whether or not its convolution exists.
template <SpecArgument Spec>
Spec draw_spec(std::mt19937_64& engine, const SpecBounds& bounds);

}  // namespace toeplix::reference::detail
