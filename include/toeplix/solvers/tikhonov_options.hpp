#pragma once

#include <toeplix/resources.hpp>
#include <toeplix/solvers/report.hpp>

#include <functional>

/// \file
/// Component `solvers`: how a Tikhonov problem is to be solved.

namespace toeplix {

/// Who orders the unknowns for the Cholesky factorization.
///
///     toeplix::TikhonovOptions{.ordering = toeplix::Ordering::metis};
enum class Ordering {
  automatic,   ///< `dissection`, or `metis` if L connects pixels otherwise than a grid does
  dissection,  ///< `elimination_order`: nested dissection of the pixel grid
  metis,       ///< METIS: nested dissection of the graph
  amd,         ///< AMD: approximate minimum degree
};

/// What helps conjugate gradients.
///
///     toeplix::TikhonovOptions{.preconditioner = toeplix::Preconditioner::none};
enum class Preconditioner {
  automatic,  ///< a transform, if some iterations with it come further than as many without
  none,       ///< nothing
};

/// `resources.threads` as in `SolveOptions`. `resources.memory_budget` is for all that a method
/// keeps: matrix and factor together, or spectra and vectors.
///
///     toeplix::Tikhonov(conv, weights, 1e-3, L, {.method = toeplix::SolveMethod::iterative});
struct TikhonovOptions {
  SolveMethod method = SolveMethod::automatic;  ///< how; a report says which it was, and why
  Ordering ordering = Ordering::automatic;      ///< factorization: who orders the unknowns
  double tolerance = 1e-6;      ///< iterations: the residual of the normal equations over |A^T b|
  Index max_iterations = 1000;  ///< of each right-hand side
  Preconditioner preconditioner = Preconditioner::automatic;  ///< iterations: what helps them
  /// Iterations: called after each, with its number and residual. What it throws ends the
  /// solution and passes through.
  std::function<void(Index iteration, double residual)> progress = {};
  Resources resources = {};  ///< threads and memory
};

}  // namespace toeplix
