#pragma once

#include "case.hpp"

namespace toeplix::conformance {

/// The first element that is not what it should be.
struct Mismatch {
  std::size_t element;  ///< index into the expected values
  double got;
  double expected;
  double allowed;  ///< largest |got - expected|
};

/// One array of a case, computed in one way.
struct Comparison {
  Expectation expectation;
  std::string way;  ///< `matrix`, `reference`, ...
  std::optional<Mismatch> mismatch;
};

/// Computes a case in every way there is: compiled matrix, direct loops of the reference and
/// Operator; a separable operator by its row-major and column-major matrix and naive loops.
/// Compares each with every array that the case expects, within its tolerance.
///
/// Every array is compared at least once. Throws CaseError if there is no way to compute one,
/// and if one has another shape than the library says.
std::vector<Comparison> check(const Case& checked);

}  // namespace toeplix::conformance
