#pragma once

#include <toeplix/resources.hpp>

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

/// `resources.threads` as in `SolveOptions`. `resources.memory_budget` is for matrix and factor
/// together.
///
///     toeplix::Tikhonov(conv, weights, 1e-3, L, {.ordering = toeplix::Ordering::metis});
struct TikhonovOptions {
  Ordering ordering = Ordering::automatic;  ///< who orders the unknowns
  Resources resources = {};                 ///< threads and memory
};

}  // namespace toeplix
