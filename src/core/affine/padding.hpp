#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <optional>
#include <span>

namespace toeplix::detail {

/// Writes what the padding value adds to the rows from `first_row` on, as many as `offset` has: the
/// value times the sum of the weights that lie on padding, none of them added twice or taken away
/// again. Zero where the padding value is, and where a window lies on the image. Preconditions: the
/// pattern is that of a convolution, not transposed; the length of the weights; the rows are there.
/// Memory: `padding_class_bytes`, and no more sums than rows. Throws GeometryError for a value, or
/// for a product of it and finite weights, that is beyond the scalar type.
template <class Scalar>
void write_padding_offset(const Pattern& pattern, double padding_value,
                          std::span<const Scalar> weights, Index first_row,
                          const Resources& resources, std::span<Scalar> offset);

/// Bytes for the kinds of borders of all axes, at most; nothing if they exceed 64 bits.
std::optional<Index> padding_class_bytes(const Pattern& pattern);

}  // namespace toeplix::detail
