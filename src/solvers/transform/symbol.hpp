#pragma once

#include "solvers/transform/grid_transform.hpp"
#include "solvers/transform/kernel_taps.hpp"

#include <vector>

namespace toeplix::detail {

/// The eigenvalues of a kernel's matrix in the basis of a `GridTransform` with these extents and
/// bases: as many numbers as its spectrum has, in the same layout. A kernel along an axis that is
/// not Fourier's is taken for the mean of itself and its mirror image, whose matrix is diagonal.
/// Cost: one transform of an image. Throws SolverError without FFTW.
std::vector<double> symbol_of(const KernelTaps& taps, const Extents& extents,
                              const std::vector<Basis>& bases, int threads);

/// Likewise of a kernel whose eigenvalues are real, such as an autocorrelation: one real number for
/// each frequency.
std::vector<double> real_symbol_of(const KernelTaps& taps, const Extents& extents,
                                   const std::vector<Basis>& bases, int threads);

}  // namespace toeplix::detail
