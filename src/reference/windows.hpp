#pragma once

#include "reference/layout.hpp"
#include "reference/path.hpp"

#include <vector>

/// Every place of the window, one after the other, and what it sees there.
namespace toeplix::reference::detail {

/// All that the loops need to know, worked out before they start.
struct Plan {
  /// Precondition: `of` lives as long as this.
  explicit Plan(const Sliding& of);

  const Sliding& sliding;
  Steps image;
  Steps windows;
  std::vector<Index> weights;
  std::vector<Path> paths;
};

/// One kernel position and the pixel under it: offsets within one channel each. The pixel is `lost`
/// if there is none, but the padding has a value.
struct Sight {
  Index weight;
  Index pixel;
};

/// One coordinate per spatial axis.
using Coordinates = std::vector<Index>;

/// Moves `at` on by one, last axis fastest. False when it was the last one; it is then the first.
bool advance(Coordinates& at, const Extents& extents);

/// Appends to `seen` all that a window that stands at `at` sees.
void look(const Plan& plan, const Coordinates& at, std::vector<Sight>& seen);

/// Where a window that stands at `at` has its number, within one channel.
Index window_offset(const Plan& plan, const Coordinates& at);

/// Calls `visit(window, seen, kernel)` for every place of the window: its offset within one
/// channel, what it sees there, and where its kernel begins among the weights.
template <class Visit>
void for_each_window(const Plan& plan, Kernels kernels, Visit visit) {
  const auto size = static_cast<Index>(count_elements(weight_shape(plan.sliding)));
  Coordinates at(plan.paths.size(), 0);
  std::vector<Sight> seen;
  Index kernel = 0;
  do {
    seen.clear();
    look(plan, at, seen);
    visit(window_offset(plan, at), seen, kernel);
    if (kernels == Kernels::per_window) kernel += size;
  } while (advance(at, plan.sliding.windows.extents));
}

/// Calls `visit(kernel, plane)` for each image channel that `channel` of a window sees: where the
/// weights begin that it is seen through, and where its pixels begin.
template <class Visit>
void for_each_plane(const Plan& plan, Index channel, Visit visit) {
  const Index members = plan.sliding.image.channels / plan.sliding.groups;
  const Index group = channel / (plan.sliding.windows.channels / plan.sliding.groups);
  for (Index member = 0; member < members; ++member)
    visit(channel * plan.weights[0] + member * plan.weights[1],
          (group * members + member) * plan.image.channel);
}

}  // namespace toeplix::reference::detail
