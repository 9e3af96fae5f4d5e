#pragma once

#include "files/plot/colour.hpp"
#include "files/png/bytes.hpp"

#include <toeplix/image.hpp>

#include <string>
#include <vector>

namespace toeplix::detail {

/// Where a text lies relative to its point; vertically its middle is there.
enum class Anchor { start, middle, end };

/// Shapes on paper, from the undermost to the topmost, in pixels from the upper left corner; drawn
/// alike as a picture and as SVG.
class Figure {
 public:
  Figure(Index width, Index height) : width_(width), height_(height) {}

  Index width() const { return width_; }
  Index height() const { return height_; }

  void rect(Index x, Index y, Index width, Index height, const Rgb& colour) {
    rects_.push_back({x, y, width, height, colour});
  }
  /// The border of a rectangle, one pixel wide, outside of it.
  void frame(Index x, Index y, Index width, Index height, const Rgb& colour);
  /// Words in a fixed-width type. `scale` 1 is for small print, 2 for all else.
  void text(Index x, Index y, const std::string& words, Anchor anchor, const Rgb& colour,
            int scale = 2) {
    texts_.push_back({x, y, words, anchor, colour, scale});
  }
  /// A picture. One per figure.
  void bitmap(Index x, Index y, RgbBytes picture) { bitmap_ = {x, y, std::move(picture)}; }

  RgbBytes to_bytes() const;
  Image to_image() const;
  /// `title` is what a screen reader says.
  std::string to_svg(const std::string& title) const;

 private:
  struct Rect {
    Index x, y, width, height;
    Rgb colour;
  };
  struct Text {
    Index x, y;
    std::string words;
    Anchor anchor;
    Rgb colour;
    int scale;
  };
  struct Bitmap {
    Index x = 0, y = 0;
    RgbBytes picture;
  };

  Index width_;
  Index height_;
  Bitmap bitmap_;
  std::vector<Rect> rects_;
  std::vector<Text> texts_;
};

/// Width of a text in pixels.
Index text_width(const std::string& words, int scale = 2);

/// The largest scale at which words fit a cell, 0 if none does.
int fitting_scale(const std::string& words, Index width, Index height);

}  // namespace toeplix::detail
