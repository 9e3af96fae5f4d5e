#pragma once

#include "core/geometry/tap_product.hpp"

#include <toeplix/pattern.hpp>

#include <span>
#include <vector>

namespace toeplix::detail {

/// Builds single rows of a matrix by themselves: every column channel times the taps of all axes.
///
///     RowBuilder<double> builder(pattern, weights);
///     builder.go_to(17);
///     use(builder.columns(), builder.values());
template <class Scalar>
class RowBuilder {
 public:
  /// Precondition: `weights` has the length that the pattern expects. Both outlive this object.
  RowBuilder(const Pattern& pattern, std::span<const Scalar> weights)
      : pattern_(pattern), weights_(weights) {}

  /// Cost, here and below: the row's length.
  void go_to(Index row);
  /// Columns of the row, ascending; valid until `columns` is called again. Likewise its values.
  std::span<const Index> columns();
  std::span<const Scalar> values();

 private:
  const Pattern& pattern_;
  std::span<const Scalar> weights_;
  std::vector<Index> coordinates_;  // those that `product_` belongs to
  std::vector<Index> previous_;
  TapProduct product_;
  Index channel_ = 0;
  std::vector<Index> columns_;
  std::vector<Scalar> values_;
};

}  // namespace toeplix::detail
