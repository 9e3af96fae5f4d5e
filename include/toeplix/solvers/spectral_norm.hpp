#pragma once

#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/solvers/real_argument.hpp>

#include <concepts>
#include <span>
#include <string>
#include <string_view>

/// \file
/// Component `solvers`: the largest singular value of the matrix of a convolution, between proved
/// bounds.

namespace toeplix {

/// What an end of the interval is.
///
///     bool factorized = norm.upper_from == toeplix::NormBound::factorization;
enum class NormBound {
  rayleigh_quotient,  ///< |A x| / |x| of some x
  norms,              ///< sqrt(norm_1 * norm_inf)
  frobenius,          ///< the root of the sum of squares
  frequencies,        ///< blocks of frequencies that A falls into
  embedding,          ///< blocks of a circulant matrix, plain or twisted, that A is a part of
  factorization,      ///< t^2 I - A^T A has a Cholesky factor
  zero,               ///< A has no entry but zeros
};

/// The name of a bound, `"rayleigh quotient"`.
///
///     std::cout << toeplix::to_string(norm.upper_from);
[[nodiscard]] std::string_view to_string(NormBound bound);

/// What may prove the upper end.
///
///     toeplix::spectral_norm(conv, weights, {.certify = toeplix::Certify::factorization});
enum class Certify {
  /// Frequencies and embeddings, and if these leave too much a factorization that is predicted to
  /// take at most 5 * 10^10 operations, and to fit in the memory budget.
  automatic,
  transforms,     ///< no factorization
  factorization,  ///< a factorization of any size that fits in the memory budget, where needed
};

/// What `spectral_norm` aims at, and what it may take.
///
///     toeplix::spectral_norm(conv, weights, {.tolerance = 1e-3, .resources = {.threads = 1}});
struct SpectralNormOptions {
  double tolerance = 0.05;  ///< of the interval's length, relative to its upper end; in (0, 1)
  Certify certify = Certify::automatic;  ///< what may prove the upper end
  Resources resources = {};              ///< threads and memory
};

/// An interval that holds the largest singular value, and how it came about.
///
///     auto norm = toeplix::spectral_norm(conv, weights);
///     std::cout << norm.lower << " <= |A| <= " << norm.upper << '\n';
struct SpectralNorm {
  double lower = 0;        ///< no more than the largest singular value
  double upper = 0;        ///< no less; rounding of all that was computed is counted in
  bool converged = false;  ///< whether upper - lower <= tolerance * upper
  std::string reason;      ///< why it is not; otherwise empty
  NormBound lower_from = NormBound::rayleigh_quotient;  ///< how `lower` was found
  NormBound upper_from = NormBound::norms;              ///< how `upper` was proved
  double norm_1 = 0;       ///< the largest sum of absolute values in a column, to rounding
  double norm_inf = 0;     ///< likewise in a row
  double frobenius = 0;    ///< the root of the sum of squares, to rounding
  Index products = 0;      ///< by A and by A^T
  Index blocks = 0;        ///< of frequencies that were bounded
  int factorizations = 0;  ///< of t^2 I - A^T A
};

/// Proved bounds of the largest singular value of the matrix A of a pattern and its weights, which
/// is the Lipschitz constant of the layer in the 2-norm.
///
/// The lower end is a Rayleigh quotient |A x| / |x|, less what rounding may have added. x begins as
/// a wave at the peak of the kernel's spectrum and is improved by products with A and A^T.
///
/// The upper end is the least of:
/// - sqrt(norm_1 * norm_inf), and the Frobenius norm;
/// - the largest norm of a block of frequencies, if every axis is circular, symmetric with an even
///   kernel, or has zeros beyond its ends, strides and dilations included. A matrix with zeros is
///   a part of a circulant one. So it is of a twisted one, in which what goes round once comes back
///   with the other sign; its frequencies lie between those of the plain one. Taking the extent and
///   the sign for which both neighbours are equally far from the peak makes the bound tight to
///   second order in 1 / extent: for [1 0 1] on an odd number n of pixels it is
///   2 cos(pi / (n + 1)), the norm itself. Blocks B are bounded by a step of Gram iteration, and
///   by Cholesky factors of t^2 I - B^H B, with a margin for rounding;
/// - a t for which t^2 I - A^T A has a sparse Cholesky factor, with a margin for rounding. That
///   serves every boundary, `reflect` and `replicate` too, but grows fast with the image.
///
/// Throws SolverError for weights of the wrong length or not finite, a tolerance outside (0, 1), a
/// pattern with a kernel for every pixel, and norms beyond what a double holds; CapacityError if
/// vectors, or the factor of `Certify::factorization`, exceed the memory budget. The bits are the
/// same for any number of threads, if no factorization is made.
///
/// Cost: some tens of products; for about half of the frequencies a product and a Cholesky factor
/// of a block.
///
/// Sources: H. Sedghi, V. Gupta, P. M. Long, ICLR 2019 (blocks). B. Delattre et al., Efficient
/// Bound of Lipschitz Constant for Convolutional Layers by Gram Iteration, ICML 2023. S. M. Rump,
/// Verification of positive definiteness, BIT 46 (2006) (what a Cholesky factor proves). R. M.
/// Gray, Toeplitz and Circulant Matrices, 2006 (embedding).
[[nodiscard]] SpectralNorm spectral_norm(const Pattern& pattern, std::span<const double> weights,
                                         const SpectralNormOptions& options = {});

/// The bounds for the matrix of a convolution, a transposed one, or the spec of either; weights in
/// float or double.
///
///     toeplix::Convolution conv({.input = {56, 56}, .kernel = {3, 3}, .in_channels = 64,
///                                .out_channels = 64, .padding = 1});
///     double lipschitz = toeplix::spectral_norm(conv, weights).upper;
template <PatternArgument Conv, RealArgument Weights>
[[nodiscard]] SpectralNorm spectral_norm(const Conv& convolution, const Weights& weights,
                                         const SpectralNormOptions& options = {}) {
  const auto values = detail::as_doubles(weights);
  return spectral_norm(Pattern(convolution), std::span<const double>(values), options);
}

/// The bounds to a tolerance.
///
///     auto norm = toeplix::spectral_norm(conv, weights, 1e-3);
///     if (norm.converged) std::cout << "three digits of " << norm.upper << '\n';
template <PatternArgument Conv, RealArgument Weights, std::floating_point Tolerance>
[[nodiscard]] SpectralNorm spectral_norm(const Conv& convolution, const Weights& weights,
                                         Tolerance tolerance, const Resources& resources = {}) {
  return spectral_norm(
      convolution, weights,
      SpectralNormOptions{.tolerance = static_cast<double>(tolerance), .resources = resources});
}

}  // namespace toeplix
