#include "reference/path.hpp"

#include <toeplix/error.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace toeplix::reference::detail {

namespace {

/// Somebody who walks along one axis of the image and cannot leave it.
struct Walker {
  Index position;
  Index direction;
};

/// One step. At the border the boundary rule says what happens instead; nothing: the walker is
/// lost.
std::optional<Walker> step(Walker walker, Index extent, Boundary boundary) {
  const Index next = walker.position + walker.direction;
  if (next >= 0 && next < extent) return Walker{next, walker.direction};
  const Walker turned{walker.position, -walker.direction};
  if (boundary == Boundary::zero) return std::nullopt;
  if (boundary == Boundary::replicate) return walker;
  if (boundary == Boundary::circular)
    return Walker{walker.direction > 0 ? 0 : extent - 1, walker.direction};
  if (boundary == Boundary::symmetric || extent == 1) return turned;
  return Walker{turned.position + turned.direction, turned.direction};
}

/// The longest path that is written down: 1 GiB of it.
constexpr Index longest_path = Index{1} << 27;

/// A path from `first` to `last`, both included, that nobody has walked yet.
Path unwalked(std::size_t axis, Index first, Index last) {
  const Index length = last - first + 1;
  if (length > longest_path)
    throw CapacityError(on_axis(axis) + "a padded image of " + std::to_string(length) +
                        " pixels is beyond 2^27, the reference's limit");
  return {first, std::vector<Index>(static_cast<std::size_t>(length), lost)};
}

}  // namespace

Index coordinate_under(const Sliding& sliding, std::size_t axis, Index window, Index tap) {
  return window * sliding.stride[axis] - sliding.lower[axis] + tap * sliding.dilation[axis];
}

Path walk(const Sliding& sliding, std::size_t axis) {
  const Index last_window = sliding.windows.extents[axis] - 1;
  const Index first = coordinate_under(sliding, axis, 0, 0);
  const Index last = coordinate_under(sliding, axis, last_window, sliding.kernel[axis] - 1);
  Path path = unwalked(axis, std::min<Index>(first, 0), std::max<Index>(last, 0));
  for (const Index direction : {-1, 1}) {
    std::optional<Walker> walker = Walker{0, direction};
    for (Index here = 0; walker && path.reaches(here); here += direction) {
      path[here] = walker->position;
      walker = step(*walker, sliding.image.extents[axis], sliding.boundary[axis]);
    }
  }
  return path;
}

}  // namespace toeplix::reference::detail
