#pragma once

#include <toeplix/convolution.hpp>
#include <toeplix/pattern.hpp>

#include <string>
#include <string_view>
#include <variant>

namespace toeplix::python {

/// A convolution of either kind, and where its entries are.
class Geometry {
 public:
  /// Reads the text form of a spec. Throws what `parse_spec` and the convolution throw.
  Geometry(std::string_view text, bool per_pixel);

  const std::variant<Convolution, TransposedConvolution>& convolution() const {
    return convolution_;
  }
  const Pattern& pattern() const { return pattern_; }
  std::string text() const;
  /// Whether channels are the last axis of an image; else they are the first.
  bool channels_last() const;
  /// Channels and pixels of the input as an array, slowest axis first; see AffineMap.
  Extents input_shape() const;
  /// Likewise of the output.
  Extents output_shape() const;
  /// Of one kernel for all pixels.
  Extents weights_shape() const;
  /// Extents of the pixels that may each have a kernel of their own.
  Extents kernel_pixels() const;

 private:
  std::variant<Convolution, TransposedConvolution> convolution_;
  Pattern pattern_;
};

}  // namespace toeplix::python
