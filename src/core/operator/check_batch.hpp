#pragma once

#include <toeplix/error.hpp>

#include "core/base/check_apart.hpp"

#include <span>
#include <string>

namespace toeplix::detail {

/// Whether a vector holds so many images of some size.
inline bool holds(Index length, Index images, Index size) {
  // The product may exceed 64 bits.
  return size == 0 ? length == 0 : length % size == 0 && length / size == images;
}

/// The number of images that `x` and `y` hold one after the other. Throws GeometryError unless both
/// hold as many, and if they share memory.
template <class Scalar>
Index check_batch(std::span<const Scalar> x, Index columns, std::span<Scalar> y, Index rows) {
  const auto length = static_cast<Index>(x.size());
  const auto result_length = static_cast<Index>(y.size());
  // A matrix without columns takes images without numbers: how many, only y says.
  const Index images = columns != 0 ? length / columns : rows != 0 ? result_length / rows : 0;
  if (!holds(length, images, columns)) {
    throw GeometryError("x has length " + std::to_string(length) + "; expected a multiple of " +
                        std::to_string(columns));
  }
  if (!holds(result_length, images, rows)) {
    throw GeometryError("y has length " + std::to_string(result_length) + "; expected " +
                        (images == 1 ? "" : std::to_string(images) + " times ") +
                        std::to_string(rows));
  }
  check_apart<Scalar>("x", x, "y", y);
  return images;
}

}  // namespace toeplix::detail
