#pragma once

#include <toeplix/pattern.hpp>

#include <span>
#include <string>

namespace toeplix::detail {

/// The zeros of a spectrum: their number, and which is the first.
struct SpectrumZeros {
  Index count = 0;
  std::string reason;  ///< empty if there is no zero
};

/// The frequencies at which the spectrum of the kernel is zero, to rounding. Where every axis is
/// circular and keeps its extent, and every channel has a kernel of its own, the spectra are the
/// eigenvalues of the matrix, so that their zeros are its nullity. None for another geometry.
///
/// Cost: for every channel the frequencies times the kernel's extent along the fastest axis, and
/// less for the others.
SpectrumZeros spectrum_zeros(const Pattern& pattern, std::span<const double> weights);

}  // namespace toeplix::detail
