#pragma once

#include <toeplix/compile.hpp>

#include "core/normal/composed_table.hpp"

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

  std::vector<ComposedTable> tables;
  Index pixels = 1;
  Index channels = 1;
  Index channels_per_group = 1;
  Index channel_stride = 0;
  Index pixel_stride = 1;
  Pattern::Channels::Place place;
};

/// One column of the upper triangle: rows relative to the column (none positive), and values.
struct ColumnTemplate {
  std::vector<Index> offsets;
  std::vector<double> values;
};

/// The columns of A^T A by their classes. A value is a sum over pairs of kernel positions, taken
/// one axis after the other: what the slower axes contribute is summed once for all of a line.
class NormalTemplates {
 public:
  /// Sums the products of weights over the output channels. Throws CapacityError where those
  /// exceed the memory budget.
  NormalTemplates(const Pattern& pattern, const NormalShape& shape, std::span<const double> weights,
                  const Resources& resources);

  /// What one thread needs to make columns.
  class Builder {
   public:
    explicit Builder(const NormalTemplates& templates) : templates_(templates) {}
    /// Chooses a channel and a line. Cheap where its class is that of the line before.
    void go_to(Index channel, Index line);
    /// The column at a class of the fastest axis. Valid until `go_to`.
    const ColumnTemplate& column(Index inner_class);

   private:
    /// Sums over the pairs of kernel positions of some axes, for every entry of their product.
    struct Sums {
      std::vector<double> values;  ///< entries x pairs of kernel positions of the other axes
      Index entries = 1;
    };

    void contract_outer();
    void make_column(Index inner_class, ColumnTemplate& column) const;

    const NormalTemplates& templates_;
    Index channel_ = -1;
    std::vector<Index> classes_;        // of the axes but the fastest
    std::vector<Index> outer_offsets_;  // of every entry of their product, in pixels
    std::vector<Sums> sums_;            // one per channel that is met
    std::vector<ColumnTemplate> columns_;
    std::vector<bool> made_;
  };
  Builder builder() const { return Builder(*this); }

 private:
  void sum_products(const Pattern& pattern, std::span<const double> weights,
                    const Resources& resources);
  /// Channels whose rows may lie above the diagonal of a column of `channel`: the group's from its
  /// first on.
  Index met(Index channel) const;

  const NormalShape& shape_;
  Index pairs_ = 1;  // of kernel positions
  std::vector<double> products_;
};

}  // namespace toeplix::detail
