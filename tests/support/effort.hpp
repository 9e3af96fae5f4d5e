#pragma once

#include "support/random.hpp"

namespace toeplix::test {

/// How much the tests that go through many specs try.
enum class Effort {
  quick,     ///< builds with assertions or sanitizers, which take several times as long
  usual,     ///< optimised builds
  thorough,  ///< TOEPLIX_TEST_THOROUGH=1
};

inline Effort effort() {
  if (environment_number("TOEPLIX_TEST_THOROUGH", 0) != 0) return Effort::thorough;
#ifdef NDEBUG
  return Effort::usual;
#else
  return Effort::quick;
#endif
}

/// One of three, as much as the effort says.
template <class T>
T by_effort(const T& quick, const T& usual, const T& thorough) {
  switch (effort()) {
    case Effort::quick:
      return quick;
    case Effort::usual:
      return usual;
    case Effort::thorough:
      break;
  }
  return thorough;
}

}  // namespace toeplix::test
