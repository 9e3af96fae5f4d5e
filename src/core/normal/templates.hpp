#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include "core/normal/composed_table.hpp"

#include <optional>
#include <span>
#include <vector>

namespace toeplix::detail {

/// A^T A as a product of composed tables and channels, axes from the slowest to the fastest.
struct NormalShape {
  explicit NormalShape(const Pattern& pattern);

  /// The column of a channel's pixel: `line` counts the pixels of all axes but the fastest.
  Index column(Index channel, Index line, Index x) const {
    return channel * channel_stride + (line * tables.back().rows() + x) * pixel_stride;
  }
  /// Entries of one column in the upper triangle. Cost: one step per axis.
  Index length(Index column) const;
  /// Products of weights for every pair of channels of a group and of kernel positions. Throws
  /// CapacityError if these exceed the memory budget.
  Index product_count(const Resources& resources) const;
  /// Products and sums that `NormalTemplates` takes for all columns, if each output channel of a
  /// group has its own weights. Cost: the pairs of kernel positions of every class of an axis.
  double operations(Index rows_per_group) const;

  std::vector<ComposedTable> tables;
  Index pixels = 1;
  Index channels = 1;
  Index channels_per_group = 1;
  Index channel_stride = 0;
  Index pixel_stride = 1;
  bool innermost = false;  ///< channels vary fastest
};

/// What of A^T A is made: its upper triangle, or all of it.
enum class Triangle { upper, both };

/// One column: rows relative to the column (none positive in the upper triangle), and values.
struct ColumnTemplate {
  std::vector<Index> offsets;
  std::vector<double> values;
};

/// The columns of A^T A, or of its upper triangle, by their classes. A value is a sum over pairs of
/// kernel positions, taken one axis after the other: what the slower axes contribute is summed once
/// for all of a line.
class NormalTemplates {
 public:
  /// Sums the products of weights over the output channels. Throws CapacityError if those
  /// exceed the memory budget.
  NormalTemplates(const Pattern& pattern, const NormalShape& shape, std::span<const double> weights,
                  const Resources& resources, Triangle triangle = Triangle::upper);

  /// What one thread needs to make columns.
  class Builder {
   public:
    explicit Builder(const NormalTemplates& templates) : templates_(templates) {}
    /// Chooses a channel and a line. Cheap if its class is that of the line before.
    void go_to(Index channel, Index line);
    /// The column at a class of the fastest axis. Valid until `go_to`.
    const ColumnTemplate& column(Index inner_class);

   private:
    void contract_outer();
    ColumnTemplate make_column(Index inner_class);

    const NormalTemplates& templates_;
    Index channel_ = -1;
    std::vector<Index> classes_;             // of the axes but the fastest
    std::vector<Index> outer_offsets_;       // of every entry of their product, in pixels
    std::vector<std::vector<double>> sums_;  // per channel that is met: entries x pairs of the rest
    std::vector<std::optional<ColumnTemplate>> columns_;  // by class of the fastest axis
    std::vector<ComposedTable::PositionPair> pairs_;      // of the class that is worked on
  };
  Builder builder() const { return Builder(*this); }

 private:
  void sum_products(const Pattern& pattern, std::span<const double> weights,
                    const Resources& resources);
  /// Channels whose rows a column of `channel` may have: the group's from its first on, in the
  /// upper triangle no further than to its own unless channels are innermost.
  Index met(Index channel) const;
  /// For every pair of kernel positions: the products of weights of a channel and the `other`-th of
  /// its group.
  std::span<const double> products_of(Index channel, Index other) const;

  const NormalShape& shape_;
  Triangle triangle_;
  Index pairs_ = 1;  // of kernel positions
  std::vector<double> products_;
};

}  // namespace toeplix::detail
