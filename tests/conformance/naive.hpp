#pragma once

#include "case.hpp"

#include <functional>

namespace toeplix::conformance {

/// A separable operator entry by entry, as its definition has it: all axes at once, by direct loops
/// over output pixels. Shares nothing with the library but the specs.
struct NaiveOperator {
  Extents output;  ///< of one image, channels included
  /// Calls `visit(row, column, coefficient)`; the same place may come more than once.
  using Visit = std::function<void(Index row, Index column, double coefficient)>;
  std::function<void(const Visit& visit)> for_each_entry;
  /// What is added to every output, in C order; empty if nothing is.
  std::vector<double> offset;
};

NaiveOperator naive(const AveragePool& pool);
NaiveOperator naive(const Pad& pad);
NaiveOperator naive(const Resize& resize);

}  // namespace toeplix::conformance
