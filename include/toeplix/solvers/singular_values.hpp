#pragma once

#include <toeplix/error.hpp>
#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/solvers/real_argument.hpp>

#include <Eigen/Core>

#include <span>
#include <string>

/// \file
/// Component `solvers`: singular values of the matrix of a convolution, all of them or the largest.

namespace toeplix {

/// What `singular_values` may take, and up to which size it decomposes a dense matrix.
///
///     auto s = toeplix::singular_values(conv, weights, {.dense_limit = 500});
struct SingularValuesOptions {
  Resources resources = {};  ///< threads and memory
  /// Rows or columns, whichever are fewer, of the largest dense matrix that is decomposed. Its time
  /// grows with rows * columns * dense_limit: some 10 s for 2048 x 2048.
  Index dense_limit = 2048;
};

/// Whether waves take the matrix apart, so that `singular_values` is fast and works at any size.
/// Every axis is one of these:
///
/// - `circular`, of any kernel and dilation, not cropped; the image is as long as the output times
///   the stride. A transposed convolution likewise.
/// - `symmetric` (half-sample), of stride 1, the output as long as the image, with a kernel that is
///   even along the axis, for every pair of channels.
/// - of one kernel position that reads pixel o at output o, whatever the boundary: the identity.
/// - of one pixel and one output.
///
/// `reflect` is not among them: its cosine basis, the DCT-I, is not orthogonal, so that eigenvalues
/// are not singular values. Throws SolverError for weights of the wrong length.
///
///     bool fast = toeplix::has_exact_spectrum(toeplix::Pattern(conv), weights);
[[nodiscard]] bool has_exact_spectrum(const Pattern& pattern, std::span<const double> weights);

/// All singular values of the matrix of a pattern and its weights, min(rows, columns) of them,
/// descending, each off by at most a small multiple of rounding times the largest.
///
/// If `has_exact_spectrum`, they are those of one small block for every frequency and group: as
/// many rows as output channels, as many columns as input channels times the stride along every
/// axis, because so many input frequencies look the same at the output. Real weights make half the
/// blocks conjugates of others, which are not decomposed. Any other matrix is compiled, and
/// decomposed as a dense one, up to `options.dense_limit`.
///
/// Throws SolverError for weights of the wrong length or not finite, a pattern with a kernel for
/// every pixel, and values beyond what a double holds; CapacityError for a matrix beyond the limit,
/// or the memory budget. The bits are the same for any number of threads, which share the
/// frequencies. Cost: the decompositions of the blocks, or of the dense matrix.
///
/// Sources: H. Sedghi, V. Gupta, P. M. Long, The singular values of convolutional layers, ICLR
/// 2019. M. K. Ng, R. H. Chan, W.-C. Tang, SIAM J. Sci. Comput. 21 (1999), for `symmetric`.
[[nodiscard]] Eigen::VectorXd singular_values(const Pattern& pattern,
                                              std::span<const double> weights,
                                              const SingularValuesOptions& options = {});

/// All singular values of the matrix of a convolution, a transposed one, or the spec of either;
/// weights in float or double. Errors and cost as above.
///
///     toeplix::Convolution conv({.input = {32, 32}, .kernel = {3, 3}, .in_channels = 16,
///                                .out_channels = 16, .padding = 1,
///                                .boundary = toeplix::Boundary::circular});
///     Eigen::VectorXd s = toeplix::singular_values(conv, weights);
///     double condition = s[0] / s[s.size() - 1];
template <PatternArgument Conv, RealArgument Weights>
[[nodiscard]] Eigen::VectorXd singular_values(const Conv& convolution, const Weights& weights,
                                              const SingularValuesOptions& options = {}) {
  const auto values = detail::as_doubles(weights);
  return singular_values(Pattern(convolution), std::span<const double>(values), options);
}

/// What `largest_singular_values` aims at, and what it may take.
///
///     toeplix::largest_singular_values(conv, weights, 5, {.tolerance = 1e-6});
struct LargestSingularValuesOptions {
  /// Of the residuals |A v - s u| and |A^T u - s v|, relative to the largest value; in (0, 1).
  double tolerance = 1e-10;
  Resources resources = {};  ///< threads and memory
  /// Rows or columns, whichever are fewer, of the largest dense matrix that is decomposed if more
  /// than half of all values are wanted.
  Index dense_limit = 2048;
};

/// Some of the largest singular values, and their vectors: A v.col(i) = values[i] u.col(i), and
/// A^T u.col(i) = values[i] v.col(i), as far as the residual says.
///
///     auto [values, u, v, report] = toeplix::largest_singular_values(conv, weights, 5);
struct SingularTriplets {
  Eigen::VectorXd values;  ///< descending
  Eigen::MatrixXd u;       ///< rows of A x number of values, orthonormal columns
  Eigen::MatrixXd v;       ///< columns of A x number of values, likewise

  /// How they came about.
  ///
  ///     if (!triplets.report.converged) std::cerr << triplets.report.reason << '\n';
  struct Report {
    bool converged = false;  ///< residuals are within the tolerance, and nothing larger was found
    std::string reason;      ///< why not; otherwise empty
    double residual = 0;     ///< the largest |A v - s u| or |A^T u - s v|
    double relative_residual = 0;  ///< over the largest value; 0 if that is 0
    Index products = 0;            ///< by A and by A^T; 0 if a dense matrix was decomposed
  };
  Report report;  ///< how good they are
};

/// The `k` largest singular values of the matrix of a pattern and its weights, each as often as it
/// repeats, with singular vectors. For every geometry, without the matrix.
///
/// Spectra's restarted Lanczos method finds eigenvectors of A^T A, or of A A^T if A is wide; A is
/// multiplied by `Operator`. One start finds only one vector of a value that repeats, as those of
/// waves do: so what was found is projected out, and looked for again, until nothing larger is
/// left. Values, u and v are those of a decomposition of A times the vectors. Small matrices, and
/// those of which more than half of all values are wanted, are decomposed as dense ones; in a build
/// without Spectra all up to `dense_limit` are.
///
/// Throws SolverError for weights of the wrong length or not finite, a `k` below 1 or above
/// min(rows, columns), a tolerance outside (0, 1), a pattern with a kernel for every pixel, values
/// beyond what a double holds, and in a build without Spectra if the matrix is beyond
/// `dense_limit`; CapacityError if vectors, or a dense matrix, exceed the budget or the limit. Not
/// to converge is a status in the report.
///
/// Cost: some tens of products for a few values, more if they lie close to one another; memory for
/// 2 k + 20 vectors and more.
/// Source: Y. Qiu, Spectra 1.0 (spectralib.org); D. C. Sorensen, SIAM J. Matrix Anal. Appl. 13
/// (1992).
[[nodiscard]] SingularTriplets largest_singular_values(
    const Pattern& pattern, std::span<const double> weights, Index k,
    const LargestSingularValuesOptions& options = {});

/// The `k` largest singular values of the matrix of a convolution, a transposed one, or the spec of
/// either; weights in float or double. Errors and cost as above.
///
///     auto [values, u, v, report] = toeplix::largest_singular_values(conv, weights, 3);
///     Eigen::VectorXd most_amplified = v.col(0);
template <PatternArgument Conv, RealArgument Weights>
[[nodiscard]] SingularTriplets largest_singular_values(
    const Conv& convolution, const Weights& weights, Index k,
    const LargestSingularValuesOptions& options = {}) {
  const auto values = detail::as_doubles(weights);
  return largest_singular_values(Pattern(convolution), std::span<const double>(values), k, options);
}

}  // namespace toeplix
