#include "mutate.hpp"

#include "support/random.hpp"

#include <cmath>
#include <limits>

namespace toeplix::conformance {

Mutation mutate(Case& mutated, const std::string& name, std::uint64_t seed) {
  test::Random random(name + '#' + std::to_string(seed));
  std::vector<Expectation> choices;
  for (const auto& [expectation, expected] : mutated.expected) {
    if (!expected.values.empty()) choices.push_back(expectation);
  }
  if (choices.empty()) throw CaseError("nothing is expected that could be corrupted");
  const auto pick = [&](std::size_t count) {
    return static_cast<std::size_t>(random.between(0, static_cast<Index>(count) - 1));
  };
  const Expectation expectation = choices[pick(choices.size())];
  std::vector<double>& values = mutated.expected.at(expectation).values;
  const std::size_t element = pick(values.size());

  double largest = 1;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  // Enough if what is computed is right to the tolerance, and the corruption itself widens that.
  const double little = mutated.tolerance > 0 ? 4 * mutated.tolerance * largest : largest;
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
  return {expectation, element};
}

}  // namespace toeplix::conformance
