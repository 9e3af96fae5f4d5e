#pragma once

#include <toeplix/error.hpp>

#include "core/base/check_apart.hpp"
#include "core/base/check_length.hpp"

#include <span>
#include <string>

namespace toeplix::detail {

/// The number of images that `x` and `y` hold one after the other. Throws GeometryError unless both
/// hold as many, and if they share memory.
template <class Scalar>
Index check_batch(std::span<const Scalar> x, Index columns, std::span<Scalar> y, Index rows) {
  const auto length = static_cast<Index>(x.size());
  if (length % columns != 0) {
    throw GeometryError("x has length " + std::to_string(length) + "; expected a multiple of " +
                        std::to_string(columns));
  }
  const Index images = length / columns;
  // What 64 bits cannot count is no length either.
  if (static_cast<Index>(y.size()) % rows != 0 || static_cast<Index>(y.size()) / rows != images) {
    throw GeometryError("y has length " + std::to_string(y.size()) + "; expected " +
                        (images == 1 ? "" : std::to_string(images) + " times ") +
                        std::to_string(rows));
  }
  check_apart<Scalar>("x", x, "y", y);
  return images;
}

}  // namespace toeplix::detail
