#pragma once

#include "case.hpp"

#include <cstdint>

namespace toeplix::conformance {

/// The element of an expectation that was corrupted.
struct Mutation {
  Expectation expectation;
  std::size_t element;
};

/// Corrupts one element of every array that the case expects, beyond its tolerance: mostly by
/// little, sometimes by much, sometimes into NaN or infinity. `name` and `seed` decide which
/// elements and how.
std::vector<Mutation> mutate(Case& mutated, const std::string& name, std::uint64_t seed);

}  // namespace toeplix::conformance
