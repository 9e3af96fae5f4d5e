#include "core/geometry/check_weights.hpp"

#include <toeplix/error.hpp>

#include "core/base/check_length.hpp"
#include "core/base/integer_math.hpp"

#include <string>

namespace toeplix::detail {

void check_weights(std::size_t length, const Pattern& pattern) {
  const Index expected = pattern.weight_count();
  const auto given = static_cast<Index>(length);
  if (given == expected) return;
  const Index pixels = pattern.kernel_pixels();
  if (pattern.is_per_pixel()) {
    throw GeometryError("per-pixel weights have length " + std::to_string(length) + "; expected " +
                        std::to_string(expected) + ", " + std::to_string(expected / pixels) +
                        " for each of " + std::to_string(pixels) + " pixels");
  }
  if (given == checked_product(expected, pixels)) {
    throw GeometryError("weights has length " + std::to_string(length) + "; expected " +
                        std::to_string(expected) +
                        "; for a kernel per output pixel pass PerPixelWeights(weights)");
  }
  check_length("weights", length, expected);
}

void check_one_kernel(const char* what, const Pattern& pattern) {
  if (!pattern.is_per_pixel()) return;
  throw GeometryError("the pattern has a kernel for every pixel; " + std::string(what) +
                      " takes one kernel for all pixels");
}

}  // namespace toeplix::detail
