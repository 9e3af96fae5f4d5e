#pragma once

#include <toeplix/tap_table.hpp>

#include <vector>

namespace toeplix::detail {

/// The pixels of an extended image from `first` to `last`, both included.
struct PixelRange {
  Index first;
  Index last;
};

/// The pixels of the extended image that windows reach.
PixelRange extension_of(const AxisGeometry& geometry);

/// The numbers `first + i * step`, for i in [0, count).
struct Progression {
  Index first;
  Index step;
  Index count;
};

/// The pixels of the extension that a boundary folds onto pixel `input` of the image, itself
/// included: the inverse of `fold_coordinate`. At most two progressions.
std::vector<Progression> pixels_folded_onto(Index input, const AxisGeometry& geometry);

}  // namespace toeplix::detail
