#include "core/geometry/tap_product.hpp"

namespace toeplix::detail {

namespace {

TapProduct times_axis(const TapProduct& left, const Pattern::Axis& axis, Index coordinate) {
  const TapRow taps = axis.table.row(coordinate);
  const Index row_kernel = coordinate * axis.kernel_row_stride;
  TapProduct product;
  const std::size_t entries = left.columns.size() * static_cast<std::size_t>(taps.size());
  product.columns.reserve(entries);
  product.weight_begin.reserve(entries + 1);
  product.weight_begin.push_back(0);
  product.weights.reserve(entries);
  product.single = left.single;
  for (std::size_t i = 0; i < left.columns.size(); ++i) {
    const auto begin = static_cast<std::size_t>(left.weight_begin[i]);
    const auto count = static_cast<std::size_t>(left.weight_begin[i + 1]) - begin;
    const std::span<const Index> left_weights(left.weights.data() + begin, count);
    for (Index t = 0; t < taps.size(); ++t) {
      const Tap tap = taps[t];
      product.columns.push_back(left.columns[i] + tap.input * axis.column_stride);
      const Index kernel = row_kernel + tap.input * axis.kernel_column_stride;
      for (const Index weight : left_weights) {
        for (const Index k : tap.kernel) {
          product.weights.push_back(weight + kernel + k * axis.weight_stride);
        }
      }
      product.weight_begin.push_back(static_cast<Index>(product.weights.size()));
      product.single = product.single && tap.kernel.size() == 1;
    }
  }
  return product;
}

}  // namespace

TapProduct tap_product(std::span<const Pattern::Axis> axes, std::span<const Index> coordinates) {
  static const TapProduct one{
      .columns = {0}, .weight_begin = {0, 1}, .weights = {0}, .single = true};
  if (axes.empty()) return one;
  TapProduct product = times_axis(one, axes[0], coordinates[0]);
  for (std::size_t i = 1; i < axes.size(); ++i) {
    product = times_axis(product, axes[i], coordinates[i]);
  }
  return product;
}

}  // namespace toeplix::detail
