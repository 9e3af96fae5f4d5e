#pragma once

#include <toeplix/spec.hpp>

namespace toeplix::test {

/// Calls `visit(coordinates)` for every pixel of an image, in C order.
template <class Visit>
void for_each_pixel(const Extents& extents, Visit visit) {
  Extents at(extents.size(), 0);
  for (;;) {
    visit(at);
    std::size_t axis = extents.size();
    while (axis > 0 && ++at[axis - 1] == extents[axis - 1]) at[--axis] = 0;
    if (axis == 0) return;
  }
}

/// Where a vector has the element of one channel and pixel.
inline Index place_of(TensorOrder order, Index channels, const Extents& extents, Index channel,
                      const Extents& at) {
  Index pixel = 0;
  Index pixels = 1;
  for (std::size_t i = 0; i < extents.size(); ++i) {
    const std::size_t axis = order == TensorOrder::column_major ? extents.size() - 1 - i : i;
    pixel = pixel * extents[axis] + at[axis];
    pixels *= extents[axis];
  }
  return order == TensorOrder::channels_last ? pixel * channels + channel
                                             : channel * pixels + pixel;
}

}  // namespace toeplix::test
