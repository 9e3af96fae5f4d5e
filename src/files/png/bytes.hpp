#pragma once

#include <toeplix/index.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace toeplix::detail {

/// A picture of 8-bit RGB as its bytes: height x width x 3. (An `Image` holds a double per sample,
/// eight times as much.)
struct RgbBytes {
  Index height = 0;
  Index width = 0;
  std::vector<std::uint8_t> samples = {};
};

/// The bytes of a PNG file; the same as `format_png` makes of the same picture.
std::vector<std::byte> format_png(const RgbBytes& picture);

}  // namespace toeplix::detail
