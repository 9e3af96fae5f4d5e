#pragma once

#include "support/random.hpp"

#include <vector>

namespace toeplix::test {

/// Numbers between -1 and 1 with many digits, now and then zeros.
inline std::vector<double> random_numbers(Random& random, Index count) {
  std::vector<double> numbers;
  for (Index i = 0; i < count; ++i) {
    const auto number = static_cast<double>(random.between(-1'000'000, 1'000'000));
    numbers.push_back(random.once_in(10) ? 0.0 : number / 1.1e6);
  }
  return numbers;
}

}  // namespace toeplix::test
