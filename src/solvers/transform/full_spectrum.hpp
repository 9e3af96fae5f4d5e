#pragma once

#include "solvers/transform/grid_transform.hpp"

#include <complex>
#include <span>
#include <vector>

namespace toeplix::detail {

/// All frequencies of a spectrum of `GridTransform`, also those that it leaves out because they are
/// the conjugates of others.
class FullSpectrum {
 public:
  using Complex = std::complex<double>;

  FullSpectrum(const GridTransform& transform, const Extents& extents,
               const std::vector<Basis>& bases)
      : stored_(transform.frequencies()),
        extents_(extents),
        bases_(bases),
        is_complex_(transform.is_complex()) {}

  /// The number at a frequency, which has a coordinate in [0, extent) for each axis.
  Complex at(std::span<const double> spectrum, std::span<const Index> frequency) const {
    Index place = place_of(frequency);
    if (place >= 0) return number(spectrum, place);
    return std::conj(number(spectrum, place_of(mirrored(frequency))));
  }

  /// Likewise of real numbers, one for each frequency of the spectrum.
  double real_at(std::span<const double> values, std::span<const Index> frequency) const {
    Index place = place_of(frequency);
    if (place < 0) place = place_of(mirrored(frequency));
    return values[static_cast<std::size_t>(place)];
  }

  /// Sets it, and its conjugate, as far as they are stored.
  void set(std::span<double> spectrum, std::span<const Index> frequency, Complex value) const {
    write(spectrum, place_of(frequency), value);
    if (is_complex_) write(spectrum, place_of(mirrored(frequency)), std::conj(value));
  }

 private:
  /// -1 if it is left out.
  Index place_of(std::span<const Index> frequency) const {
    Index place = 0;
    for (std::size_t axis = 0; axis < stored_.size(); ++axis) {
      if (frequency[axis] >= stored_[axis]) return -1;
      place = place * stored_[axis] + frequency[axis];
    }
    return place;
  }

  std::vector<Index> mirrored(std::span<const Index> frequency) const {
    std::vector<Index> result(frequency.begin(), frequency.end());
    for (std::size_t axis = 0; axis < result.size(); ++axis) {
      if (bases_[axis] == Basis::fourier) {
        result[axis] = (extents_[axis] - result[axis]) % extents_[axis];
      }
    }
    return result;
  }

  Complex number(std::span<const double> spectrum, Index place) const {
    const auto at = static_cast<std::size_t>(place);
    if (!is_complex_) return spectrum[at];
    return {spectrum[2 * at], spectrum[2 * at + 1]};
  }

  void write(std::span<double> spectrum, Index place, Complex value) const {
    if (place < 0) return;
    const auto at = static_cast<std::size_t>(place);
    if (!is_complex_) {
      spectrum[at] = value.real();
      return;
    }
    spectrum[2 * at] = value.real();
    spectrum[2 * at + 1] = value.imag();
  }

  Extents stored_;
  Extents extents_;
  std::vector<Basis> bases_;
  bool is_complex_;
};

}  // namespace toeplix::detail
