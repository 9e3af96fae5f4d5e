#include "reference/windows.hpp"

namespace toeplix::reference::detail {

namespace {

/// What a window that stands at `window` of one axis sees along that axis.
std::vector<Sight> look_along(const Plan& plan, std::size_t axis, Index window) {
  const Index taps = plan.sliding.kernel[axis];
  const bool flipped = plan.sliding.operation == Operation::convolution;
  std::vector<Sight> seen;
  for (Index tap = 0; tap < taps; ++tap) {
    const Index pixel = plan.paths[axis][coordinate_under(plan.sliding, axis, window, tap)];
    const Index weight = flipped ? taps - 1 - tap : tap;
    if (pixel != lost && pixel != hole)
      seen.push_back({weight * plan.weights[axis + 2], pixel * plan.image.axes[axis]});
    else if (plan.sliding.padding_value != 0)
      seen.push_back({weight * plan.weights[axis + 2], pixel});
  }
  return seen;
}

/// What is there of two axes: padding if it is padding along one of them, or else a hole.
Index pixel_of(Index before, Index next) {
  if (before == lost || next == lost) return lost;
  if (before == hole || next == hole) return hole;
  return before + next;
}

/// Appends all that is seen, from what is seen `along` each axis; `before` is the sum of one sight
/// of every axis before `axis`.
void combine(const std::vector<std::vector<Sight>>& along, std::size_t axis, Sight before,
             std::vector<Sight>& seen) {
  for (const Sight& next : along[axis]) {
    const Sight sum = {before.weight + next.weight, pixel_of(before.pixel, next.pixel)};
    if (axis + 1 < along.size())
      combine(along, axis + 1, sum, seen);
    else if (sum.pixel != hole)
      seen.push_back(sum);
  }
}

}  // namespace

Plan::Plan(const Sliding& of)
    : sliding(of),
      image(steps_in(of.image)),
      windows(steps_in(of.windows)),
      weights(weight_steps(of)) {
  for (std::size_t axis = 0; axis < of.kernel.size(); ++axis) paths.push_back(walk(of, axis));
}

bool advance(Coordinates& at, const Extents& extents) {
  for (std::size_t axis = at.size(); axis-- > 0;) {
    if (++at[axis] < extents[axis]) return true;
    at[axis] = 0;
  }
  return false;
}

void look(const Plan& plan, const Coordinates& at, std::vector<Sight>& seen) {
  std::vector<std::vector<Sight>> along;
  for (std::size_t axis = 0; axis < at.size(); ++axis)
    along.push_back(look_along(plan, axis, at[axis]));
  combine(along, 0, {0, 0}, seen);
}

Index window_offset(const Plan& plan, const Coordinates& at) {
  Index offset = 0;
  for (std::size_t axis = 0; axis < at.size(); ++axis) offset += at[axis] * plan.windows.axes[axis];
  return offset;
}

}  // namespace toeplix::reference::detail
