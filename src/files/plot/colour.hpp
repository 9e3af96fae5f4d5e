#pragma once

#include <toeplix/index.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace toeplix::detail {

/// A colour in linear light, each component in [0, 1].
struct Rgb {
  double red = 0;
  double green = 0;
  double blue = 0;

  Rgb& operator+=(const Rgb& other);
  friend Rgb operator+(Rgb a, const Rgb& b) { return a += b; }
  friend Rgb operator*(double factor, const Rgb& colour) {
    return {factor * colour.red, factor * colour.green, factor * colour.blue};
  }
};

/// The same colour as files and screens have it: gamma-encoded bytes (sRGB).
using Bytes3 = std::array<std::uint8_t, 3>;
Bytes3 encode(const Rgb& colour);
Rgb decode(const Bytes3& bytes);
/// `#1b2c3d`.
std::string hex(const Rgb& colour);
/// The number of the nearest colour in the cube of 256-colour terminals.
int nearest_of_256(const Rgb& colour);

/// A mixture: `part` of `b`, and the rest of `a`.
Rgb mix(const Rgb& a, const Rgb& b, double part);

/// One colour per kernel position, C order: hues round the circle; for more positions than eyes
/// can tell apart, hue by the last axis and lightness by the others.
std::vector<Rgb> kernel_palette(const Extents& kernel);

/// Blue for -1, nearly white for 0, red for 1; linear in between in linear light.
Rgb diverging(double value);

/// Black or white, whichever can be read on a colour.
Rgb text_on(const Rgb& colour);

}  // namespace toeplix::detail
