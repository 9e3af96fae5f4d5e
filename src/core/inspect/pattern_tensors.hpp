#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/pixel_shuffle.hpp>

namespace toeplix::detail {

/// Columns and rows of a matrix in their own order.
PixelShuffle plain_tensors(const Pattern& pattern);

/// Throws GeometryError if `packed` is another tensor than `plain`, whatever the grid. `side` is
/// `input` or `output`.
void check_is_packing_of(const char* side, const PackedTensor& plain, const PackedTensor& packed);

}  // namespace toeplix::detail
