#include "core/operator/row_norms.hpp"

#include "core/base/integer_math.hpp"
#include "core/compile/allocate.hpp"
#include "core/compile/repeat.hpp"
#include "core/compile/row_builder.hpp"
#include "core/compile/row_walk.hpp"
#include "core/geometry/row_classes.hpp"
#include "reference/instantiate.hpp"

#include <cmath>
#include <complex>
#include <string>
#include <vector>

namespace toeplix::detail {

namespace {

/// `reduce(values)` of every row.
template <class Number, class Scalar, class Reduce>
OnePerRow<Number> of_each_row(const Pattern& pattern, std::span<const Scalar> weights,
                              const Resources& resources, const Reduce& reduce) {
  const Index rows = pattern.rows();
  check_room("a number for each of " + std::to_string(rows) + " rows",
             checked_product(rows, Index{sizeof(Number)}), resources,
             "raise Resources::memory_budget");
  OnePerRow<Number> result(rows);
  RowBuilder<Scalar> builder(pattern, weights);
  const auto build = [&](Index row) {
    builder.go_to(row);
    result[row] = reduce(builder.values());
  };
  const auto repeat_rows = [&](Index row, const Repetition& rows_like) {
    repeat(result.data() + (row - rows_like.period), rows_like.period,
           rows_like.period + rows_like.rows);
  };
  walk_rows(pattern, {0, rows}, build, repeat_rows);
  return result;
}

/// Calls `visit(row, count)` for one row of each kind, and how many have the same values in the
/// same order.
template <class Visit>
void for_each_kind_of_row(const Pattern& pattern, const Visit& visit) {
  if (pattern.is_per_pixel()) {
    for (Index row = 0; row < pattern.rows(); ++row) visit(row, 1);
    return;
  }
  const std::vector<Pattern::Axis>& axes = pattern.axes();
  const Pattern::Channels& c = pattern.channels();
  std::vector<Index> kinds(axes.size());
  for (;;) {
    Index row = 0;
    Index count = 1;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const Index coordinate = axes[i].table.representative(kinds[i]);
      row += coordinate * axes[i].row_stride;
      count *= rows_of_class(axes[i].table, coordinate);
    }
    for (Index channel = 0; channel < c.rows(); ++channel) {
      visit(row + channel * c.row_stride, count);
    }
    std::size_t axis = axes.size();
    while (axis > 0 && ++kinds[axis - 1] == axes[axis - 1].table.classes()) kinds[--axis] = 0;
    if (axis == 0) return;
  }
}

/// Calls `visit(values, count)` likewise.
template <class Scalar, class Visit>
void for_each_kind_of_values(const Pattern& pattern, std::span<const Scalar> weights,
                             const Visit& visit) {
  RowBuilder<Scalar> builder(pattern, weights);
  for_each_kind_of_row(pattern, [&](Index row, Index count) {
    builder.go_to(row);
    visit(builder.values(), count);
  });
}

double squared(const auto& value) {
  const auto real = static_cast<double>(Eigen::numext::real(value));
  const auto imaginary = static_cast<double>(Eigen::numext::imag(value));
  return real * real + imaginary * imaginary;
}

}  // namespace

template <class Scalar>
OnePerRow<Scalar> row_sums(const Pattern& pattern, std::span<const Scalar> weights,
                           const Resources& resources) {
  return of_each_row<Scalar>(pattern, weights, resources, [](std::span<const Scalar> values) {
    Scalar sum{};
    for (const Scalar& value : values) sum += value;
    return sum;
  });
}

template <class Scalar>
OnePerRow<RealOf<Scalar>> row_squared_norms(const Pattern& pattern, std::span<const Scalar> weights,
                                            const Resources& resources) {
  using Real = RealOf<Scalar>;
  return of_each_row<Real>(pattern, weights, resources, [](std::span<const Scalar> values) {
    Real sum{};
    for (const Scalar& value : values) sum += Eigen::numext::abs2(value);
    return sum;
  });
}

template <class Scalar>
RealOf<Scalar> frobenius_norm(const Pattern& pattern, std::span<const Scalar> weights) {
  double sum = 0;
  for_each_kind_of_values(pattern, weights, [&](std::span<const Scalar> values, Index count) {
    double of_row = 0;
    for (const Scalar& value : values) of_row += squared(value);
    sum += static_cast<double>(count) * of_row;
  });
  return static_cast<RealOf<Scalar>>(std::sqrt(sum));
}

template <class Scalar>
RealOf<Scalar> largest_row_sum(const Pattern& pattern, std::span<const Scalar> weights) {
  RealOf<Scalar> largest{};
  for_each_kind_of_values(pattern, weights, [&](std::span<const Scalar> values, Index) {
    RealOf<Scalar> sum{};
    for (const Scalar& value : values) sum += Eigen::numext::abs(value);
    if (!std::isnan(largest) && !(sum <= largest)) largest = sum;
  });
  return largest;
}

#define TOEPLIX_INSTANTIATE(Scalar)                                                               \
  template OnePerRow<Scalar> row_sums(const Pattern&, std::span<const Scalar>, const Resources&); \
  template OnePerRow<RealOf<Scalar>> row_squared_norms(const Pattern&, std::span<const Scalar>,   \
                                                       const Resources&);                         \
  template RealOf<Scalar> frobenius_norm(const Pattern&, std::span<const Scalar>);                \
  template RealOf<Scalar> largest_row_sum(const Pattern&, std::span<const Scalar>);
TOEPLIX_FOR_EACH_SCALAR(TOEPLIX_INSTANTIATE)
#undef TOEPLIX_INSTANTIATE

}  // namespace toeplix::detail
