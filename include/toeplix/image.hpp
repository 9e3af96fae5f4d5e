#pragma once

#include <toeplix/index.hpp>

#include <vector>

namespace toeplix {

/// A picture: `height` x `width` x `channels` samples in C order, channels innermost, as
/// TensorOrder::channels_last has it.
///
/// A sample is the number that a file stores, from 0 to 2^bit_depth - 1, so it is exact. It is
/// not scaled to [0, 1] and not linear light: files hold gamma-encoded numbers.
///
/// Transparency is apart from the samples, so that whoever looks at colours alone need not know of
/// it, and a copy with other samples of the same extents keeps it.
///
///     toeplix::Image grey{.height = 2, .width = 2, .samples = {0, 255, 255, 0}};
struct Image {
  Index height = 0;             ///< rows of pixels
  Index width = 0;              ///< pixels in a row
  Index channels = 1;           ///< 1: grey; 3: red, green, blue
  int bit_depth = 8;            ///< 8 or 16
  std::vector<double> samples;  ///< height * width * channels of them
  /// How opaque each pixel is, from 0 to 2^bit_depth - 1: height * width numbers; empty if the
  /// picture has no transparency. Colours are not multiplied by it.
  std::vector<double> alpha = {};
};

}  // namespace toeplix
