#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/resources.hpp>
#include <toeplix/solvers/iteration_report.hpp>
#include <toeplix/solvers/real_argument.hpp>

/// \file
/// Component `solvers`: images with edges, by their total variation.

namespace toeplix {

/// Which numbers x may have.
///
///     toeplix::TotalVariationOptions{.range = toeplix::PixelRange::nonnegative};
enum class PixelRange {
  real,         ///< any
  nonnegative,  ///< x >= 0
};

/// How the problem is to be solved.
///
///     toeplix::total_variation(conv, weights, b, 0.1, {.tolerance = 1e-6});
struct TotalVariationOptions {
  PixelRange range = PixelRange::real;  ///< which numbers x may have
  double tolerance = 1e-3;              ///< see `total_variation`
  int max_iterations = 3000;            ///< at least 1
  IterationProgress progress = {};      ///< is told of every step
  Resources resources = {};             ///< threads; `memory_budget` is for the method's vectors
};

/// The x that minimizes P(x) = |A x - b|^2 / 2 + mu TV(x): smooth areas with sharp edges.
///
/// TV is the isotropic total variation: for every pixel of every channel the length of its
/// gradient, all added up. The gradient has the forward difference along each spatial axis, 0 at
/// the end of the axis (that is the matrix of `Regularizer::gradient`). mu has the units of b times
/// those of A. With A = I it is the denoising of Rudin, Osher and Fatemi.
///
/// The primal-dual method of Chambolle and Pock, for [A; c D] with the gradient D, c making both
/// parts as long, by certified bounds of |A| and |D| (|D|^2 <= 4 for each axis). It converges for
/// every A; where there are several minima it finds one of them.
///
/// Duality bounds how far P(x) is from the least value. For the dual y = (y1, y2) and
/// q = A^T y1 + c D^T y2 let gap = |A x - b - y1|^2 / 2 + mu TV(x) - c y2^T D x, which is never
/// negative. Then P(x) - P(z) <= gap + |q| |x - z| for every z, the minimum too. (If x >= 0 is
/// asked for, q's positive part counts as x^T q in the gap, and its negative part alone in |q|.) It
/// converged if gap + |q| r is at most `tolerance` times the greater of P(x) and
/// `tolerance` |b|^2 / 2, r being the greater of |x| and |A^T b| / |A|^2; `report.error` is this
/// ratio. So P(x) exceeds P(z) by no more than that share for every z within r of x. The objective
/// of `report.history` is P. A mu beyond which x is constant in any case counts as the least such.
///
/// Throws SolverError for numbers that are not finite, vectors of the wrong length, and options or
/// a mu that are out of range (mu >= 0), CapacityError for vectors beyond the budget. Cost of a
/// step: a product with A, one with A^T, and a pass over the image and over the duals, with a root
/// for each pixel. Memory: three doubles per column of A and one more for each axis, and four per
/// row. The bits of x do not depend on the number of threads.
///
/// Sources: A. Chambolle and T. Pock, A First-Order Primal-Dual Algorithm for Convex Problems with
/// Applications to Imaging, J. Math. Imaging Vis. 40 (2011); L. Rudin, S. Osher and E. Fatemi,
/// Physica D 60 (1992).
///
///     const toeplix::Pattern pattern(conv);
///     auto x = toeplix::total_variation(pattern, std::span(weights), std::span(b), 0.1).x;
[[nodiscard]] IterativeSolution total_variation(const Pattern& pattern,
                                                std::span<const double> weights,
                                                std::span<const double> b, double mu,
                                                const TotalVariationOptions& options = {});

/// The same for the matrix A of a convolution, a transposed one, or the spec of either; weights and
/// `b` in float or double.
///
///     // A step between two plateaus of three pixels each: each moves by mu / 3.
///     toeplix::Convolution identity({.input = {6}, .kernel = {1}});
///     const std::vector<double> step{0, 0, 0, 10, 10, 10};
///     auto [x, report] = toeplix::total_variation(identity, std::vector<double>{1}, step, 3.0);
///     // x is 1, 1, 1, 9, 9, 9 but for the tolerance
template <PatternArgument Conv, RealArgument Weights, RealArgument B>
[[nodiscard]] IterativeSolution total_variation(const Conv& convolution, const Weights& weights,
                                                const B& b, double mu,
                                                const TotalVariationOptions& options = {}) {
  const auto values = detail::as_doubles(weights);
  const auto right = detail::as_doubles(b);
  return total_variation(Pattern(convolution), std::span<const double>(values),
                         std::span<const double>(right), mu, options);
}

}  // namespace toeplix
