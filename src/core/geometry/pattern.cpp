#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/tap_product.hpp"
#include "core/geometry/weight_layout.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

using detail::checked_product;

namespace {

/// Which of the matrix's two vectors is meant.
enum class MatrixSide { rows, columns };

Index extent_of(const TapTable& table, MatrixSide side) {
  return side == MatrixSide::rows ? table.rows() : table.columns();
}

Index channel_count_of(const Pattern::Channels& channels, MatrixSide side) {
  return side == MatrixSide::rows ? channels.rows() : channels.columns();
}

Index& channel_stride_of(Pattern::Channels& channels, MatrixSide side) {
  return side == MatrixSide::rows ? channels.row_stride : channels.column_stride;
}

Index& stride_of(Pattern::Axis& axis, MatrixSide side) {
  return side == MatrixSide::rows ? axis.row_stride : axis.column_stride;
}

/// Sets the distances between neighbours of one vector, fastest axis first. Returns its length.
Index set_strides(std::vector<Pattern::Axis>& axes, Pattern::Channels& channels, MatrixSide side) {
  const Index channel_count = channel_count_of(channels, side);
  const bool innermost = channels.innermost();
  Index stride = innermost ? channel_count : 1;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    stride_of(*axis, side) = stride;
    stride *= extent_of(axis->table, side);
  }
  channel_stride_of(channels, side) = innermost ? 1 : stride;
  return innermost ? stride : stride * channel_count;
}

Pattern::Position position_of(const Pattern& pattern, TensorOrder order, MatrixSide side,
                              Index index) {
  const Pattern::Channels& c = pattern.channels();
  const bool rows = side == MatrixSide::rows;
  Pattern::Position position;
  position.channel = index / (rows ? c.row_stride : c.column_stride) % channel_count_of(c, side);
  for (const Pattern::Axis& axis : pattern.axes()) {
    const Index stride = rows ? axis.row_stride : axis.column_stride;
    position.coordinate.push_back(index / stride % extent_of(axis.table, side));
  }
  // Memory order of column_major is the reverse of the spec's.
  if (order == TensorOrder::column_major) std::ranges::reverse(position.coordinate);
  return position;
}

}  // namespace

Pattern::Pattern(const Convolution& convolution) : order_(convolution.spec().order) {
  const Index in_per_group = convolution.in_channels() / convolution.groups();
  const Index out_per_group = convolution.out_channels() / convolution.groups();
  const detail::WeightLayout weights(convolution);
  for (std::size_t axis = convolution.axes(); axis-- > 0;) {
    axes_.push_back({convolution.tap_tables()[axis], 0, 0, weights.kernel_stride(axis)});
  }
  // Collected from the last axis to the first: the memory order of column_major.
  if (order_ != TensorOrder::column_major) std::ranges::reverse(axes_);
  const bool innermost = order_ == TensorOrder::channels_last;
  channels_ = {.place = innermost ? Channels::Place::innermost : Channels::Place::outermost,
               .groups = convolution.groups(),
               .rows_per_group = out_per_group,
               .columns_per_group = in_per_group,
               .row_stride = 0,
               .column_stride = 0,
               .weight_group_stride = out_per_group * weights.out_stride(),
               .weight_row_stride = weights.out_stride(),
               .weight_column_stride = weights.in_stride()};
  rows_ = set_strides(axes_, channels_, MatrixSide::rows);
  cols_ = set_strides(axes_, channels_, MatrixSide::columns);
  weight_count_ = convolution.weight_count();
}

Pattern::Pattern(const TransposedConvolution& convolution)
    : Pattern(Pattern(convolution.adjoint()).transposed()) {}

Pattern Pattern::transposed() const {
  Pattern result(*this);
  for (Axis& axis : result.axes_) {
    axis.table = axis.table.transposed();
    std::swap(axis.row_stride, axis.column_stride);
    std::swap(axis.kernel_row_stride, axis.kernel_column_stride);
  }
  Channels& channels = result.channels_;
  std::swap(channels.rows_per_group, channels.columns_per_group);
  std::swap(channels.row_stride, channels.column_stride);
  std::swap(channels.weight_row_stride, channels.weight_column_stride);
  std::swap(result.rows_, result.cols_);
  result.transposed_ = !transposed_;
  return result;
}

Pattern detail::per_pixel(const Pattern& pattern) {
  if (pattern.per_pixel_) return pattern;
  Pattern result(pattern);
  const bool reversed = pattern.order_ == TensorOrder::column_major;
  const std::size_t axes = result.axes_.size();
  std::optional<Index> count = pattern.weight_count_;
  // From the last axis of the spec to the first, whichever is the slowest in memory.
  for (std::size_t i = axes; i-- > 0;) {
    Pattern::Axis& axis = result.axes_[reversed ? axes - 1 - i : i];
    (pattern.transposed_ ? axis.kernel_column_stride : axis.kernel_row_stride) = *count;
    count = checked_product(count, pattern.transposed_ ? axis.table.columns() : axis.table.rows());
    if (!count) {
      throw CapacityError("the weights of " + std::to_string(pattern.kernel_pixels()) +
                          " pixels, " + std::to_string(pattern.weight_count_) +
                          " each, exceed 64 bits");
    }
  }
  result.weight_count_ = *count;
  result.per_pixel_ = true;
  return result;
}

Pattern detail::with_slowest_table(const Pattern& pattern, const TapTable& table) {
  Pattern result(pattern);
  result.axes_.front().table = table;
  result.rows_ = set_strides(result.axes_, result.channels_, MatrixSide::rows);
  result.cols_ = set_strides(result.axes_, result.channels_, MatrixSide::columns);
  return result;
}

Index Pattern::nnz() const {
  std::optional<Index> product = checked_product(channels_.rows(), channels_.columns_per_group);
  for (const Axis& axis : axes_) product = checked_product(product, axis.table.entries());
  if (product) return *product;
  throw CapacityError("the entries of a " + std::to_string(rows_) + " x " + std::to_string(cols_) +
                      " matrix exceed 64 bits");
}

Index Pattern::row_length(Index row) const {
  Index length = channels_.columns_per_group;
  for (const Axis& axis : axes_) {
    length *= axis.table.row_length(row / axis.row_stride % axis.table.rows());
  }
  return length;
}

Index Pattern::entries_before(Index row) const {
  if (row == rows_) return nnz();
  // Each step takes its coordinate off the row number: one division, where finding each by itself
  // takes two.
  const bool innermost = channels_.innermost();
  const auto take = [&row](Index stride) {
    const Index coordinate = row / stride;
    row %= stride;
    return coordinate;
  };
  const Index outer_channel = innermost ? 0 : take(channels_.row_stride);
  // Entries before the row's pixel, of the pixel itself and of all pixels, in the product of the
  // tap tables.
  Index before = 0;
  Index length = 1;
  Index plane = 1;
  for (const Axis& axis : axes_) {
    const Index coordinate = take(axis.row_stride);
    const Index entries = axis.table.entries();
    before = before * entries + length * axis.table.entries_before(coordinate);
    length *= axis.table.row_length(coordinate);
    plane *= entries;
  }
  if (innermost) {
    return (before * channels_.rows() + length * row) * channels_.columns_per_group;
  }
  return (outer_channel * plane + before) * channels_.columns_per_group;
}

std::vector<Pattern::Entry> Pattern::row(Index row) const {
  if (row < 0 || row >= rows_) {
    throw GeometryError("row " + std::to_string(row) + " is outside the matrix; it has " +
                        std::to_string(rows_) + " rows");
  }
  const Channels& c = channels_;
  std::vector<Index> coordinates;
  for (const Axis& axis : axes_) coordinates.push_back(row / axis.row_stride % axis.table.rows());
  const detail::TapProduct taps = detail::tap_product(axes_, coordinates);
  const Index channel = row / c.row_stride % c.rows();
  std::vector<Entry> entries(static_cast<std::size_t>(c.columns_per_group * taps.size()));
  detail::for_each_entry(c, taps.size(), [&](std::size_t place, Index k, std::size_t tap) {
    Entry& entry = entries[place];
    entry.column = c.first_column(channel) + k * c.column_stride + taps.columns[tap];
    const Index first_weight = c.first_weight(channel) + k * c.weight_column_stride;
    for (const Index weight : weights_of(taps, tap)) entry.weights.push_back(first_weight + weight);
    std::ranges::sort(entry.weights);
  });
  return entries;
}

bool Pattern::has_columns_of(const Pattern& other) const {
  const Index channels = channels_.columns();
  if (channels != other.channels_.columns()) return false;
  if (channels > 1 && channels_.place != other.channels_.place) return false;
  return std::ranges::equal(
      axes_, other.axes_, {}, [](const Axis& axis) { return axis.table.columns(); },
      [](const Axis& axis) { return axis.table.columns(); });
}

Pattern::Position Pattern::row_position(Index row) const {
  return position_of(*this, order_, MatrixSide::rows, row);
}

Pattern::Position Pattern::column_position(Index column) const {
  return position_of(*this, order_, MatrixSide::columns, column);
}

}  // namespace toeplix
