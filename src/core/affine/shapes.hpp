#pragma once

#include <toeplix/error.hpp>
#include <toeplix/index.hpp>

#include "core/base/integer_math.hpp"
#include "core/geometry/text.hpp"

#include <optional>
#include <string>

/// Shapes of tensors: extents from the slowest axis in memory to the fastest.
namespace toeplix::detail {

/// `(3, 8, 8)`
inline std::string shape_text(const Extents& shape) {
  return '(' + join(shape, ", ") + (shape.size() == 1 ? ",)" : ")");
}

/// Elements of a tensor. Throws GeometryError for an extent below 1, CapacityError beyond 64 bits.
/// `what` is what messages call it.
inline Index shape_size(const std::string& what, const Extents& shape) {
  std::optional<Index> size = 1;
  for (const Index extent : shape) {
    if (extent < 1) {
      throw GeometryError(what + ' ' + shape_text(shape) + " has the extent " +
                          std::to_string(extent) + "; it must be at least 1");
    }
    size = checked_product(size, extent);
  }
  if (size) return *size;
  throw CapacityError(what + ' ' + shape_text(shape) + " has more elements than 64 bits count");
}

/// The number of an axis, where a negative one counts from the last. Throws GeometryError for one
/// that is not there.
inline std::size_t axis_number(Index axis, std::size_t axes) {
  const auto count = static_cast<Index>(axes);
  if (axis >= -count && axis < count)
    return static_cast<std::size_t>(axis < 0 ? axis + count : axis);
  throw GeometryError("axis " + std::to_string(axis) + " is not there; the shape has " +
                      std::to_string(axes) + (axes == 1 ? " axis" : " axes"));
}

}  // namespace toeplix::detail
