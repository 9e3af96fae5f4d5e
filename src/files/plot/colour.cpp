#include "files/plot/colour.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace toeplix::detail {
namespace {

constexpr Index most_hues = 12;

double encode_component(double linear) {
  const double c = std::clamp(linear, 0.0, 1.0);
  return c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
}

double decode_component(double encoded) {
  return encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
}

bool is_displayable(const Rgb& c) {
  const auto inside = [](double component) { return component >= -1e-6 && component <= 1 + 1e-6; };
  return inside(c.red) && inside(c.green) && inside(c.blue);
}

/// A colour by lightness, chroma and hue in turns, in Björn Ottosson's perceptual space Oklab
/// (https://bottosson.github.io/posts/oklab/, the matrices of 2021).
Rgb from_oklch(double lightness, double chroma, double hue) {
  const double angle = 2 * std::numbers::pi * hue;
  const double a = chroma * std::cos(angle);
  const double b = chroma * std::sin(angle);
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

/// The most colourful that a screen can show, up to `chroma`.
Rgb displayable(double lightness, double chroma, double hue) {
  Rgb colour = from_oklch(lightness, chroma, hue);
  while (!is_displayable(colour) && chroma > 0) {
    chroma -= 0.005;
    colour = from_oklch(lightness, std::max(0.0, chroma), hue);
  }
  return colour;
}

}  // namespace

Rgb& Rgb::operator+=(const Rgb& other) {
  red += other.red;
  green += other.green;
  blue += other.blue;
  return *this;
}

Bytes3 encode(const Rgb& colour) {
  const auto byte = [](double linear) {
    return static_cast<std::uint8_t>(std::lround(255 * encode_component(linear)));
  };
  return {byte(colour.red), byte(colour.green), byte(colour.blue)};
}

Rgb decode(const Bytes3& bytes) {
  return {decode_component(bytes[0] / 255.0), decode_component(bytes[1] / 255.0),
          decode_component(bytes[2] / 255.0)};
}

std::string hex(const Rgb& colour) {
  const Bytes3 bytes = encode(colour);
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", bytes[0], bytes[1], bytes[2]);
  return text.data();
}

int nearest_of_256(const Rgb& colour) {
  // The cube's levels are 0, 95, 135, 175, 215, 255.
  const auto level = [](int byte) { return byte < 48 ? 0 : byte < 115 ? 1 : (byte - 35) / 40; };
  const Bytes3 bytes = encode(colour);
  return 16 + 36 * level(bytes[0]) + 6 * level(bytes[1]) + level(bytes[2]);
}

Rgb mix(const Rgb& a, const Rgb& b, double part) {
  return (1 - part) * a + part * b;
}

std::vector<Rgb> kernel_palette(const Extents& kernel) {
  Index count = 1;
  for (const Index extent : kernel) count *= extent;
  std::vector<Rgb> palette;
  palette.reserve(static_cast<std::size_t>(count));
  const Index fast = count <= most_hues ? count : kernel.back();
  const Index slow = count / fast;
  for (Index k = 0; k < count; ++k) {
    // The circle stays open, so that the last hue is not the first one again.
    const double turn = 0.07 + static_cast<double>(k % fast) / (static_cast<double>(fast) + 0.5);
    const double step = slow == 1 ? 0.5 : static_cast<double>(k / fast) / (double(slow) - 1);
    const double wobble = slow == 1 && fast > 5 ? (k % 2 == 0 ? 0.05 : -0.05) : 0;
    palette.push_back(displayable(0.86 - 0.32 * step + wobble, 0.16, turn));
  }
  return palette;
}

Rgb diverging(double value) {
  const Rgb nothing{0.80, 0.80, 0.80};
  const Rgb positive{0.52, 0.008, 0.02};
  const Rgb negative{0.01, 0.10, 0.48};
  const double part = std::clamp(std::abs(value), 0.0, 1.0);
  return mix(nothing, value < 0 ? negative : positive, part);
}

Rgb text_on(const Rgb& colour) {
  const double light = 0.2126 * colour.red + 0.7152 * colour.green + 0.0722 * colour.blue;
  return light > 0.18 ? Rgb{0.01, 0.01, 0.01} : Rgb{1, 1, 1};
}

}  // namespace toeplix::detail
