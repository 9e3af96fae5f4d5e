#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>

#include <span>

namespace toeplix::detail {

/// Writes what the padding value adds to every output: the value times the sum of the weights that
/// lie on padding, none of them added twice or taken away again. Zero where the padding value is,
/// and where a window lies on the image. Preconditions: the pattern is that of a convolution, not
/// transposed; the lengths of weights and of rows. One thread, if every pixel has its own kernel.
/// Throws GeometryError for a value, or a product of it and finite weights, beyond the scalar type.
template <class Scalar>
void write_padding_offset(const Pattern& pattern, double padding_value,
                          std::span<const Scalar> weights, const Resources& resources,
                          std::span<Scalar> offset);

}  // namespace toeplix::detail
