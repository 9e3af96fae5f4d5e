#pragma once

#include <toeplix/spec.hpp>

#include <complex>
#include <concepts>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace toeplix::test {

/// Repeatable numbers, the same with every standard library: their distributions differ.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// What is drawn for `text`, e.g. the text form of a spec, depends on nothing else: a failing
  /// spec has the same data when it is tried again by itself.
  explicit Random(std::string_view text) : engine_(hash(text)) {}

  /// A number from `lowest` to `highest`, both included.
  Index between(Index lowest, Index highest) {
    const auto count = static_cast<std::uint64_t>(highest - lowest) + 1;
    return lowest + static_cast<Index>(engine_() % count);
  }
  /// Where another generator may begin.
  std::uint64_t seed() { return engine_(); }
  /// True once in `times`.
  bool once_in(Index times) { return between(1, times) == 1; }
  template <class T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[between(0, static_cast<Index>(choices.size()) - 1)];
  }

 private:
  /// FNV-1a
  static std::uint64_t hash(std::string_view text) {
    std::uint64_t state = 14695981039346656037u;
    for (const char letter : text) {
      state = (state ^ static_cast<unsigned char>(letter)) * 1099511628211u;
    }
    return state;
  }

  std::mt19937_64 engine_;
};

/// Whole numbers from `lowest` to `highest`: sums and products of them are exact. Complex ones
/// have an imaginary part from -4 to 4, so that a positive `lowest` keeps their sums from zero.
template <class Scalar>
std::vector<Scalar> small_integers(Random& random, Index count, Index lowest = -4,
                                   Index highest = 4) {
  std::vector<Scalar> values(static_cast<std::size_t>(count));
  for (Scalar& value : values) {
    if constexpr (std::floating_point<Scalar>) {
      value = static_cast<Scalar>(random.between(lowest, highest));
    } else {
      using Real = typename Scalar::value_type;
      const auto real = static_cast<Real>(random.between(lowest, highest));
      value = {real, static_cast<Real>(random.between(-4, 4))};
    }
  }
  return values;
}

/// The number in an environment variable, or `otherwise`.
inline std::uint64_t environment_number(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr || *text == '\0' ? otherwise : std::stoull(text);
}

/// Where the sweeps over random specs begin: TOEPLIX_TEST_SEED, or always the same.
inline std::uint64_t sweep_seed() {
  return environment_number("TOEPLIX_TEST_SEED", 20240229);
}

}  // namespace toeplix::test
