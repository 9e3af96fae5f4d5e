#pragma once

#include <toeplix/pattern.hpp>

#include <algorithm>
#include <vector>

namespace toeplix::detail {

/// The pixels of the images that a matrix is multiplied with, as they lie in memory: the neighbour
/// of pixel i along an axis is i + stride, unless i is at the axis's end. Channels lie among them
/// and need no axis, as they are no neighbours.
class PixelGrid {
 public:
  /// An axis of at least two pixels: along the others nothing differs.
  struct Axis {
    Index extent;
    Index stride;
  };

  /// Of the columns of a matrix.
  explicit PixelGrid(const Pattern& pattern) : size_(pattern.cols()) {
    for (const Pattern::Axis& axis : pattern.axes()) {
      const Index extent = axis.table.columns();
      if (extent > 1) axes_.push_back({extent, axis.column_stride});
    }
  }

  /// Pixels of all channels.
  Index size() const { return size_; }
  /// From the slowest to the fastest in memory.
  const std::vector<Axis>& axes() const { return axes_; }

  /// Whether a pixel has a neighbour behind it along the axis, or one before it.
  static bool has_next(const Axis& axis, Index pixel) {
    return pixel / axis.stride % axis.extent < axis.extent - 1;
  }
  static bool has_previous(const Axis& axis, Index pixel) {
    return pixel / axis.stride % axis.extent > 0;
  }

  /// Pixels of a segment at most.
  static constexpr Index longest = 512;

  /// Calls `visit(first, count)` for segments that together are [begin, end): pixels side by side
  /// that all have neighbours along the same axes.
  template <class Visit>
  void for_segments(Index begin, Index end, const Visit& visit) const {
    while (begin < end) {
      const Index stop = std::min({end, begin + longest, next_cut(begin)});
      visit(begin, stop - begin);
      begin = stop;
    }
  }

 private:
  /// Where pixels behind this one have other neighbours. Only along the fastest axis is that within
  /// a line: behind its first pixel, and before its last (of all channels, if they are innermost).
  Index next_cut(Index pixel) const {
    if (axes_.empty()) return size_;
    const auto [extent, stride] = axes_.back();
    const Index line = extent * stride;
    const Index start = pixel / line * line;
    const Index at = pixel - start;
    if (at < stride) return start + stride;
    return start + (at < line - stride ? line - stride : line);
  }

  Index size_;
  std::vector<Axis> axes_;
};

}  // namespace toeplix::detail
