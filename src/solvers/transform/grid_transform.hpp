#pragma once

#include <toeplix/index.hpp>

#include "solvers/transform/basis.hpp"

#include <memory>
#include <span>
#include <vector>

namespace toeplix::detail {

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
