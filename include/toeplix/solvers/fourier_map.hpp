#pragma once

#include <toeplix/linear_map.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/solvers/real_argument.hpp>

#include <span>
#include <string>

/// \file
/// Component `solvers`: products by Fourier transforms, for kernels so large that they are faster.

namespace toeplix {

/// Why `fourier_map` cannot multiply by the matrices of a pattern; empty if it can: strides are 1,
/// along the image too, no channels are mixed, there is one kernel for all pixels, and the library
/// has FFTW.
///
///     if (toeplix::fourier_misfit(toeplix::Pattern(conv)).empty()) map = fourier_map(conv,
///     weights);
[[nodiscard]] std::string fourier_misfit(const Pattern& pattern);

/// The matrix of a pattern and its weights, multiplied with by Fourier transforms, for every
/// boundary: the image is extended as far as the kernel reads, which is where the boundary folds;
/// the extension is convolved circularly, and what has not gone around is cut out. The transpose
/// goes the same way back, and adds up what the extension showed of each pixel. What comes differs
/// from the products of `Operator` by rounding, relative to the greatest pixel: zeros of the matrix
/// become numbers of that size, and a NaN or an infinity spreads over the whole image.
///
/// The cost does not grow with the kernel, except by the extension: on one core some 60 ns for each
/// number of a large image, 30 of a small one, which is less than `Operator`'s for kernels beyond
/// 34 x 34 positions, or 18 x 18; on machines without AVX-512 sooner. A kernel of low rank is
/// multiplied with faster by `separated`. The solvers take what is fastest by themselves.
///
/// Throws SolverError for weights of the wrong length or not finite, and where `fourier_misfit`
/// says why. Cost of a product: two transforms of each channel, extended, to an extent without
/// prime factors beyond 7. Memory: as many numbers as the transform has for each group, and twice
/// as many during a product. The bits are the same for
/// any number of threads.
///
///     toeplix::Convolution conv("input=2000,3000 kernel=63,63 padding=31 boundary=reflect");
///     auto a = toeplix::fourier_map(conv, weights);
///     Eigen::VectorXd y = a * x;
///     Eigen::VectorXd z = a.transpose() * y;
[[nodiscard]] LinearMap<double> fourier_map(const Pattern& pattern, std::span<const double> weights,
                                            const Resources& resources = {});

/// The matrix of a convolution, a transposed one, or the spec of either; weights in float or
/// double.
template <PatternArgument Conv, RealArgument Weights>
[[nodiscard]] LinearMap<double> fourier_map(const Conv& convolution, const Weights& weights,
                                            const Resources& resources = {}) {
  const auto values = detail::as_doubles(weights);
  return fourier_map(Pattern(convolution), std::span<const double>(values), resources);
}

}  // namespace toeplix
