#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/solvers/iteration_report.hpp>
#include <toeplix/solvers/real_argument.hpp>

#include <limits>

/// \file
/// Component `solvers`: least squares with numbers that cannot be negative.

namespace toeplix {

/// What is to be solved, and how long.
///
///     toeplix::nonnegative_least_squares(conv, weights, b, {.lambda = 1e-3, .upper = 255});
struct NonnegativeOptions {
  double lambda = 0;  ///< of the penalty lambda |x|^2, at least 0
  double upper = std::numeric_limits<double>::infinity();  ///< bound of every x, above 0
  /// Greatest length of the projected gradient, as a share of |A^T b|.
  double tolerance = 1e-6;
  int max_iterations = 2000;        ///< at least 1
  IterationProgress progress = {};  ///< is told of every step
  Resources resources = {};         ///< threads; `memory_budget` is for the method's vectors
};

/// The x with 0 <= x <= upper that minimizes |A x - b|^2 + lambda |x|^2: light is not negative.
///
/// Accelerated projected gradients, whose momentum starts anew whenever it points uphill. It begins
/// with x = 0; the step is 1 / (|A|^2 + lambda), for a certified bound of |A|. It converges for
/// every A; where A has several minima it finds one of them.
///
/// The projected gradient g is A^T (A x - b) + lambda x without what points out of the bounds: its
/// negative part where x = 0, its positive part where x = upper, all of it in between. x is a
/// minimum exactly if g = 0 (these are the conditions of Karush, Kuhn and Tucker).
/// `report.error` is |g| / |A^T b|, and it converged if that is at most `tolerance`. For lambda >
/// 0, |x - minimum| <= |g| / lambda. The objective of `report.history` is |A x - b|^2 + lambda
/// |x|^2.
///
/// Throws SolverError for numbers that are not finite, vectors of the wrong length and options that
/// are out of range, CapacityError for vectors beyond the budget. Cost of a step: a product with A,
/// one with A^T, and two passes over the vectors. Memory: four doubles per column of A and two per
/// row. The bits of x do not depend on the number of threads.
///
/// Sources: A. Beck and M. Teboulle, A Fast Iterative Shrinkage-Thresholding Algorithm for Linear
/// Inverse Problems, SIAM J. Imaging Sci. 2 (2009); B. O'Donoghue and E. Candes, Adaptive Restart
/// for Accelerated Gradient Schemes, Found. Comput. Math. 15 (2015).
///
///     const toeplix::Pattern pattern(conv);
///     auto x = toeplix::nonnegative_least_squares(pattern, std::span(weights), std::span(b)).x;
[[nodiscard]] IterativeSolution nonnegative_least_squares(const Pattern& pattern,
                                                          std::span<const double> weights,
                                                          std::span<const double> b,
                                                          const NonnegativeOptions& options = {});

/// The same for the matrix A of a convolution, a transposed one, or the spec of either; weights and
/// `b` in float or double.
///
///     toeplix::Convolution blur({.input = {64, 64}, .kernel = {5, 5}, .padding = 2});
///     auto [x, report] = toeplix::nonnegative_least_squares(blur, kernel, photograph);
///     // x.minCoeff() >= 0
template <PatternArgument Conv, RealArgument Weights, RealArgument B>
[[nodiscard]] IterativeSolution nonnegative_least_squares(const Conv& convolution,
                                                          const Weights& weights, const B& b,
                                                          const NonnegativeOptions& options = {}) {
  const auto values = detail::as_doubles(weights);
  const auto right = detail::as_doubles(b);
  return nonnegative_least_squares(Pattern(convolution), std::span<const double>(values),
                                   std::span<const double>(right), options);
}

}  // namespace toeplix
