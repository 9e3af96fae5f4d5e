#include "solvers/transform/products.hpp"

#include <toeplix/memory.hpp>
#include <toeplix/separated.hpp>
#include <toeplix/solvers/fourier_map.hpp>

#include "solvers/base/check.hpp"
#include "solvers/transform/extended_image.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace toeplix::detail {

namespace {

/// How much longer a product and one with the transpose take together because windows reach beyond
/// the image, where a boundary folds them back.
double border_factor(const Pattern& pattern) {
  double widest = 0;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const AxisGeometry& g = axis.table.geometry();
    if (g.boundary == Boundary::zero) continue;
    widest = std::max(widest, static_cast<double>(g.span()) / static_cast<double>(g.input));
  }
  constexpr double growth = 5;
  return 1 + growth * widest;
}

/// If the kernel is the sum of so many products of one factor per axis.
double separated_nanoseconds(const Pattern& pattern, Index terms) {
  double positions = 0;
  for (const Pattern::Axis& axis : pattern.axes()) {
    positions += static_cast<double>(axis.table.geometry().kernel);
  }
  constexpr double pass = 5;
  constexpr double each = 0.2;
  return static_cast<double>(terms) * (pass + each * positions);
}

double fourier_nanoseconds(const Pattern& pattern) {
  if (!fourier_misfit(pattern).empty()) return std::numeric_limits<double>::infinity();
  const double numbers = extended_numbers(pattern);
  const Pattern::Channels& c = pattern.channels();
  const auto results = static_cast<double>(pattern.rows() / c.rows());
  constexpr double each = 2.7;
  return numbers / results * each * std::log2(numbers + 1);
}

/// The kernel's positions one by one.
double direct_nanoseconds(const Pattern& pattern) {
  auto positions = static_cast<double>(pattern.channels().columns_per_group);
  for (const Pattern::Axis& axis : pattern.axes()) {
    positions *= static_cast<double>(axis.table.geometry().kernel);
  }
  constexpr double pass = 2;
  constexpr double each = 0.05;
  return pass + each * positions * border_factor(pattern);
}

}  // namespace

double product_nanoseconds(const Pattern& pattern) {
  return std::min(direct_nanoseconds(pattern), fourier_nanoseconds(pattern));
}

Products fastest_products(const Operator<double>& a, const Pattern& pattern,
                          std::span<const double> weights, const Resources& resources) {
  const double fourier = fourier_nanoseconds(pattern);
  const double bytes = fourier_bytes(pattern, pattern.channels().groups);
  const Index budget = resources.memory_budget > 0 ? resources.memory_budget : available_memory();
  const bool fits = bytes <= static_cast<double>(budget) / 2;
  const auto transforms = [&] {
    const Index kept = whole_number(bytes - fourier_bytes(pattern, 0));
    return Products{fourier_map(pattern, weights, resources), {}, true, kept};
  };
  // A decomposition of the kernel, which takes its time, is not made where it cannot help.
  if (fits && fourier < separated_nanoseconds(pattern, 1)) return transforms();
  if (const auto apart = separated(a)) {
    if (fits && fourier < separated_nanoseconds(pattern, apart->terms)) return transforms();
    return {apart->map, apart->terms};
  }
  if (fits && fourier < direct_nanoseconds(pattern)) return transforms();
  return {LinearMap<double>(a), {}};
}

}  // namespace toeplix::detail
