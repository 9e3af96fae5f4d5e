#pragma once

#include "core/geometry/tap_product.hpp"

#include <toeplix/tap_runs.hpp>

namespace toeplix::detail {

/// Where the weights of a run's taps lie, in what one pair of channels and the slower axes leave
/// open: the first tap's, and by how much each further one's is further on, 0 unless every pixel
/// has a kernel of its own.
struct RunWeights {
  RunWeights(const Pattern::Axis& axis, const TapRun& run)
      : first(run.kernel * axis.weight_stride + run.first_row * axis.kernel_row_stride +
              run.first_input * axis.kernel_column_stride),
        step(run.row_step * axis.kernel_row_stride + run.input_step * axis.kernel_column_stride) {}

  Index first;
  Index step;
};

/// A line of rows: all that differ in their coordinate on the fastest axis alone. Every line is
/// one row channel at one combination of the slower coordinates.
struct RowLine {
  Index channel;       ///< row channel
  Index first_row;     ///< row at coordinate 0 of the fastest axis
  Index first_column;  ///< first column of the channel's group
  Index first_weight;  ///< first weight of the row channel, in its group's first column channel
};

/// Lines of a pattern in the order that `RowLines::at` numbers them: channels fastest, so that
/// neighbours share the taps of the slower axes.
class RowLines {
 public:
  explicit RowLines(const Pattern& pattern)
      : pattern_(pattern),
        outer_axes_(std::span(pattern.axes()).first(pattern.axes().size() - 1)),
        channels_(pattern.channels().rows()) {}

  Index channels() const { return channels_; }
  Index pixels() const {
    Index count = 1;
    for (const Pattern::Axis& axis : outer_axes_) count *= axis.table.rows();
    return count;
  }

  /// The taps of the slower axes at one of their `pixels()` combinations.
  TapProduct outer_taps(Index pixel) const {
    std::vector<Index> coordinates(outer_axes_.size());
    for (std::size_t axis = outer_axes_.size(); axis-- > 0;) {
      coordinates[axis] = pixel % outer_axes_[axis].table.rows();
      pixel /= outer_axes_[axis].table.rows();
    }
    return tap_product(outer_axes_, coordinates);
  }

  RowLine at(Index pixel, Index channel) const {
    const Pattern::Channels& c = pattern_.channels();
    RowLine line{.channel = channel,
                 .first_row = channel * c.row_stride,
                 .first_column = c.first_column(channel),
                 .first_weight = c.first_weight(channel)};
    for (std::size_t axis = outer_axes_.size(); axis-- > 0;) {
      const Index rows = outer_axes_[axis].table.rows();
      line.first_row += pixel % rows * outer_axes_[axis].row_stride;
      pixel /= rows;
    }
    return line;
  }

 private:
  const Pattern& pattern_;
  std::span<const Pattern::Axis> outer_axes_;
  Index channels_;
};

}  // namespace toeplix::detail
