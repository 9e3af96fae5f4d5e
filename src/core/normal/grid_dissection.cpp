#include "core/normal/grid_dissection.hpp"

#include <algorithm>

namespace toeplix::detail {

namespace {

struct Range {
  Index begin;
  Index end;
  Index length() const { return end - begin; }
};

using GridBox = std::vector<Range>;

/// Dissects one of the grids that a step beyond 1 leaves without connection.
class Dissection {
 public:
  Dissection(const PixelGrid& grid, const Extents& first, std::vector<Index>& order)
      : grid_(grid), first_(first), order_(order) {
    for (const AxisReach& axis : grid.reach)
      reach_.push_back(std::max<Index>(1, axis.reach / axis.step));
  }

  void run() {
    GridBox box;
    std::vector<bool> ring;
    for (std::size_t axis = 0; axis < first_.size(); ++axis) {
      const Index step = grid_.reach[axis].step;
      box.push_back({0, (grid_.extents[axis] - first_[axis] + step - 1) / step});
      ring.push_back(grid_.reach[axis].ring);
    }
    std::size_t long_axes = 0;
    for (std::size_t axis = 0; axis < box.size(); ++axis) long_axes += is_long(box, axis) ? 1 : 0;
    if (long_axes < 2) {
      append_along(box, widest(box));
    } else {
      dissect(box, ring);
    }
  }

 private:
  /// Below three reaches a slab would separate boxes that are smaller than itself.
  bool is_long(const GridBox& box, std::size_t axis) const {
    return box[axis].length() >= std::max(3 * reach_[axis], reach_[axis] + 2);
  }

  /// What is long along one axis alone is a band, which fills the least from one end to the other.
  void append_along(GridBox box, std::size_t axis) {
    const Range whole = box[axis];
    for (Index at = whole.begin; at < whole.end; ++at) {
      box[axis] = {at, at + 1};
      append(box, 0, 0);
    }
  }

  void dissect(GridBox box, std::vector<bool> ring) {
    const std::size_t axis = widest(box);
    Range& range = box[axis];
    const Index reach = reach_[axis];
    const Range whole = range;
    if (!is_long(box, axis)) {
      append(box, 0, 0);
      return;
    }
    if (ring[axis]) {
      ring[axis] = false;
      range = {whole.begin + reach, whole.end};
      dissect(box, ring);
      range = {whole.begin, whole.begin + reach};
      append(box, 0, 0);
      return;
    }
    const Index middle = whole.begin + (whole.length() - reach) / 2;
    range = {whole.begin, middle};
    dissect(box, ring);
    range = {middle + reach, whole.end};
    dissect(box, ring);
    range = {middle, middle + reach};
    append(box, 0, 0);
  }

  /// The axis along which the box is the most reaches long: its slabs are the smallest.
  std::size_t widest(const GridBox& box) const {
    std::size_t best = 0;
    for (std::size_t axis = 1; axis < box.size(); ++axis) {
      if (box[axis].length() * reach_[best] > box[best].length() * reach_[axis]) best = axis;
    }
    return best;
  }

  /// Appends the pixels of a box in C order: those from `axis` on, of the index so far.
  void append(const GridBox& box, std::size_t axis, Index index) {
    const Index step = grid_.reach[axis].step;
    for (Index u = box[axis].begin; u < box[axis].end; ++u) {
      const Index next = index * grid_.extents[axis] + first_[axis] + u * step;
      if (axis + 1 == box.size()) {
        order_.push_back(next);
      } else {
        append(box, axis + 1, next);
      }
    }
  }

  const PixelGrid& grid_;
  const Extents& first_;
  std::vector<Index>& order_;
  std::vector<Index> reach_;
};

}  // namespace

std::vector<Index> dissect(const PixelGrid& grid) {
  Index pixels = 1;
  for (const Index extent : grid.extents) pixels *= extent;
  std::vector<Index> order;
  order.reserve(static_cast<std::size_t>(pixels));
  Extents first(grid.extents.size(), 0);
  const std::size_t axes = first.size();
  // Coordinates of different remainders by the step are not connected: each has a grid of its own.
  for (;;) {
    Dissection(grid, first, order).run();
    std::size_t axis = axes;
    while (axis > 0 &&
           ++first[axis - 1] >= std::min(grid.reach[axis - 1].step, grid.extents[axis - 1])) {
      first[axis - 1] = 0;
      --axis;
    }
    if (axis == 0) return order;
  }
}

}  // namespace toeplix::detail
