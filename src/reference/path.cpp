#include "reference/path.hpp"

#include <toeplix/error.hpp>

#include <algorithm>
#include <optional>
#include <string>

namespace toeplix::reference::detail {

namespace {

/// What is left of the spread image along one axis: coordinates [first, end).
struct Ground {
  Index first;
  Index end;
};

Ground ground_of(const Sliding& sliding, std::size_t axis) {
  Ground ground{0, pixels_under(sliding.image.extents[axis], 1, sliding.spread[axis])};
  if (sliding.lower[axis] < 0) ground.first -= sliding.lower[axis];
  if (sliding.upper[axis] < 0) ground.end += sliding.upper[axis];
  return ground;
}

/// Somebody who walks along one axis of the ground and cannot leave it.
struct Walker {
  Index position;
  Index direction;
};

/// One step. At the border the boundary rule says what happens instead; nothing: the walker is
/// lost.
std::optional<Walker> step(Walker walker, Ground ground, Boundary boundary) {
  const Index next = walker.position + walker.direction;
  if (next >= ground.first && next < ground.end) return Walker{next, walker.direction};
  const Walker turned{walker.position, -walker.direction};
  if (boundary == Boundary::zero) return std::nullopt;
  if (boundary == Boundary::replicate) return walker;
  if (boundary == Boundary::circular)
    return Walker{walker.direction > 0 ? ground.first : ground.end - 1, walker.direction};
  if (boundary == Boundary::symmetric || ground.end - ground.first == 1) return turned;
  return Walker{turned.position + turned.direction, turned.direction};
}

/// The pixel at a coordinate of the spread image, or the hole between two.
Index pixel_at(Index coordinate, Index spread) {
  return coordinate % spread == 0 ? coordinate / spread : hole;
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
  const Ground ground = ground_of(sliding, axis);
  Path path = unwalked(axis, std::min(first, ground.first), std::max(last, ground.first));
  if (ground.first >= ground.end) return path;
  for (const Index direction : {-1, 1}) {
    std::optional<Walker> walker = Walker{ground.first, direction};
    for (Index here = ground.first; walker && path.reaches(here); here += direction) {
      path[here] = pixel_at(walker->position, sliding.spread[axis]);
      walker = step(*walker, ground, sliding.boundary[axis]);
    }
  }
  return path;
}

}  // namespace toeplix::reference::detail
