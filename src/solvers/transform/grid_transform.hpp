#pragma once

#include <toeplix/index.hpp>

#include <memory>
#include <span>
#include <vector>

namespace toeplix::detail {

/// What an axis is expanded in. The matrix of a kernel along an axis of n pixels is diagonal in it
/// if the boundary and the kernel are right.
enum class Basis {
  fourier,  ///< exp(2 pi i k x / n): circular, any kernel
  cosine,   ///< cos(pi k (x + 1/2) / n), DCT-II: symmetric, a kernel that is its own mirror image
  even,     ///< cos(pi k x / (n - 1)), DCT-I: reflect, such a kernel; not orthogonal
};

/// Whether the library was built with FFTW. Without it no `GridTransform` can be made.
bool has_transforms();

/// The transform of an image in C order, with a basis for each axis, by FFTW. The spectrum has the
/// image's layout; if an axis is Fourier's, its numbers are complex (real part first), and the
/// fastest of these axes has n / 2 + 1 of them, as the others are their conjugates.
///
/// Several threads may use one object at a time. Every line is transformed by itself, so the bits
/// are the same for any number of threads.
///
///     const GridTransform transform({480, 640}, {Basis::cosine, Basis::cosine}, 2);
class GridTransform {
 public:
  /// Plans. Throws SolverError without FFTW.
  GridTransform(Extents extents, std::vector<Basis> bases, int threads);
  GridTransform(GridTransform&&) noexcept;
  GridTransform& operator=(GridTransform&&) noexcept;
  ~GridTransform();

  /// Of the image.
  [[nodiscard]] Index pixels() const;
  /// Whether the spectrum is complex.
  [[nodiscard]] bool is_complex() const;
  /// Numbers of the spectrum, along every axis.
  [[nodiscard]] const Extents& frequencies() const;
  /// Doubles of the spectrum.
  [[nodiscard]] Index spectrum_size() const;
  /// `inverse` of `forward` is the image times this.
  [[nodiscard]] double scale() const;

  /// The spectrum of an image, which is overwritten. If the spectrum is real, it may be the image.
  /// Cost: n log n for each line of n pixels along each axis.
  void forward(std::span<double> image, std::span<double> spectrum) const;
  /// The image of a spectrum, which is overwritten; they may be the same likewise.
  void inverse(std::span<double> spectrum, std::span<double> image) const;

 private:
  struct State;

  std::unique_ptr<const State> state_;
};

}  // namespace toeplix::detail
