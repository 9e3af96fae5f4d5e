#pragma once

#include <toeplix/convolution.hpp>
#include <toeplix/per_pixel_weights.hpp>

namespace toeplix {

class Pattern;

namespace detail {

/// The same pattern, its weights those of `PerPixelWeights`: it has one kernel per pixel of the
/// convolution's output, whichever of the two vectors that is. Throws CapacityError if the weights
/// exceed 64 bits. Only code that knows of `kernel_row_stride` may be given it.
Pattern per_pixel(const Pattern& pattern);

/// The pattern with another table of its slowest axis, such as a part of it. Precondition: there is
/// one kernel for all pixels.
Pattern with_slowest_table(const Pattern& pattern, const TapTable& table);

}  // namespace detail

/// The sparse pattern of a convolution's matrix: the product of its tap tables and of the channels
/// of its groups. Knows every row's length and place in closed form; stores no entry.
///
///     toeplix::Pattern pattern(conv);
///     for (const auto& entry : pattern.row(0)) {
///       // entry.column, and the indices of the weights that add up there: entry.weights
///     }
class Pattern {
 public:
  /// One spatial axis, with the distance between neighbours in each of the three vectors.
  ///
  ///     const toeplix::Pattern::Axis& fastest = pattern.axes().back();
  struct Axis {
    TapTable table;       ///< row coordinate -> column coordinates
    Index row_stride;     ///< from a coordinate to the next in the vector of rows
    Index column_stride;  ///< likewise of columns
    Index weight_stride;  ///< from a kernel position to the next in the weights
    /// From the kernel of a row coordinate to that of the next: 0 unless every pixel has its own.
    Index kernel_row_stride = 0;
    Index kernel_column_stride = 0;  ///< likewise of column coordinates
  };

  /// The channels: a row of channel c connects to every column channel of its group.
  ///
  ///     pattern.channels().columns();  // input channels of all groups
  struct Channels {
    /// Where channels stand among the axes of memory.
    enum class Place {
      outermost,  ///< every channel is an image by itself
      innermost,  ///< the channels of a pixel lie side by side
    };

    Place place;                 ///< in row and column vectors alike
    Index groups;                ///< groups that share no channel
    Index rows_per_group;        ///< row channels in a group
    Index columns_per_group;     ///< column channels in a group
    Index row_stride;            ///< distance between neighbouring channels of the row vector
    Index column_stride;         ///< likewise of the column vector
    Index weight_group_stride;   ///< from the weights of a group to those of the next
    Index weight_row_stride;     ///< from one row channel of a group to the next
    Index weight_column_stride;  ///< from one column channel of a group to the next

    /// Row channels of all groups.
    [[nodiscard]] Index rows() const { return groups * rows_per_group; }
    /// Column channels of all groups.
    [[nodiscard]] Index columns() const { return groups * columns_per_group; }
    /// Whether the channels of a pixel lie side by side.
    [[nodiscard]] bool innermost() const { return place == Place::innermost; }
    /// The first column of the group that row channel `channel` belongs to, at coordinate 0.
    [[nodiscard]] Index first_column(Index channel) const {
      return channel / rows_per_group * columns_per_group * column_stride;
    }
    /// The first weight of row channel `channel`: that of its group's first column channel.
    [[nodiscard]] Index first_weight(Index channel) const {
      return channel / rows_per_group * weight_group_stride +
             channel % rows_per_group * weight_row_stride;
    }
  };

  /// The pattern of a convolution's matrix. Cost: none beyond copies of its tables.
  explicit Pattern(const Convolution& convolution);
  /// The pattern of a transposed convolution's matrix. Cost: its transposed tables.
  explicit Pattern(const TransposedConvolution& convolution);

  /// The pattern of the transposed matrix, from transposed tap tables.
  [[nodiscard]] Pattern transposed() const;

  /// Output pixels of all channels.
  [[nodiscard]] Index rows() const { return rows_; }
  /// Input pixels of all channels.
  [[nodiscard]] Index cols() const { return cols_; }
  /// Stored entries. Throws CapacityError if they exceed 64 bits.
  [[nodiscard]] Index nnz() const;
  /// Number of weights.
  [[nodiscard]] Index weight_count() const { return weight_count_; }
  /// Pixels of the convolution's output, which `PerPixelWeights` have a kernel for each of. (The
  /// output of the convolution that is transposed, if it is.)
  [[nodiscard]] Index kernel_pixels() const {
    return transposed_ ? cols_ / channels_.columns() : rows_ / channels_.rows();
  }
  /// Whether there is one kernel per pixel, and `weight_count()` is that of all of them.
  [[nodiscard]] bool is_per_pixel() const { return per_pixel_; }

  /// Number of entries of one row. Precondition: 0 <= row < rows(). Cost: one step per axis.
  [[nodiscard]] Index row_length(Index row) const;
  /// Number of entries in the rows before `row`: the row pointer. Precondition:
  /// 0 <= row <= rows() and nnz() fits 64 bits. Cost: one step per axis.
  [[nodiscard]] Index entries_before(Index row) const;

  /// One stored entry and the weights that add up to its value, as indices into the weights,
  /// ascending. More than one if a boundary folds several kernel positions onto one pixel.
  ///
  ///     double value = 0;
  ///     for (toeplix::Index w : entry.weights) value += weights[w];
  struct Entry {
    Index column;                ///< column of the matrix
    std::vector<Index> weights;  ///< indices into the weights; never empty
  };
  /// The entries of one row in ascending order of their columns.
  /// Throws GeometryError for a row outside the matrix. Cost: the row's length.
  [[nodiscard]] std::vector<Entry> row(Index row) const;

  /// Whether the columns of both matrices are the same pixels and channels, in the same places: so
  /// that A and L of a penalty |L x|^2 can be stacked. Cost: one step per axis.
  [[nodiscard]] bool has_columns_of(const Pattern& other) const;

  /// The order of both vectors' axes.
  [[nodiscard]] TensorOrder order() const { return order_; }
  /// The spatial axes from the slowest to the fastest in memory.
  [[nodiscard]] const std::vector<Axis>& axes() const { return axes_; }
  /// How rows, columns and weights of different channels lie.
  [[nodiscard]] const Channels& channels() const { return channels_; }

  /// A row's or column's place: its channel and its coordinate along every axis, in the order of
  /// the spec (not of memory).
  ///
  ///     const auto [channel, coordinate] = pattern.row_position(7);
  struct Position {
    Index channel;       ///< of all groups
    Extents coordinate;  ///< one per spatial axis
  };
  /// Channel and pixel of a row. Precondition: 0 <= row < rows(). Cost: one step per axis.
  [[nodiscard]] Position row_position(Index row) const;
  /// Channel and pixel of a column. Precondition: 0 <= column < cols(). Cost: one step per axis.
  [[nodiscard]] Position column_position(Index column) const;

 private:
  friend Pattern detail::per_pixel(const Pattern& pattern);
  friend Pattern detail::with_slowest_table(const Pattern& pattern, const TapTable& table);

  Pattern() = default;

  TensorOrder order_ = TensorOrder::channels_first;
  std::vector<Axis> axes_;
  Channels channels_{};
  Index rows_ = 0;
  Index cols_ = 0;
  Index weight_count_ = 0;
  bool transposed_ = false;  // whether the columns are the convolution's output
  bool per_pixel_ = false;
};

namespace detail {

/// The pattern of a convolution as its weights have it.
template <PatternArgument Conv, EitherWeights Weights>
Pattern pattern_for(const Conv& convolution, const Weights&) {
  if constexpr (is_per_pixel<Weights>) {
    return per_pixel(Pattern(convolution));
  } else {
    return Pattern(convolution);
  }
}

}  // namespace detail

}  // namespace toeplix
