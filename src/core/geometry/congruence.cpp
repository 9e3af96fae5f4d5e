#include "core/geometry/congruence.hpp"

#include "core/base/integer_math.hpp"

#include <numeric>
#include <utility>

namespace toeplix::detail {

namespace {

/// x with a * x = 1 modulo m, in [0, m). Precondition: a and m are coprime, m > 0.
Index inverse_modulo(Index a, Index m) {
  Index previous = 0;
  Index current = 1;
  Index larger = m;
  Index smaller = floor_mod(a, m);
  while (smaller > 1) {
    const Index quotient = larger / smaller;
    larger -= quotient * smaller;
    std::swap(larger, smaller);
    previous -= quotient * current;
    std::swap(previous, current);
  }
  return floor_mod(current, m);
}

/// a * b modulo m without overflow. Precondition: a and b in [0, m).
Index product_modulo(Index a, Index b, Index m) {
  __extension__ using Wide = __int128;
  return static_cast<Index>(Wide{a} * b % m);
}

}  // namespace

Congruence congruence_of(Index factor, Index modulus) {
  const Index common = std::gcd(factor, modulus);
  const Index step = modulus / common;
  return {common, step, inverse_modulo(factor / common, step)};
}

std::optional<Index> Congruence::first_solution(Index start, Index lowest) const {
  if (common > 1 && floor_mod(start, common) != 0) return std::nullopt;
  if (step == 1) return lowest;
  const Index reduced = floor_mod(floor_div(-start, common), step);
  return lowest + floor_mod(product_modulo(reduced, inverse, step) - lowest, step);
}

}  // namespace toeplix::detail
