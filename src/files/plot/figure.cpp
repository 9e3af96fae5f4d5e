#include "files/plot/figure.hpp"

#include "files/plot/font.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace toeplix::detail {
namespace {

/// An image that shapes are painted on; what lies outside is cut off.
class Canvas {
 public:
  Canvas(Index width, Index height) {
    bytes_.width = width;
    bytes_.height = height;
    bytes_.samples.assign(static_cast<std::size_t>(width * height * 3), 255);
  }

  void fill(Index x, Index y, Index width, Index height, const Rgb& colour) {
    const Bytes3 bytes = encode(colour);
    for (Index row = std::max<Index>(0, y); row < std::min(y + height, bytes_.height); ++row) {
      for (Index column = std::max<Index>(0, x); column < std::min(x + width, bytes_.width);
           ++column) {
        std::ranges::copy(bytes, sample(row, column));
      }
    }
  }

  void copy(Index x, Index y, const RgbBytes& picture) {
    for (Index row = 0; row < std::min(picture.height, bytes_.height - y); ++row) {
      const Index width = std::min(picture.width, bytes_.width - x);
      std::copy_n(picture.samples.begin() + row * picture.width * 3, width * 3, sample(y + row, x));
    }
  }

  void write(Index x, Index y, const std::string& words, int scale, const Rgb& colour) {
    for (const char character : words) {
      for (int row = 0; row < glyph_height; ++row) {
        for (int column = 0; column < glyph_width; ++column) {
          if (!glyph_dot(character, column, row)) continue;
          fill(x + column * scale, y + row * scale, scale, scale, colour);
        }
      }
      x += glyph_advance * scale;
    }
  }

  RgbBytes release() && { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t>::iterator sample(Index row, Index column) {
    return bytes_.samples.begin() + (row * bytes_.width + column) * 3;
  }

  RgbBytes bytes_;
};

Index start_of(Index x, Index width, Anchor anchor) {
  if (anchor == Anchor::start) return x;
  return anchor == Anchor::middle ? x - width / 2 : x - width;
}

std::string escaped(const std::string& words) {
  std::string text;
  for (const char character : words) {
    switch (character) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += character;
    }
  }
  return text;
}

std::string base64(std::span<const std::byte> bytes) {
  constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve(bytes.size() / 3 * 4 + 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < left ? std::to_integer<unsigned>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text += j <= left ? digits[group >> (18 - 6 * j) & 63] : '=';
    }
  }
  return text;
}

std::string attribute(const char* name, Index value) {
  return std::string(" ") + name + "=\"" + std::to_string(value) + "\"";
}

}  // namespace

Index text_width(const std::string& words, int scale) {
  if (words.empty()) return 0;
  return (static_cast<Index>(words.size()) * glyph_advance - (glyph_advance - glyph_width)) * scale;
}

void Figure::frame(Index x, Index y, Index width, Index height, const Rgb& colour) {
  rect(x - 1, y - 1, width + 2, 1, colour);
  rect(x - 1, y + height, width + 2, 1, colour);
  rect(x - 1, y, 1, height, colour);
  rect(x + width, y, 1, height, colour);
}

RgbBytes Figure::to_bytes() const {
  Canvas canvas(width_, height_);
  canvas.copy(bitmap_.x, bitmap_.y, bitmap_.picture);
  for (const Rect& r : rects_) canvas.fill(r.x, r.y, r.width, r.height, r.colour);
  for (const Text& t : texts_) {
    // The middle of the seven rows above the base line.
    canvas.write(start_of(t.x, text_width(t.words, t.scale), t.anchor), t.y - 7 * t.scale / 2,
                 t.words, t.scale, t.colour);
  }
  return std::move(canvas).release();
}

Image Figure::to_image() const {
  const RgbBytes bytes = to_bytes();
  return {.height = bytes.height,
          .width = bytes.width,
          .channels = 3,
          .samples = {bytes.samples.begin(), bytes.samples.end()}};
}

std::string Figure::to_svg(const std::string& title) const {
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"" + attribute("width", width_) +
                    attribute("height", height_) + " viewBox=\"0 0 " + std::to_string(width_) +
                    " " + std::to_string(height_) + "\" role=\"img\" font-family=\"ui-monospace, " +
                    "Consolas, &quot;DejaVu Sans Mono&quot;, monospace\">\n<title>" +
                    escaped(title) + "</title>\n<rect width=\"100%\" height=\"100%\" " +
                    "fill=\"#ffffff\"/>\n";
  if (bitmap_.picture.width > 0) {
    svg += "<image" + attribute("x", bitmap_.x) + attribute("y", bitmap_.y) +
           attribute("width", bitmap_.picture.width) + attribute("height", bitmap_.picture.height) +
           " style=\"image-rendering: pixelated\" href=\"data:image/png;base64," +
           base64(format_png(bitmap_.picture)) + "\"/>\n";
  }
  svg += "<g shape-rendering=\"crispEdges\">\n";
  for (const Rect& r : rects_) {
    svg += "<rect" + attribute("x", r.x) + attribute("y", r.y) + attribute("width", r.width) +
           attribute("height", r.height) + " fill=\"" + hex(r.colour) + "\"/>\n";
  }
  svg += "</g>\n";
  for (const Text& t : texts_) {
    constexpr std::array<const char*, 3> anchors = {"start", "middle", "end"};
    const int size = 9 * t.scale;
    svg += "<text" + attribute("x", t.x) + attribute("y", t.y + size * 35 / 100) +
           attribute("font-size", size) + " text-anchor=\"" +
           anchors[static_cast<std::size_t>(t.anchor)] + "\" fill=\"" + hex(t.colour) + "\">" +
           escaped(t.words) + "</text>\n";
  }
  return svg + "</svg>\n";
}

int fitting_scale(const std::string& words, Index width, Index height) {
  for (const int scale : {2, 1}) {
    if (text_width(words, scale) + 4 <= width && 9 * scale <= height) return scale;
  }
  return 0;
}

}  // namespace toeplix::detail
