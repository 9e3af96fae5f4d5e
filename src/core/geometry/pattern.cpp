#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>

#include "core/base/integer_math.hpp"

#include <algorithm>
#include <string>

namespace toeplix {

using detail::checked_product;

namespace {

enum class Side { rows, columns };

Index extent_of(const TapTable& table, Side side) {
  return side == Side::rows ? table.rows() : table.columns();
}

Index& stride_of(Pattern::Axis& axis, Side side) {
  return side == Side::rows ? axis.row_stride : axis.column_stride;
}

/// Sets the distances between neighbours of one vector, fastest axis first. Returns its length.
Index set_strides(std::vector<Pattern::Axis>& axes, Pattern::Channels& channels, Side side) {
  const Index per_group = side == Side::rows ? channels.rows_per_group : channels.columns_per_group;
  Index& channel_stride = side == Side::rows ? channels.row_stride : channels.column_stride;
  const Index channel_count = channels.groups * per_group;
  const bool innermost = channels.place == Pattern::Channels::Place::innermost;
  Index stride = innermost ? channel_count : 1;
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    stride_of(*axis, side) = stride;
    stride *= extent_of(axis->table, side);
  }
  channel_stride = innermost ? 1 : stride;
  return innermost ? stride : stride * channel_count;
}

Pattern::Position position_of(const Pattern& pattern, TensorOrder order, Side side, Index index) {
  const auto& channels = pattern.channels();
  const bool rows = side == Side::rows;
  const Index count =
      channels.groups * (rows ? channels.rows_per_group : channels.columns_per_group);
  Pattern::Position position;
  position.channel = index / (rows ? channels.row_stride : channels.column_stride) % count;
  for (const Pattern::Axis& axis : pattern.axes()) {
    const Index stride = rows ? axis.row_stride : axis.column_stride;
    position.coordinate.push_back(index / stride % extent_of(axis.table, side));
  }
  // Memory order of column_major is the reverse of the spec's.
  if (order == TensorOrder::column_major) std::ranges::reverse(position.coordinate);
  return position;
}

/// Appends to `entries` the product of `prefixes` with one more axis.
std::vector<Pattern::Entry> times_axis(const std::vector<Pattern::Entry>& prefixes,
                                       const Pattern::Axis& axis, const TapRow& taps) {
  std::vector<Pattern::Entry> product;
  product.reserve(prefixes.size() * static_cast<std::size_t>(taps.size()));
  for (const Pattern::Entry& prefix : prefixes) {
    for (Index t = 0; t < taps.size(); ++t) {
      const Tap tap = taps[t];
      Pattern::Entry entry{prefix.column + tap.input * axis.column_stride, {}};
      for (const Index weight : prefix.weights) {
        for (const Index k : tap.kernel) entry.weights.push_back(weight + k * axis.weight_stride);
      }
      product.push_back(std::move(entry));
    }
  }
  return product;
}

}  // namespace

Pattern::Pattern(const Convolution& convolution) : order_(convolution.spec().order) {
  const Index in_per_group = convolution.in_channels() / convolution.groups();
  const Index out_per_group = convolution.out_channels() / convolution.groups();
  Index weight_stride = 1;
  for (std::size_t axis = convolution.axes(); axis-- > 0;) {
    axes_.push_back({convolution.tap_tables()[axis], 0, 0, weight_stride});
    weight_stride *= convolution.kernel()[axis];
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
               .weight_group_stride = out_per_group * in_per_group * weight_stride,
               .weight_row_stride = in_per_group * weight_stride,
               .weight_column_stride = weight_stride};
  rows_ = set_strides(axes_, channels_, Side::rows);
  cols_ = set_strides(axes_, channels_, Side::columns);
  weight_count_ = convolution.weight_count();
}

Pattern::Pattern(const TransposedConvolution& convolution)
    : Pattern(Pattern(convolution.adjoint()).transposed()) {}

Pattern Pattern::transposed() const {
  Pattern result(*this);
  for (Axis& axis : result.axes_) {
    axis.table = axis.table.transposed();
    std::swap(axis.row_stride, axis.column_stride);
  }
  Channels& channels = result.channels_;
  std::swap(channels.rows_per_group, channels.columns_per_group);
  std::swap(channels.row_stride, channels.column_stride);
  std::swap(channels.weight_row_stride, channels.weight_column_stride);
  std::swap(result.rows_, result.cols_);
  return result;
}

Index Pattern::nnz() const {
  std::optional<Index> product =
      checked_product(channels_.groups * channels_.rows_per_group, channels_.columns_per_group);
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
  const bool innermost = channels_.place == Channels::Place::innermost;
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
    const Index row_channels = channels_.groups * channels_.rows_per_group;
    return (before * row_channels + length * row) * channels_.columns_per_group;
  }
  return (outer_channel * plane + before) * channels_.columns_per_group;
}

std::vector<Pattern::Entry> Pattern::row(Index row) const {
  if (row < 0 || row >= rows_) {
    throw GeometryError("row " + std::to_string(row) + " is outside the matrix; it has " +
                        std::to_string(rows_) + " rows");
  }
  const Channels& c = channels_;
  const Index channel = row / c.row_stride % (c.groups * c.rows_per_group);
  const Index group = channel / c.rows_per_group;
  const Index weight_base =
      group * c.weight_group_stride + channel % c.rows_per_group * c.weight_row_stride;
  const auto times_channels = [&](const std::vector<Entry>& prefixes) {
    std::vector<Entry> product;
    for (const Entry& prefix : prefixes) {
      for (Index k = 0; k < c.columns_per_group; ++k) {
        Entry entry = prefix;
        entry.column += (group * c.columns_per_group + k) * c.column_stride;
        for (Index& weight : entry.weights) weight += weight_base + k * c.weight_column_stride;
        product.push_back(std::move(entry));
      }
    }
    return product;
  };
  std::vector<Entry> entries{{0, {0}}};
  if (c.place == Channels::Place::outermost) entries = times_channels(entries);
  for (const Axis& axis : axes_) {
    entries = times_axis(entries, axis, axis.table.row(row / axis.row_stride % axis.table.rows()));
  }
  if (c.place == Channels::Place::innermost) entries = times_channels(entries);
  for (Entry& entry : entries) std::ranges::sort(entry.weights);
  return entries;
}

Pattern::Position Pattern::row_position(Index row) const {
  return position_of(*this, order_, Side::rows, row);
}

Pattern::Position Pattern::column_position(Index column) const {
  return position_of(*this, order_, Side::columns, column);
}

}  // namespace toeplix
