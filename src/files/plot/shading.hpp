#pragma once

#include "files/plot/raster.hpp"
#include "files/plot/subject.hpp"

#include <string>

namespace toeplix::detail {

/// The extents of the palette: those of the kernel, each with an upper limit (see WeightInks).
Extents palette_extents(const Extents& kernel);

/// The palette's number of the kernel position that a weight has.
std::size_t palette_position(const Extents& kernel, Index weight);

/// The picture of a matrix seen from afar.
MatrixRaster rasterize(const Subject& subject, Index row_cell, Index column_cell);

/// Turns the ink of a pixel into a colour on white: the mean colour of its entries, or the colour
/// of their mean value; the paler the fewer there are.
class Shading {
 public:
  Shading(const Subject& subject, const MatrixRaster& raster);

  /// By value: the largest magnitude of a mean; 1 if all are zero.
  double largest() const { return largest_; }
  /// Entries of the densest pixel; 0 if no pixel has any.
  double densest() const { return densest_; }
  /// All ink of the picture.
  const Ink& all() const { return all_; }
  /// The part of the pixels that have ink.
  double filled() const { return filled_; }
  /// By kernel position: whether pixels still have the colours of single positions, or whether so
  /// many were mixed that they are grey. A mean over the ink.
  bool is_colourful() const { return colourfulness_ > 0.5; }

  /// The mean colour of the entries alone. Precondition: there is ink.
  Rgb colour(const Ink& ink) const;
  /// How dense the entries are, 0 for none to 1 for the densest pixel of the picture.
  double strength(const Ink& ink) const;
  /// Both, on white paper.
  Rgb on_paper(const Ink& ink) const;

 private:
  bool by_value_;
  double largest_ = 0;
  double densest_ = 0;
  double filled_ = 0;
  double colourfulness_ = 0;
  Ink all_;
};

/// The colour of a value between `-largest` and `largest`.
Rgb value_colour(double value, double largest);

}  // namespace toeplix::detail
