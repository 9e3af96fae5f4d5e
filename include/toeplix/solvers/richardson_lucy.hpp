#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/solvers/iteration_report.hpp>
#include <toeplix/solvers/real_argument.hpp>

#include <vector>

/// \file
/// Component `solvers`: images whose noise is that of counted photons.

namespace toeplix {

/// What else is known of the detector, and how long to iterate.
///
///     toeplix::richardson_lucy(conv, psf, counts, {.background = {3.5}, .max_iterations = 40});
struct RichardsonLucyOptions {
  /// What the detector counts without the image, in the units of b and at least 0: nothing (0), one
  /// number, or one per row of A.
  std::vector<double> background = {};
  /// How sensitive the detector is, at least 0: nothing (1), one number, or one per row of A. 0 is
  /// a dead pixel, which has no say.
  std::vector<double> flat = {};
  /// Least relative change |x - x of the step before| / |x| that is worth another step; 0 takes all
  /// steps. Noise grows with the steps, so that to stop early is what regularizes.
  double tolerance = 1e-4;
  int max_iterations = 100;         ///< at least 1
  IterationProgress progress = {};  ///< is told of every step
  Resources resources = {};         ///< threads; `memory_budget` is for the method's vectors
};

/// The image x >= 0 for which counts b are likely, b being Poisson(flat * (A x) + background), by
///
///     x <- x / (A^T flat) * A^T (flat * b / (flat * (A x) + background)),
///
/// the algorithm of Richardson and Lucy, products of vectors being pixel by pixel. The column sums
/// A^T flat are those of A with its borders, so that every boundary is right, and so is a stride.
/// It starts from an image of one grey, and no step makes the counts less likely.
///
/// The objective of `report.history` is the deviance by which the likelihood is judged, Csiszar's
/// I-divergence: the sum of b log(b / m) - b + m for m = flat * (A x) + background. It is infinite
/// if a b is positive where m is 0, which no x explains. It never increases, but for rounding.
/// Without a background the sum of (A^T flat) x is that of the counts in rows that see anything,
/// after every step.
///
/// A pixel that no row sees (its column sum is 0) stays at its start. `report.error` is the last
/// relative change; the residual is |flat * (A x) + background - b|. A kernel is multiplied axis by
/// axis only if the background is positive everywhere: the rounding of that may be negative where
/// A x is 0.
///
/// Throws SolverError for a weight, a count, a background or a flat that is negative or not finite,
/// vectors of the wrong length and options that are out of range, CapacityError for vectors beyond
/// the budget. Cost of a step: a product with A, one with A^T, and two passes over the vectors,
/// with one logarithm per row. Memory: three doubles per column of A and two per row, and one each
/// per row for a background and a flat. The bits of x do not depend on the number of threads.
///
/// Sources: W. Richardson, Bayesian-Based Iterative Method of Image Restoration, JOSA 62 (1972);
/// L. Lucy, An Iterative Technique for the Rectification of Observed Distributions, Astron. J. 79
/// (1974). I. Csiszar, Ann. Statist. 19 (1991), for the divergence.
///
///     const toeplix::Pattern pattern(conv);
///     auto x = toeplix::richardson_lucy(pattern, std::span(psf), std::span(counts)).x;
[[nodiscard]] IterativeSolution richardson_lucy(const Pattern& pattern,
                                                std::span<const double> weights,
                                                std::span<const double> b,
                                                const RichardsonLucyOptions& options = {});

/// The same for the matrix A of a convolution, a transposed one, or the spec of either; weights and
/// `b` in float or double.
///
///     toeplix::Convolution blur({.input = {64, 64}, .kernel = {5, 5}, .padding = 2});
///     auto [x, report] = toeplix::richardson_lucy(blur, psf, counts, {.background = {3.5}});
///     // report.history.back() <= report.history.front()
template <PatternArgument Conv, RealArgument Weights, RealArgument B>
[[nodiscard]] IterativeSolution richardson_lucy(const Conv& convolution, const Weights& weights,
                                                const B& b,
                                                const RichardsonLucyOptions& options = {}) {
  const auto values = detail::as_doubles(weights);
  const auto right = detail::as_doubles(b);
  return richardson_lucy(Pattern(convolution), std::span<const double>(values),
                         std::span<const double>(right), options);
}

}  // namespace toeplix
