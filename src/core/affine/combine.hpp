#pragma once

#include <toeplix/index.hpp>

#include <string>

namespace toeplix::detail {

/// Throws GeometryError unless a map takes the shape that the one before it gives.
void check_follows(const std::string& outer, const Extents& takes, const std::string& inner,
                   const Extents& gives);

}  // namespace toeplix::detail
