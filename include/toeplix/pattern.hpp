#pragma once

#include <toeplix/convolution.hpp>

namespace toeplix {

/// The sparse pattern of a convolution's matrix: the product of its tap tables and of the channels
/// of its groups. Knows every row's length and place in closed form; stores no entry.
class Pattern {
 public:
  /// One spatial axis, with the distance between neighbours in each of the three vectors.
  struct Axis {
    TapTable table;
    Index row_stride;
    Index column_stride;
    Index weight_stride;
  };

  /// The channels: a row of channel c connects to every column channel of its group.
  struct Channels {
    enum class Place { outermost, innermost };

    Place place;  ///< relative to the spatial axes, in row and column vectors alike
    Index groups;
    Index rows_per_group;     ///< row channels in a group
    Index columns_per_group;  ///< column channels in a group
    Index row_stride;         ///< distance between neighbouring channels of the row vector
    Index column_stride;      ///< likewise of the column vector
    Index weight_group_stride;
    Index weight_row_stride;     ///< from one row channel of a group to the next
    Index weight_column_stride;  ///< from one column channel of a group to the next

    /// Row channels of all groups.
    Index rows() const { return groups * rows_per_group; }
    /// Column channels of all groups.
    Index columns() const { return groups * columns_per_group; }
    bool innermost() const { return place == Place::innermost; }
    /// The first column of the group that row channel `channel` belongs to, at coordinate 0.
    Index first_column(Index channel) const {
      return channel / rows_per_group * columns_per_group * column_stride;
    }
    /// The first weight of row channel `channel`: that of its group's first column channel.
    Index first_weight(Index channel) const {
      return channel / rows_per_group * weight_group_stride +
             channel % rows_per_group * weight_row_stride;
    }
  };

  explicit Pattern(const Convolution& convolution);
  explicit Pattern(const TransposedConvolution& convolution);

  /// The pattern of the transposed matrix, from transposed tap tables.
  Pattern transposed() const;

  Index rows() const { return rows_; }
  Index cols() const { return cols_; }
  /// Stored entries. Throws CapacityError where they exceed 64 bits.
  Index nnz() const;
  Index weight_count() const { return weight_count_; }

  /// Number of entries of one row. Precondition: 0 <= row < rows(). Cost: one step per axis.
  Index row_length(Index row) const;
  /// Number of entries in the rows before `row`: the row pointer. Precondition:
  /// 0 <= row <= rows() and nnz() fits 64 bits. Cost: one step per axis.
  Index entries_before(Index row) const;

  /// One stored entry and the weights that add up to its value, as indices into the weights,
  /// ascending. More than one where a boundary folds several kernel positions onto one pixel.
  struct Entry {
    Index column;
    std::vector<Index> weights;
  };
  /// The entries of one row in ascending order of their columns.
  /// Throws GeometryError for a row outside the matrix. Cost: the row's length.
  std::vector<Entry> row(Index row) const;

  /// Whether the columns of both matrices are the same pixels and channels, in the same places: so
  /// that A and L of a penalty |L x|^2 can be stacked. Cost: one step per axis.
  [[nodiscard]] bool has_columns_of(const Pattern& other) const;

  /// The spatial axes from the slowest to the fastest in memory.
  const std::vector<Axis>& axes() const { return axes_; }
  const Channels& channels() const { return channels_; }

  /// A row's or column's place: its channel and its coordinate along every axis, in the order of
  /// the spec (not of memory).
  struct Position {
    Index channel;
    Extents coordinate;
  };
  Position row_position(Index row) const;
  Position column_position(Index column) const;

 private:
  Pattern() = default;

  TensorOrder order_ = TensorOrder::channels_first;
  std::vector<Axis> axes_;
  Channels channels_{};
  Index rows_ = 0;
  Index cols_ = 0;
  Index weight_count_ = 0;
};

}  // namespace toeplix
