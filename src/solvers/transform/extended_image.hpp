#pragma once

#include <toeplix/pattern.hpp>

#include <span>
#include <vector>

namespace toeplix::detail {

/// Elements from the first to the last that a kernel reads along an axis of stride 1.
inline Index extended_extent(const AxisGeometry& g) {
  return g.output - 1 + g.span();
}

/// Numbers of the extension of one channel, which may be more than 64 bits count.
inline double extended_numbers(const Pattern& pattern) {
  double numbers = 1;
  for (const Pattern::Axis& axis : pattern.axes()) {
    numbers *= static_cast<double>(extended_extent(axis.table.geometry()));
  }
  return numbers;
}

/// What products by Fourier transforms take: the spectra of so many kernels, which are kept, and,
/// during a product, an image and its spectrum.
inline double fourier_bytes(const Pattern& pattern, Index kernels) {
  return sizeof(double) * extended_numbers(pattern) * static_cast<double>(2 + kernels);
}

/// How an image is extended by its boundary, and the output of a convolution cut out of a larger
/// one, line by line. A line runs along the last axis. Of the extents that are transformed, those
/// of the extended image come first, and zeros follow.
class ExtendedImage {
 public:
  /// For the columns of a pattern that is not transposed, of stride 1. Memory: one number for each
  /// line and for each pixel of one line.
  explicit ExtendedImage(const Pattern& pattern);

  /// What is transformed along every axis.
  [[nodiscard]] const Extents& extents() const { return extents_; }
  /// All of it.
  [[nodiscard]] Index size() const { return size_; }

  /// Writes the extension of a channel's image.
  void extend(const double* image, std::span<double> extended, int threads) const;
  /// Adds every pixel of an extension to the pixel that it shows: the transpose. Overwrites the
  /// image.
  void fold_back(std::span<const double> extended, double* image, int threads) const;
  /// Copies the output out of a convolution of the extension.
  void cut(std::span<const double> convolved, double* output, int threads) const;
  /// Writes the output where it was cut from, and zeros elsewhere: the transpose.
  void place(const double* output, std::span<double> convolved, int threads) const;

 private:
  void sort_lines();

  Extents extents_;
  Index size_ = 1;
  Index length_ = 1;  // of a line that is transformed
  // Lines: where each of the image begins, and which of them each that is transformed shows, or -1.
  std::vector<Index> image_lines_;
  std::vector<Index> shown_line_;
  // The same the other way: those that show line i are by_shown_line_ from first_showing_[i] on.
  std::vector<Index> by_shown_line_;
  std::vector<Index> first_showing_;
  // Where each line of the output begins, and where it is cut from.
  std::vector<Index> output_lines_;
  std::vector<Index> output_line_at_;
  // Along a line: the place of the pixel that is shown, or -1; where each output is cut from.
  std::vector<Index> shown_pixel_;
  std::vector<Index> output_at_;
  Index image_length_ = 1;
  Index image_step_ = 1;   // from a pixel to the next
  Index output_step_ = 1;  // likewise
};

}  // namespace toeplix::detail
