#include "mutate.hpp"

#include "support/random.hpp"

#include <cmath>
#include <limits>

namespace toeplix::conformance {

namespace {

/// Corrupts one element and returns which.
std::size_t corrupt(std::vector<double>& values, double tolerance, test::Random& random) {
  const auto element =
      static_cast<std::size_t>(random.between(0, static_cast<Index>(values.size()) - 1));
  double largest = 1;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  // This is enough even if the result is off by the tolerance, which the corruption itself widens.
  const double little = tolerance > 0 ? 4 * tolerance * largest : largest;
  switch (random.between(0, 7)) {
    case 0:
      values[element] = std::numeric_limits<double>::quiet_NaN();
      break;
    case 1:
      values[element] += 1000 * largest;
      break;
    default:
      values[element] += random.once_in(2) ? little : -little;
  }
  return element;
}

}  // namespace

std::vector<Mutation> mutate(Case& mutated, const std::string& name, std::uint64_t seed) {
  test::Random random(name + '#' + std::to_string(seed));
  std::vector<Mutation> mutations;
  for (auto& [expectation, expected] : mutated.expected) {
    if (expected.values.empty()) {
      throw CaseError(std::string(to_string(expectation)) + " has no element to corrupt");
    }
    mutations.push_back({expectation, corrupt(expected.values, mutated.tolerance, random)});
  }
  return mutations;
}

}  // namespace toeplix::conformance
