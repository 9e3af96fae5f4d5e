#pragma once

#include "core/geometry/tap_product.hpp"

#include <toeplix/pattern.hpp>

#include <span>
#include <vector>

namespace toeplix::detail {

/// Writes the columns of single rows: every column channel x outer taps x inner taps, in the
/// pattern's order. Columns of an outermost channel are relative to its group's first column.
template <class StorageIndex>
class ColumnRows {
 public:
  using Element = StorageIndex;
  /// Rows that differ in their channel alone have equal elements where channels are outermost.
  static constexpr bool depends_on_channel = false;
  /// From row to row, elements move with the columns.
  static constexpr bool moves = true;

  explicit ColumnRows(const Pattern& pattern) : channels_(pattern.channels()) {}

  void build(const TapProduct& outer, const TapProduct& inner, Index channel, Element* out) const;

  /// What to add to an element whose column lies `columns` further right.
  static Element shift(Index columns) { return static_cast<Element>(columns); }
  static Element moved(Element element, Index columns) {
    return static_cast<Element>(element + shift(columns));
  }

 private:
  Pattern::Channels channels_;
};

/// Writes the values of single rows: the sums of the weights of every entry.
template <class Scalar>
class ValueRows {
 public:
  using Element = Scalar;
  static constexpr bool depends_on_channel = true;
  static constexpr bool moves = false;

  /// Precondition: `weights` has the length that the pattern expects and outlives this object.
  ValueRows(const Pattern& pattern, std::span<const Scalar> weights)
      : channels_(pattern.channels()), weights_(weights) {}

  void build(const TapProduct& outer, const TapProduct& inner, Index channel, Element* out) const;

  /// Values do not move with the columns.
  static Element shift(Index) { return Element(); }
  static Element moved(Element element, Index) { return element; }

 private:
  Pattern::Channels channels_;
  std::span<const Scalar> weights_;
};

/// Builds one row by itself into `elements`, which is resized; columns are absolute.
/// Cost: the row's length and a few allocations.
template <class Builder>
void build_row(const Pattern& pattern, const Builder& builder, Index row,
               std::vector<typename Builder::Element>& elements) {
  const Pattern::Channels& c = pattern.channels();
  std::vector<Index> coordinates;
  for (const Pattern::Axis& axis : pattern.axes()) {
    coordinates.push_back(row / axis.row_stride % axis.table.rows());
  }
  const std::span<const Pattern::Axis> axes(pattern.axes());
  const std::span<const Index> at(coordinates);
  const TapProduct outer = tap_product(axes.first(axes.size() - 1), at.first(at.size() - 1));
  const TapProduct inner = tap_product(axes.last(1), at.last(1));
  const Index channel = row / c.row_stride % (c.groups * c.rows_per_group);
  elements.resize(static_cast<std::size_t>(outer.size() * inner.size() * c.columns_per_group));
  builder.build(outer, inner, channel, elements.data());
  if (Builder::depends_on_channel || c.place == Pattern::Channels::Place::innermost) return;
  const Index group = channel / c.rows_per_group;
  for (auto& element : elements) {
    element = Builder::moved(element, group * c.columns_per_group * c.column_stride);
  }
}

}  // namespace toeplix::detail
