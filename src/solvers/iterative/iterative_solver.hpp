#pragma once

#include <toeplix/pattern.hpp>
#include <toeplix/solvers/regularizer.hpp>
#include <toeplix/solvers/tikhonov_options.hpp>

#include "solvers/base/normal_solver.hpp"
#include "solvers/transform/products.hpp"

#include <memory>
#include <span>

namespace toeplix::detail {

/// Conjugate gradients on (A^T A + lambda L^T L) x = right, without any matrix. Whether a transform
/// preconditions them is tried out for each lambda. `products` are those of the pattern and its
/// weights. Throws CapacityError if the vectors exceed the memory budget.
std::unique_ptr<NormalSolver> make_iterative_solver(
    const Products& products, const Pattern& pattern, std::span<const double> weights,
    const Regularizer& regularizer, const TikhonovOptions& options, SolveReport& report);

}  // namespace toeplix::detail
